// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

const (
	testClientID = "0oa1b2c3"
	testSecret   = "syntheticClientSecretForTheSimulator"
)

// signingKey is a key of an app, in both halves.
type signingKey struct {
	public any
	pem    string
}

func rsaSigningKey(t *testing.T) signingKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return signingKey{key.Public(), string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))}
}

func ecSigningKey(t *testing.T) signingKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	return signingKey{key.Public(), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))}
}

// credential is one way in: the app of the org, and the configuration that goes with it. swap
// replaces the secret on both sides.
type credential struct {
	app  authserver.App
	use  func(*OAuthConfig)
	swap func(*testing.T, *authserver.App)
}

func credentials(t *testing.T) map[string]credential {
	first, second, rsaKey := ecSigningKey(t), ecSigningKey(t), rsaSigningKey(t)
	keyFile, secretFile := filepath.Join(t.TempDir(), "okta.pem"), filepath.Join(t.TempDir(), "secret")
	put := func(t *testing.T, path, text string) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	useKeyFile := func(o *OAuthConfig) {
		put(t, keyFile, first.pem)
		o.PrivateKeyFile, o.KeyID = keyFile, "key"
	}
	swapKeyFile := func(t *testing.T, app *authserver.App) {
		put(t, keyFile, second.pem)
		app.Keys = []authserver.AppKey{authserver.ActiveKey("key", second.public)}
	}
	firstKey := []authserver.AppKey{authserver.ActiveKey("key", first.public)}
	return map[string]credential{
		"private key, RSA": {
			app: authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey("rsa", rsaKey.public)}},
			use: func(o *OAuthConfig) { o.PrivateKey, o.KeyID = configopaque.String(rsaKey.pem), "rsa" },
		},
		"private key file, EC":          {authserver.App{Keys: firstKey}, useKeyFile, swapKeyFile},
		"private key file, EC, DPoP":    {authserver.App{Keys: firstKey, RequireDPoP: true}, useKeyFile, swapKeyFile},
		"private key file, DPoP wanted": {authserver.App{Keys: firstKey, RequireDPoP: true}, func(o *OAuthConfig) { useKeyFile(o); o.DPoP = "required" }, swapKeyFile},
		"client secret": {
			app: authserver.App{Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{Value: testSecret}}},
			use: func(o *OAuthConfig) { o.ClientSecret = testSecret },
		},
		"client secret file": {
			app: authserver.App{Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{Value: testSecret}}},
			use: func(o *OAuthConfig) {
				put(t, secretFile, testSecret+"\n")
				o.ClientSecretFile = secretFile
			},
			swap: func(t *testing.T, app *authserver.App) {
				put(t, secretFile, testSecret+"2\n")
				app.Secrets = []authserver.AppSecret{{Value: testSecret + "2"}}
			},
		},
	}
}

// useOAuth makes the world's org and configuration know an app.
func (w *world) useOAuth(c credential) {
	w.org.SetApp(testClientID, c.app)
	w.cfg.APIToken = ""
	o := w.cfg.OAuth.GetOrInsertDefault()
	o.ClientID = testClientID
	c.use(o)
	require.NoError(w.t, w.cfg.Validate())
}

// tokenRequests counts the requests to the token endpoint by their status.
func (w *world) tokenRequests() map[int]int {
	statuses := map[int]int{}
	for _, r := range w.org.Requests() {
		if r.Method == http.MethodPost {
			statuses[r.Status]++
		}
	}
	return statuses
}

// Six hours with each kind of credential, with a clock that is off, a rate limit at the token
// endpoint and at the log, tokens that are revoked, and a new key in the middle.
func TestEachCredentialDeliversEverything(t *testing.T) {
	for name, c := range credentials(t) {
		skews := []time.Duration{10 * time.Minute, -10 * time.Minute}
		if c.app.RequireDPoP {
			skews = append(skews, 0)
		}
		for _, skew := range skews {
			t.Run(name+", okta is ahead by "+skew.String(), func(t *testing.T) {
				opts := oktatest.Options{Skew: skew, OAuth: authserver.Options{NonceLifetime: 90 * time.Minute, NonceGrace: 3 * time.Hour, ResourceNonce: authserver.NonceAsked401}}
				inWorld(t, opts, func(t *testing.T, w *world) {
					w.cfg.PollInterval = 5 * time.Minute
					w.cfg.PageSize = 10
					w.useOAuth(c)
					w.happened(35, time.Hour)
					w.start()
					hour := func() {
						for range 6 {
							w.happen(7)
							w.wait(10 * time.Minute)
						}
					}
					hour()
					w.org.Inject(fault.RateLimited(30 * time.Second))
					w.org.InjectToken(fault.RateLimited(30 * time.Second))
					hour()
					if c.swap != nil {
						w.org.ChangeApp(testClientID, func(app *authserver.App) { c.swap(t, app) })
					}
					hour()
					hour()
					w.happen(7)
					w.org.RevokeTokens(testClientID)
					hour()
					hour()
					w.requireAllOnce()

					// 6 hours at 55 minutes a token are 7, and one more for those revoked.
					assert.InDelta(t, 8, w.org.Issued(), 1)
					assert.EqualValues(t, w.org.Issued(), w.metric("tokens_issued"))
					failed := 0
					for _, n := range w.org.FailedGrants() {
						failed += n
					}
					assert.LessOrEqual(t, failed, 1, "only the first request can't know the time")
					assert.LessOrEqual(t, w.org.NonceChallenges(), 1)
					assert.Equal(t, 1, w.tokenRequests()[http.StatusTooManyRequests])
					if skew == 0 {
						assert.Zero(t, w.logged("The local clock differs"))
					} else {
						assert.Equal(t, 1, w.logged("The local clock differs"))
					}
					assert.Zero(t, w.metric("position_rewinds"))
				})
			})
		}
	}
}

