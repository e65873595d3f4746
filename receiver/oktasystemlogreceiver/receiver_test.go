// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// host is a collector with some extensions.
type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

// fileStorage returns a running file_storage extension that keeps its files in a directory.
func fileStorage(t *testing.T, directory string) component.Component {
	t.Helper()
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory = directory
	cfg.FSync = true
	extension, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, extension.Start(t.Context(), componenttest.NewNopHost()))
	return extension
}

// configFor returns a configuration that polls a server quickly.
func configFor(server *httptest.Server) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.OrgURL = server.URL
	cfg.APIToken = oktatest.DefaultToken
	cfg.StartAt = poll.StartAtBeginning
	cfg.PollInterval = 10 * time.Millisecond
	cfg.Retry.InitialInterval = 10 * time.Millisecond
	cfg.StartupCheck = checkOff
	return cfg
}

func create(t *testing.T, cfg *Config, next consumer.Logs, logger *zap.Logger) receiver.Logs {
	t.Helper()
	set := receivertest.NewNopSettings(metadata.Type)
	set.ID = component.NewID(metadata.Type) // the same in each run, as in a collector
	set.Logger = logger
	r, err := NewFactory().CreateLogs(t.Context(), set, cfg, next)
	require.NoError(t, err)
	return r
}

// eventually waits until a condition holds.
func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 20*time.Second, 5*time.Millisecond)
}

func TestRestartFromTheStorageDirectoryLosesAndRepeatsNothing(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{RateLimit: oktatest.NoRateLimit})
	server := httptest.NewServer(org)
	defer server.Close()
	directory, generator, next := t.TempDir(), generate.New(3), &sink{}
	cfg := configFor(server)
	cfg.PageSize = 50
	id := component.MustNewID("file_storage")
	cfg.Storage = &id

	for run := range 5 {
		storage := fileStorage(t, directory)
		r := create(t, cfg, next, zap.NewNop())
		require.NoError(t, r.Start(t.Context(), host{id: storage}))
		org.Append(generator.Events(500, org.Now(), 0)...)
		// Stopped in the middle of the backlog, but in the last run.
		want := run*550 + 175
		if run == 4 {
			want = 5*500 + 4*50
		}
		eventually(t, func() bool { return len(next.uuids()) >= want })
		require.NoError(t, r.Shutdown(t.Context()))
		require.NoError(t, storage.Shutdown(t.Context()))
		if run < 4 {
			org.Append(generator.Events(50, org.Now(), 0)...)
		}
	}
	w := world{t: t, org: org, sink: next}
	w.requireAllOnce()
}

func TestForeignLinksAndRedirectsNeverSeeTheCredential(t *testing.T) {
	var mu sync.Mutex
	var strange []string
	stranger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		strange = append(strange, fmt.Sprint(r.URL, r.Header))
	}))
	defer stranger.Close()

	for name, met := range map[string]fault.Fault{
		"next link": fault.NextLinkTo(stranger.URL + "/api/v1/logs?after=1"),
		"redirect":  fault.RedirectTo(stranger.URL + "/api/v1/logs"),
	} {
		t.Run(name, func(t *testing.T) {
			org := oktatest.NewOrg(oktatest.Options{})
			org.Append(generate.New(3).Events(3, org.Now(), 0)...)
			// The first request asks for the time and must get through.
			org.Inject(fault.SlowBody(1, 0), met)
			server := httptest.NewServer(org)
			defer server.Close()

			core, logs := observer.New(zap.WarnLevel)
			r := create(t, configFor(server), &sink{}, zap.New(core))
			require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
			eventually(t, func() bool { return logs.FilterMessageSnippet("Okta sends no events").Len() == 1 })
			require.NoError(t, r.Shutdown(t.Context()))
			assert.Empty(t, strange, "nothing went to the stranger")
			assert.NotContains(t, fmt.Sprint(logs.All()), oktatest.DefaultToken)
		})
	}
}

func TestShutdownIsSafe(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{})
	org.InjectAlways(fault.Hang())
	server := httptest.NewServer(org)
	defer server.Close()
	r := create(t, configFor(server), &sink{}, zap.NewNop())
	require.NoError(t, r.Shutdown(t.Context()), "before Start")

	for range 2 {
		require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
		require.ErrorContains(t, r.Start(t.Context(), componenttest.NewNopHost()), "running already")
		eventually(t, func() bool { return len(org.Requests()) > 0 })
		var stops sync.WaitGroup
		for range 4 {
			stops.Go(func() { assert.NoError(t, r.Shutdown(t.Context()), "while a request hangs, and concurrently") })
		}
		stops.Wait()
	}
}

