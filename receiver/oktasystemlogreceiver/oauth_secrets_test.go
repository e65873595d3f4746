// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// eavesdropper is a server in front of an org that notes every secret which goes by.
type eavesdropper struct {
	org *oktatest.Org

	mu      sync.Mutex
	secrets map[string]bool
}

func (e *eavesdropper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	e.org.ServeHTTP(answer, r)
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		e.secrets[credential] = true
	}
	if proof := r.Header.Get("DPoP"); proof != "" {
		e.secrets[proof] = true
	}
	if r.Method == http.MethodPost {
		if assertion := r.PostForm.Get("client_assertion"); assertion != "" {
			e.secrets[assertion] = true
		}
		var token struct {
			AccessToken string `json:"access_token"`
		}
		if json.Unmarshal(answer.Body.Bytes(), &token) == nil && token.AccessToken != "" {
			e.secrets[token.AccessToken] = true
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// The real receiver, with the HTTP client that confighttp builds, over sockets: nothing that anyone
// can read afterwards holds a secret, when all goes well and when nothing does.
func TestSecretsAreSeenNowhere(t *testing.T) {
	key := ecSigningKey(t)
	for name, tc := range map[string]struct {
		credential credential
		secrets    []string
	}{
		"private key": {credential{
			app: authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey("key", key.public)}, RequireDPoP: true},
			use: func(o *OAuthConfig) { o.PrivateKey, o.KeyID = configopaque.String(key.pem), "key" },
		}, strings.Split(strings.TrimSpace(key.pem), "\n")[1:3]},
		"client secret": {credential{
			app: authserver.App{Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{Value: testSecret}}},
			use: func(o *OAuthConfig) { o.ClientSecret = testSecret },
		}, []string{testSecret}},
	} {
		t.Run(name, func(t *testing.T) {
			org := oktatest.NewOrg(oktatest.Options{RateLimit: oktatest.NoRateLimit, Apps: map[string]authserver.App{testClientID: tc.credential.app}, OAuth: authserver.Options{LogGrants: true}})
			generator := generate.New(3)
			org.AppendAt(org.Now().Add(-time.Hour), generator.Events(20, org.Now().Add(-time.Hour), 0)...)
			ear := &eavesdropper{org: org, secrets: map[string]bool{}}
			server := httptest.NewServer(ear)
			defer server.Close()

			cfg := createDefaultConfig().(*Config)
			cfg.OrgURL = server.URL
			cfg.StartAt = poll.StartAtBeginning
			cfg.PollInterval = minPollInterval
			o := cfg.OAuth.GetOrInsertDefault()
			o.ClientID = testClientID
			tc.credential.use(o)
			require.NoError(t, confmap.Validate(cfg))

			core, logs := observer.New(zapcore.DebugLevel)
			set := receivertest.NewNopSettings(metadata.Type)
			set.Logger = zap.New(core)
			sink := new(consumertest.LogsSink)
			r, err := newReceiver(cfg, set, sink, nil, 1)
			require.NoError(t, err)
			require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
			require.Eventually(t, func() bool { return sink.LogRecordCount() >= 20 }, 10*time.Second, 10*time.Millisecond)
			org.InjectTokenAlways(fault.Status(401, fault.OAuthError("invalid_client", "The client_assertion signature is invalid.")))
			org.RevokeTokens(testClientID)
			require.Eventually(t, func() bool { return logs.FilterMessageSnippet("Okta sends no events").Len() > 0 }, 10*time.Second, 10*time.Millisecond)
			require.NoError(t, r.Shutdown(t.Context()))

			marshalled := confmap.New()
			require.NoError(t, marshalled.Marshal(cfg))
			var seen strings.Builder
			fmt.Fprintf(&seen, "%v\n%+v\n", marshalled.ToStringMap(), *o)
			assert.Contains(t, seen.String(), testClientID, "what is no secret is there")
			encoder := zapcore.NewJSONEncoder(zap.NewDevelopmentEncoderConfig())
			for _, line := range logs.All() {
				text, err := encoder.EncodeEntry(line.Entry, line.Context)
				require.NoError(t, err)
				seen.WriteString(text.String())
			}
			assert.Contains(t, seen.String(), "Okta issued an access token", "debug logs are looked at")
			var marshaler plog.JSONMarshaler
			for _, exported := range sink.AllLogs() {
				text, err := marshaler.MarshalLogs(exported)
				require.NoError(t, err)
				seen.Write(text)
			}

			secrets := tc.secrets
			ear.mu.Lock()
			defer ear.mu.Unlock()
			for secret := range ear.secrets {
				secrets = append(secrets, secret)
			}
			require.GreaterOrEqual(t, len(secrets), 3, "something went by")
			for _, secret := range secrets {
				require.GreaterOrEqual(t, len(secret), 10)
				assert.NotContains(t, seen.String(), secret)
			}
		})
	}
}