func TestTokenEndpointThatFailsIsLeftAlone(t *testing.T) {
	for name, tc := range map[string]struct {
		fault fault.Fault
		most  int
	}{
		"scope":    {fault.Status(400, fault.OAuthError("consent_required", "You are not allowed any of the requested scopes.")), 61},
		"client":   {fault.Status(401, fault.OAuthError("invalid_client", "The client_assertion JWT kid is invalid.")), 61},
		"zone":     {fault.Status(403, fault.OAuthError("access_denied", "The request is made from outside the client's permitted network zones.")), 61},
		"redirect": {fault.RedirectTo("https://evil.example/"), 61},
		"429":      {fault.RateLimited(40 * time.Second), 91},
		"500":      {fault.Status(500, fault.OAuthError("server_error", "")), 91},
		"silence":  {fault.Hang(), 91},
		"garbage":  {fault.Status(200, fault.HTMLPage), 91},
	} {
		t.Run(name, func(t *testing.T) {
			key := ecSigningKey(t)
			c := credential{
				app: authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey("key", key.public)}, RequireDPoP: true},
				use: func(o *OAuthConfig) { o.PrivateKey, o.KeyID = configopaque.String(key.pem), "key" },
			}
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.useOAuth(c)
				w.happened(35, time.Hour)
				w.start()
				w.wait(time.Minute)
				w.requireAllOnce()

				w.org.InjectTokenAlways(tc.fault)
				w.org.RevokeTokens(testClientID)
				w.happen(5)
				before := len(w.tokenRequestTimes())
				w.wait(time.Hour)
				during := len(w.tokenRequestTimes()) - before
				assert.LessOrEqual(t, during, tc.most, "requests for tokens in an hour of failure")
				assert.GreaterOrEqual(t, during, 20, "it goes on trying")
				assert.Equal(t, 1, w.logged("Okta sends no events"))
				assert.Len(t, w.sink.uuids(), 35)

				w.org.ClearTokenFaults()
				w.wait(5 * time.Minute)
				w.requireAllOnce()
				assert.Zero(t, w.metric("position_rewinds"))
			})
		})
	}
}

// tokenRequestTimes is when each request for a token came.
func (w *world) tokenRequestTimes() []time.Time {
	var times []time.Time
	for _, r := range w.org.Requests() {
		if r.Method == http.MethodPost {
			times = append(times, r.Time)
		}
	}
	return times
}

func TestAdminsFixOfAnAppHealsWithoutARestart(t *testing.T) {
	for name, spoil := range map[string]func(*authserver.App){
		"role":        func(a *authserver.App) { a.Role = authserver.RoleMissing },
		"scope":       func(a *authserver.App) { a.Scopes = []string{} },
		"deactivated": func(a *authserver.App) { a.Inactive = true },
		"zone":        func(a *authserver.App) { a.OutsideZone = true },
		"key":         func(a *authserver.App) { a.Keys = nil },
	} {
		t.Run(name, func(t *testing.T) {
			key := ecSigningKey(t)
			app := authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey("key", key.public)}, RequireDPoP: true}
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.useOAuth(credential{app: app, use: func(o *OAuthConfig) { o.PrivateKey, o.KeyID = configopaque.String(key.pem), "key" }})
				w.org.ChangeApp(testClientID, spoil)
				w.happened(5, time.Hour)
				w.start()
				w.wait(time.Hour)
				assert.Empty(t, w.sink.uuids())
				assert.LessOrEqual(t, len(w.tokenRequestTimes()), 63, "about one a minute")
				assert.Equal(t, 1, w.logged("Okta sends no events"))

				w.org.SetApp(testClientID, app)
				w.wait(2 * time.Minute)
				w.requireAllOnce()
			})
		})
	}
}