func TestStorageThatIsNotThere(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.OrgURL, cfg.APIToken = "https://acme.okta.com", "x"
	id := component.MustNewID("file_storage")
	cfg.Storage = &id
	r := create(t, cfg, &sink{}, zap.NewNop())
	require.ErrorContains(t, r.Start(t.Context(), host{}), `there is no extension "file_storage": define it under extensions`)
	require.ErrorContains(t, r.Start(t.Context(), host{id: &connectionKeeper{}}), "use a storage extension such as file_storage")
	require.NoError(t, r.Shutdown(t.Context()))
}

func TestWithoutStorageTheLogSaysWhatThatCosts(t *testing.T) {
	server := httptest.NewServer(oktatest.NewOrg(oktatest.Options{}))
	defer server.Close()
	core, logs := observer.New(zap.WarnLevel)
	r := create(t, configFor(server), &sink{}, zap.New(core))
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, r.Shutdown(t.Context()))
	assert.Equal(t, 1, logs.FilterMessageSnippet("the position lives in memory").Len())
}

func TestTokenFileIsReadAgain(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{})
	server := httptest.NewServer(org)
	defer server.Close()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(oktatest.DefaultToken+"\n"), 0o600))

	next := &sink{}
	cfg := configFor(server)
	cfg.APIToken, cfg.APITokenFile = "", file
	r := create(t, cfg, next, zap.NewNop())
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	eventually(t, func() bool { return len(org.Requests()) > 2 })

	require.NoError(t, os.WriteFile(file+".new", []byte("00another"), 0o600))
	org.SetToken("00another", oktatest.TokenValid)
	require.NoError(t, os.Rename(file+".new", file))
	eventually(t, func() bool {
		requests := org.Requests()
		return requests[len(requests)-1].Header.Get("Authorization") == "SSWS 00another"
	})
	org.Append(generate.New(3).Event(org.Now()))
	eventually(t, func() bool { return len(next.uuids()) == 1 })
	require.NoError(t, r.Shutdown(t.Context()))
}

func TestHTTPSettingsReachOkta(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{})
	server := httptest.NewServer(org)
	defer server.Close()
	cfg := configFor(server)
	cfg.HTTP.Headers.Set("x-team", configopaque.String("platform"))
	r := create(t, cfg, &sink{}, zap.NewNop())
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	eventually(t, func() bool { return len(org.Requests()) > 0 })
	require.NoError(t, r.Shutdown(t.Context()))
	header := org.Requests()[0].Header
	assert.Equal(t, "platform", header.Get("x-team"))
	assert.Regexp(t, `^okta-systemlog-receiver/\S+ \(.+; \w+/\w+\)$`, header.Get("User-Agent"))
	assert.Equal(t, "gzip", header.Get("Accept-Encoding"))
}

// authenticator is an authenticator extension.
type authenticator struct {
	component.StartFunc
	component.ShutdownFunc
}

func (authenticator) RoundTripper(next http.RoundTripper) (http.RoundTripper, error) {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "SSWS "+oktatest.DefaultToken)
		return next.RoundTrip(r)
	}), nil
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAuthenticatorExtensionInsteadOfAToken(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{})
	org.Append(generate.New(3).Event(org.Now()))
	server := httptest.NewServer(org)
	defer server.Close()
	cfg, err := load(t, map[string]any{
		"org_url": server.URL, "start_at": "beginning",
		"http": map[string]any{"auth": map[string]any{"authenticator": "custom"}},
	})
	require.NoError(t, err)
	next := &sink{}
	r := create(t, cfg, next, zap.NewNop())
	require.NoError(t, r.Start(t.Context(), host{component.MustNewID("custom"): authenticator{}}))
	eventually(t, func() bool { return len(next.uuids()) == 1 })
	require.NoError(t, r.Shutdown(context.Background()))
}

// Connections are kept for the next poll, and closed when there is none.
func TestShutdownClosesIdleConnections(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{})
	server := httptest.NewUnstartedServer(org)
	var mu sync.Mutex
	states := map[net.Conn]http.ConnState{}
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		states[c] = state
	}
	server.Start()
	defer server.Close()
	all := func(want http.ConnState) bool {
		mu.Lock()
		defer mu.Unlock()
		for _, state := range states {
			if state != want {
				return false
			}
		}
		return len(states) > 0
	}
	cfg := configFor(server)
	cfg.PollInterval, cfg.StartAt = time.Hour, "-1h" // two requests, and then a long time nothing
	r := create(t, cfg, &sink{}, zap.NewNop())
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	eventually(t, func() bool { return len(org.Requests()) == 2 && all(http.StateIdle) })
	require.NoError(t, r.Shutdown(t.Context()))
	eventually(t, func() bool { return all(http.StateClosed) })
}