// Errors of our own making hold no secrets either.
func TestErrorsOfBadSecretsDoNotRepeatThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "okta.pem")
	key := ecSigningKey(t)
	half := key.pem[:len(key.pem)/2]
	require.NoError(t, os.WriteFile(path, []byte(half), 0o600))
	c := credential{use: func(o *OAuthConfig) { o.PrivateKeyFile, o.KeyID = path, "key" }}
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.useOAuth(c)
		w.start()
		w.wait(10 * time.Minute)
		assert.Equal(t, 1, w.logged("Okta sends no events"))
		assert.Empty(t, w.org.Requests())
		text := fmt.Sprint(w.logs.All()[0].ContextMap())
		assert.Contains(t, text, "no credential to send to okta: oauth.private_key_file is cut off, it has no line -----END EC PRIVATE KEY-----: copy all of the key")
		for line := range strings.Lines(half) {
			assert.NotContains(t, text, strings.TrimSpace(line))
		}
	})
}

// What is written where a path belongs may be the secret, and is in no error, whatever it looks like.
func TestSecretsInThePlaceOfPathsAreNotRepeated(t *testing.T) {
	key := ecSigningKey(t).pem
	for _, text := range []string{
		"s3cr3t-of-ours", "s3cr3t/of+ours", "00" + strings.Repeat("a", 39) + "Z", "SSWS 00" + strings.Repeat("a", 40), "OKTA_TOKEN=00" + strings.Repeat("a", 40),
		base64.StdEncoding.EncodeToString([]byte(key)), hex.EncodeToString([]byte(key)), strings.NewReplacer("-----BEGIN EC PRIVATE KEY-----", "", "-----END EC PRIVATE KEY-----", "", "\n", "").Replace(key),
		"[" + ecJWK + "]", strconv.Quote(ecJWK), strings.Repeat("s3cr3t", 100),
	} {
		for _, setting := range []string{"api_token_file", "oauth::private_key_file", "oauth::client_secret_file", "event_hook::secret_file"} {
			config := map[string]any{"org_url": "https://acme.okta.com"}
			switch section, name, _ := strings.Cut(setting, "::"); section {
			case "oauth":
				config[section] = map[string]any{"client_id": "0oa1", name: text}
			case "event_hook":
				config[section] = map[string]any{"endpoint": "localhost:1", name: text}
			default:
				config[section] = text
			}
			cfg, err := load(t, config)
			if err != nil {
				requireSentences(t, err)
				assert.NotContains(t, err.Error(), text)
				continue
			}
			steps := configurationSteps(cfg)
			require.Len(t, steps, 1)
			assert.NotContains(t, steps[0].Cause+steps[0].Remedy, text)
			assert.Contains(t, steps[0].Cause, strings.ReplaceAll(setting, "::", ".")+" can't be read: "+notThere(t))
			requireSentence(t, steps[0].Cause+": "+steps[0].Remedy)
		}
	}
}

// notThere is how the system says that there is no such file.
func notThere(t *testing.T) string {
	t.Helper()
	_, err := os.Open(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
	return errors.Unwrap(err).Error()
}
