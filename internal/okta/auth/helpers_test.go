// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

const (
	testClient = "0oa1b2c3"
	testKeyID  = "key-1"
)

var acme = &url.URL{Scheme: "https", Host: "acme.okta.com"}

// testKey is the key of all tests that need just any: making it is the slow part.
var testKey = mustKey()

func mustKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

// pemOf is a private key as PKCS#8.
func pemOf(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// rig is a simulated org and credentials for it.
type rig struct {
	org      *oktatest.Org
	settings Settings
	logs     *observer.ObservedLogs
	next     http.RoundTripper
	issued   int
}

// newRig makes an org with one app, which change may change, and settings that fit.
func newRig(t testing.TB, opts oktatest.Options, change func(*authserver.App)) *rig {
	app := authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey(testKeyID, testKey.Public())}}
	if change != nil {
		change(&app)
	}
	opts.Apps = map[string]authserver.App{testClient: app}
	core, logs := observer.New(zapcore.DebugLevel)
	r := &rig{org: oktatest.NewOrg(opts), logs: logs}
	r.next = r.org.Transport()
	r.settings = Settings{
		Org:       acme,
		Client:    PrivateKey(testClient, testKeyID, Static(configopaque.String(pemOf(t, testKey)))),
		Scopes:    []string{api.LogsScope},
		DPoP:      DPoPAuto,
		UserAgent: "test/1",
		Timeout:   time.Minute,
		Clock:     &wire.Clock{},
		Issued:    func() { r.issued++ },
		Logger:    zap.New(core),
	}
	return r
}

func (r *rig) transport(t testing.TB) http.RoundTripper {
	t.Helper()
	transport, err := OAuth(r.settings, r.next)
	require.NoError(t, err)
	return transport
}

// get asks for a page and returns the status of the answer.
func get(ctx context.Context, transport http.RoundTripper) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, acme.String()+"/api/v1/logs?limit=1#part", http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

func requireStatus(t testing.TB, want int, transport http.RoundTripper) {
	t.Helper()
	status, err := get(context.Background(), transport)
	require.NoError(t, err)
	require.Equal(t, want, status)
}

func requireCause(t testing.TB, want oktaerr.Cause, kind oktaerr.Kind, transport http.RoundTripper) *oktaerr.Error {
	t.Helper()
	_, err := get(context.Background(), transport)
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, want.String(), e.Cause.String(), err)
	require.Equal(t, kind, e.Kind, err)
	return e
}
