// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// finding is what the walk says about a thing that is wrong: the step at which it shows, and parts
// of its cause and remedy.
type finding struct {
	step          string
	result        connection.Result
	cause, remedy string
}

func failing(step, cause, remedy string) finding {
	return finding{step, connection.Failed, cause, remedy}
}

func warning(step, cause, remedy string) finding {
	return finding{step, connection.Warning, cause, remedy}
}

// outage is one thing that is wrong with an org, with what is in between, or with the configuration.
type outage struct {
	options oktatest.Options
	spoil   func(*world)
	finds   finding
}

// withToken is an outage of an org that is read with an API token.
func withToken(spoil func(*world), finds finding) outage {
	return outage{spoil: spoil, finds: finds}
}

// withApp is an outage of an org that is read with an app; spoil may change the app and its use.
func withApp(t *testing.T, finds finding, spoil func(*authserver.App, *OAuthConfig)) outage {
	key := ecSigningKey(t)
	return outage{finds: finds, spoil: func(w *world) {
		app := authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey("key", key.public)}}
		w.useOAuth(credential{app: app, use: func(o *OAuthConfig) { o.PrivateKey, o.KeyID = configopaque.String(key.pem), "key" }})
		spoil(&app, w.cfg.OAuth.Get())
		w.org.SetApp(testClientID, app)
		require.NoError(w.t, w.cfg.Validate())
	}}
}

// always is an outage of an org that answers each request with the same fault.
func always(fault fault.Fault, finds finding) outage {
	return withToken(func(w *world) { w.org.InjectAlways(fault) }, finds)
}

// outages is everything that can be wrong without a socket.
func outages(t *testing.T) map[string]outage {
	another := ecSigningKey(t)
	missing := filepath.Join(t.TempDir(), "missing")
	role := failing(connection.Role, "may not read the System Log", "Read-only Administrator")
	return map[string]outage{
		"wrong token": withToken(func(w *world) { w.cfg.APIToken = "00anotherTokenThatIsWrong" },
			failing(connection.Token, "the API token is wrong", "create a new one")),
		"deactivated token": withToken(func(w *world) { w.org.SetToken(oktatest.DefaultToken, oktatest.TokenInvalid) },
			failing(connection.Token, "belongs to an admin who was deactivated", "set it in api_token")),
		"token file is missing": withToken(func(w *world) { w.cfg.APIToken, w.cfg.APITokenFile = "", missing },
			failing(connection.Token, "the file that holds the credential can't be used", "check the file and its permissions")),
		"proxy removes the token": always(fault.Status(403, fault.OktaError("E0000005", "")),
			failing(connection.Token, "without a credential that okta recognises", "no proxy removes the Authorization header")),
		"token without role": withToken(func(w *world) { w.org.SetToken(oktatest.DefaultToken, oktatest.TokenWithoutRole) }, role),
		"token of a role that sees too little": withToken(func(w *world) { w.org.SetToken(oktatest.DefaultToken, oktatest.TokenSeesNothing) },
			warning(connection.Role, "not one event of the last 90 days", "Read-only Administrator")),

		"app without role": withApp(t, role, func(a *authserver.App, _ *OAuthConfig) { a.Role = authserver.RoleMissing }),
		"app without scope": withApp(t, failing(connection.Token, "the scope is not granted", "have a super admin grant okta.logs.read"),
			func(a *authserver.App, _ *OAuthConfig) { a.Scopes = []string{} }),
		"scope that does not exist": withApp(t, failing(connection.Token, "the scope does not exist", "set oauth.scopes to [okta.logs.read]"),
			func(_ *authserver.App, o *OAuthConfig) { o.Scopes = []string{"logs"} }),
		"scope that is not enough": withApp(t, failing(connection.Token, "the scope is not granted", "have a super admin grant okta.logs.read"),
			func(a *authserver.App, o *OAuthConfig) {
				a.Scopes, o.Scopes = []string{"okta.users.read"}, []string{"okta.users.read"}
			}),
		"unknown client": withApp(t, failing(connection.Token, "no such app in this org", "set oauth.client_id"),
			func(_ *authserver.App, o *OAuthConfig) { o.ClientID = "0oaNobody" }),
		"deactivated app": withApp(t, failing(connection.Token, "does not accept the app", "check that the app is active"),
			func(a *authserver.App, _ *OAuthConfig) { a.Inactive = true }),
		"unknown kid": withApp(t, failing(connection.Token, "no active key with this key id", "set oauth.key_id"),
			func(_ *authserver.App, o *OAuthConfig) { o.KeyID = "another" }),
		"wrong key": withApp(t, failing(connection.Token, "does not belong to the public key", "two halves of one pair"),
			func(_ *authserver.App, o *OAuthConfig) { o.PrivateKey = configopaque.String(another.pem) }),
		"no key at the app": withApp(t, failing(connection.Token, "the app has no usable public key", "add the public half"),
			func(a *authserver.App, _ *OAuthConfig) { a.Keys = nil }),
		"wrong secret": withApp(t, failing(connection.Token, "the client secret is wrong", "set oauth.client_secret"),
			func(a *authserver.App, o *OAuthConfig) {
				a.Kind, a.Secrets = authserver.APIServiceIntegration, []authserver.AppSecret{{Value: testSecret}}
				o.PrivateKey, o.KeyID, o.ClientSecret = "", "", "anotherSecretThatIsWrong"
			}),
		"DPoP required but disabled": withApp(t, failing(connection.Token, "the app requires DPoP", "set oauth.dpop to auto"),
			func(a *authserver.App, o *OAuthConfig) { a.RequireDPoP, o.DPoP = true, "disabled" }),
		"DPoP required but off at the app": withApp(t, failing(connection.Token, "the app does not use DPoP", "set oauth.dpop to auto"),
			func(_ *authserver.App, o *OAuthConfig) { o.DPoP = "required" }),
		"zone-blocked": withApp(t, failing(connection.Token, "may not be used from this address", "add the collector's public address to the network zone"),
			func(a *authserver.App, _ *OAuthConfig) { a.OutsideZone = true }),

		"clock behind": {oktatest.Options{Skew: 10 * time.Minute}, func(*world) {},
			warning(connection.Clock, "this machine is 10 min behind okta's", "check the time synchronisation")},
		"clock ahead": {oktatest.Options{Skew: -3 * time.Hour}, func(*world) {},
			warning(connection.Clock, "this machine is 3 h ahead of okta's", "check the time synchronisation")},
		"proxy removes the date": always(fault.OmitDate(), warning(connection.Clock, "does not tell the time", "no proxy removes the Date header")),

		"server error":               always(fault.Status(500, fault.OktaError("E0000009", "")), failing(connection.SystemLog, "okta itself failed", "see status.okta.com")),
		"gateway page":               always(fault.Status(502, fault.HTMLPage), failing(connection.SystemLog, "okta itself failed", "wait, it is tried again")),
		"login page":                 always(fault.Status(200, fault.HTMLPage), failing(connection.SystemLog, "the answer does not tell", "check org_url")),
		"no such path":               always(fault.Status(404, fault.OktaError("E0000008", "")), failing(connection.SystemLog, "org_url does not lead to the APIs", "check org_url")),
		"redirect":                   always(fault.RedirectTo("https://acme-admin.okta.com/"), failing(connection.SystemLog, "org_url does not lead to the APIs", "check org_url")),
		"no request that okta knows": always(fault.Status(400, fault.OktaError("E0000053", "")), failing(connection.SystemLog, "okta does not understand the request", "no proxy changes requests")),
		"feature off":                always(fault.Status(401, fault.OktaError("E0000015", "")), failing(connection.SystemLog, "does not have this feature", "ask Okta")),
		"reset":                      always(fault.ResetBeforeAnswer(), failing(connection.Network, "broken off on the way", "egress allow-list")),
		"silence":                    always(fault.Hang(), failing(connection.Network, "nothing answered in time", "egress allow-list")),

		"rate limit exhausted": withToken(func(w *world) { w.org.Spend("another client", 60); w.org.Spend("and one more", 60) },
			failing(connection.RateLimit, "are used up", "wait for 61 s; if it comes back, have the org's other clients ask less often")),
		"rate limit of tokens exhausted": withApp(t, failing(connection.RateLimit, "are used up", "if it comes back"),
			func(_ *authserver.App, _ *OAuthConfig) {}).and(func(w *world) { w.org.InjectTokenAlways(fault.RateLimited(30 * time.Second)) }),
		"rate limit nearly exhausted": withToken(func(w *world) { w.org.Spend("another client", 60); w.org.Spend("and one more", 52) },
			warning(connection.RateLimit, "what is left of this minute is the reserve", "have the org's other clients ask less often")),
		"reserve of everything": withToken(func(w *world) { w.cfg.RateLimit.Reserve = 0.999 },
			warning(connection.RateLimit, "the reserve leaves no request", "lower rate_limit.reserve")),
		"proxy removes the rate limit": always(fault.BadRateHeaders(), warning(connection.RateLimit, "names no rate limit", "no proxy removes")),

		"filter syntax error": withToken(func(w *world) { w.cfg.Filter = `eventType eqq "x"` }, failing(connection.Filter, "does not accept filter", "check filter and q")),
		"filter field":        withToken(func(w *world) { w.cfg.Filter = `nonsense eq "x"` }, failing(connection.Filter, "does not accept filter", "check filter and q")),
		"since too old": withToken(func(w *world) { w.cfg.StartAt = w.org.Now().AddDate(0, 0, -200).Format(time.RFC3339) },
			warning(connection.StartAt, "further back than the 90 days", "set start_at to a later time")),
		"since that okta refuses": {oktatest.Options{MaxSince: time.Hour}, func(w *world) { w.cfg.StartAt = "-2h" },
			failing(connection.StartAt, "does not accept where to read on", "set start_at to a time")},
		"failure in the middle": withToken(func(w *world) {
			w.cfg.Filter = `eventType sw "user."`
			w.org.Inject(fault.SlowBody(1, 0), fault.Status(503, fault.NoBody))
		}, failing(connection.Filter, "okta itself failed", "see status.okta.com")),
		"failure at the end": withToken(func(w *world) {
			fault := fault.ResetBeforeAnswer()
			fault.Meets = func(r *http.Request) bool { return r.URL.Query().Get("sortOrder") == "DESCENDING" }
			w.org.InjectAlways(fault)
		},
			failing(connection.NewestEvent, "broken off on the way", "egress allow-list")),
	}
}

// and spoils something further.
func (o outage) and(spoil func(*world)) outage {
	before := o.spoil
	o.spoil = func(w *world) { before(w); spoil(w) }
	return o
}
