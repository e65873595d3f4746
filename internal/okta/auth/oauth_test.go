// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

func TestEachKindOfAppOpensTheLog(t *testing.T) {
	for name, tc := range map[string]struct {
		app        func(*authserver.App)
		oauth      authserver.Options
		dpop       DPoP
		secret     bool
		scheme     string
		challenges int
	}{
		"auto, app without DPoP":       {scheme: "Bearer"},
		"auto, app with DPoP":          {app: requireDPoP, scheme: "DPoP", challenges: 1},
		"auto, binds unasked":          {oauth: authserver.Options{BindUnasked: true}, scheme: "DPoP", challenges: 1},
		"required":                     {app: requireDPoP, dpop: DPoPRequired, scheme: "DPoP", challenges: 1},
		"disabled":                     {dpop: DPoPDisabled, scheme: "Bearer"},
		"nonce in challenges only":     {app: requireDPoP, oauth: authserver.Options{NonceOnlyInChallenges: true}, scheme: "DPoP", challenges: 1},
		"nonce for the log, 401":       {app: requireDPoP, oauth: authserver.Options{ResourceNonce: authserver.NonceAsked401}, scheme: "DPoP", challenges: 1},
		"nonce for the log, 400":       {app: requireDPoP, oauth: authserver.Options{ResourceNonce: authserver.NonceAsked400}, scheme: "DPoP", challenges: 1},
		"integration with secret":      {app: integration, secret: true, scheme: "Bearer"},
		"integration, secret and DPoP": {app: func(a *authserver.App) { integration(a); requireDPoP(a) }, secret: true, scheme: "DPoP", challenges: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, oktatest.Options{OAuth: tc.oauth}, tc.app)
				if tc.dpop != "" {
					r.settings.DPoP = tc.dpop
				}
				if tc.secret {
					r.settings.Client = ClientSecret(testClient, Static(testSecret))
				}
				transport := r.transport(t)
				for range 60 {
					requireStatus(t, http.StatusOK, transport)
					time.Sleep(5 * time.Minute) // virtual
				}
				assert.Equal(t, 6, r.org.Issued(), "five hours: one each 55 minutes")
				assert.Equal(t, 6, r.issued)
				assert.Equal(t, tc.challenges, r.org.NonceChallenges())
				assert.Empty(t, r.org.FailedGrants())

				proofs := map[string]bool{}
				for _, request := range r.org.Requests() {
					if proof := request.Header.Get("DPoP"); proof != "" {
						assert.False(t, proofs[proof], "a proof was sent twice")
						proofs[proof] = true
					}
					if strings.HasPrefix(request.URL, "/api/v1/logs") {
						assert.True(t, strings.HasPrefix(request.Header.Get("Authorization"), tc.scheme+" "))
					} else {
						assert.Equal(t, "test/1", request.Header.Get("User-Agent"))
						assert.False(t, tc.secret && request.Form.Has("client_assertion"))
					}
				}
			})
		})
	}
}

const testSecret = "synthetic-secret+/%"

func requireDPoP(app *authserver.App) { app.RequireDPoP = true }

func integration(app *authserver.App) {
	app.Kind, app.Keys = authserver.APIServiceIntegration, nil
	app.Secrets = []authserver.AppSecret{{Value: testSecret}}
}

func TestSkewedClocksDoNotMatter(t *testing.T) {
	for _, skew := range []time.Duration{-10 * time.Minute, 10 * time.Minute, -3 * time.Hour, 3 * time.Hour} {
		for _, change := range []func(*authserver.App){nil, requireDPoP} {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, oktatest.Options{Skew: skew}, change)
				transport := r.transport(t)
				for range 30 {
					requireStatus(t, http.StatusOK, transport)
					time.Sleep(5 * time.Minute) // virtual
				}
				assert.Equal(t, 3, r.org.Issued())
				failed := 0
				for _, n := range r.org.FailedGrants() {
					failed += n
				}
				assert.LessOrEqual(t, failed, 1, "the first request may be refused, and tells the time")

				r.org.SetSkew(-skew)
				time.Sleep(time.Hour) // virtual
				requireStatus(t, http.StatusOK, transport)
				requireStatus(t, http.StatusOK, transport)
			})
		}
	}
}

// A clock that jumps between two requests is noticed by the refusal, whose Date tells the time. Here the refusal names
// no rate limit that would confirm it.
func TestClockThatJumpsCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{}, requireDPoP)
		transport := r.transport(t)
		requireStatus(t, http.StatusOK, transport)
		for _, skew := range []time.Duration{-10 * time.Minute, 0, 10 * time.Minute} {
			r.org.SetSkew(skew)
			requireStatus(t, http.StatusOK, transport)
		}
		assert.Equal(t, 1, r.org.Issued())

		// Further ahead than anything is signed for it takes as many refusals as agree with each other.
		r.org.SetSkew(40 * time.Minute)
		requireStatus(t, http.StatusBadRequest, transport)
		time.Sleep(time.Minute) // virtual
		requireStatus(t, http.StatusBadRequest, transport)
		time.Sleep(time.Minute)
		requireStatus(t, http.StatusOK, transport)
	})
}

func TestTokenThatOktaRefusesIsReplacedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{}, requireDPoP)
		transport := r.transport(t)
		requireStatus(t, http.StatusOK, transport)
		assert.Equal(t, 1, r.org.RevokeTokens(testClient))
		requireStatus(t, http.StatusOK, transport)
		assert.Equal(t, 2, r.org.Issued())

		r.org.InjectAlways(fault.WWWAuthenticate(401, "DPoP", "invalid_token", "The access token has been revoked."))
		requireStatus(t, http.StatusUnauthorized, transport)
		assert.Equal(t, 3, r.org.Issued(), "once, then the answer is passed on")
	})
}

func TestOtherRefusalsCostNoToken(t *testing.T) {
	for name, met := range map[string]fault.Fault{
		"429 with a challenge": fault.WWWAuthenticate(429, "Bearer", "slow_down", "x"),
		"503 with a challenge": fault.WWWAuthenticate(503, "Bearer", "server_error", "x"),
		"403 role":             fault.Status(403, fault.OktaError("E0000006", "")),
		"400 htu":              fault.WWWAuthenticate(400, "DPoP", "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid."),
		"400 clock":            fault.WWWAuthenticate(400, "DPoP", "invalid_dpop_proof", "The DPoP proof JWT is issued in the future."),
		"302":                  fault.RedirectTo("https://evil.example/"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, oktatest.Options{}, requireDPoP)
				transport := r.transport(t)
				requireStatus(t, http.StatusOK, transport)
				r.org.Inject(met)
				status, err := get(t.Context(), transport)
				require.NoError(t, err)
				assert.NotEqual(t, http.StatusOK, status, "the answer is passed on, and nothing sent again")
				requireStatus(t, http.StatusOK, transport)
				assert.Equal(t, 1, r.org.Issued())
			})
		})
	}
}

func TestScopeGrantedLaterIsInTheNextToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{}, func(a *authserver.App) { a.Scopes = []string{"okta.users.read"} })
		r.settings.Scopes = []string{"okta.users.read", api.LogsScope}
		transport := r.transport(t)
		requireStatus(t, http.StatusForbidden, transport)
		r.org.ChangeApp(testClient, func(a *authserver.App) { a.Scopes = append(a.Scopes, api.LogsScope) })
		requireStatus(t, http.StatusOK, transport)
	})
}

func TestGrantTellsWhatTheTokenIsGoodFor(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil  func(*rig)
		scopes []string
		bound  bool
	}{
		"bearer":   {func(*rig) {}, []string{api.LogsScope}, false},
		"DPoP":     {func(r *rig) { r.org.ChangeApp(testClient, requireDPoP) }, []string{api.LogsScope}, true},
		"narrower": {func(r *rig) { r.org.InjectTokenAlways(fault.TokenWith("scope", "okta.users.read  okta.apps.read")) }, []string{"okta.users.read", "okta.apps.read"}, false},
		"silent":   {func(r *rig) { r.org.InjectTokenAlways(fault.TokenWithout("scope")) }, []string{api.LogsScope}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, oktatest.Options{}, nil)
				tc.spoil(r)
				transport := r.transport(t)
				_, known := GrantOf(transport)
				assert.False(t, known, "none before the first request")
				begun := time.Now()
				requireStatus(t, http.StatusOK, transport)
				grant, known := GrantOf(transport)
				require.True(t, known)
				assert.Equal(t, Grant{Scopes: tc.scopes, Bound: tc.bound, Ends: begun.Add(time.Hour)}, grant)
				time.Sleep(time.Hour) // virtual
				_, known = GrantOf(transport)
				assert.False(t, known, "it has ended")
			})
		})
	}
	_, known := GrantOf(http.DefaultTransport)
	assert.False(t, known)
}

func TestAutoLearnsWithOneFailedGrantAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{}, nil)
		transport := r.transport(t)
		for i := range 6 {
			// An admin who can't decide.
			r.org.ChangeApp(testClient, func(a *authserver.App) { a.RequireDPoP = i%2 == 1 })
			r.org.RevokeTokens(testClient)
			requireStatus(t, http.StatusOK, transport)
			time.Sleep(time.Hour) // virtual
			requireStatus(t, http.StatusOK, transport)
		}
		assert.Equal(t, map[string]int{"invalid_dpop_proof": 1}, r.org.FailedGrants())
	})
}

func TestFailedTokenRequestsNameTheirCause(t *testing.T) {
	change := func(f func(*authserver.App)) func(*rig) {
		return func(r *rig) { r.org.ChangeApp(testClient, f) }
	}
	for name, tc := range map[string]struct {
		spoil func(*rig)
		cause oktaerr.Cause
		kind  oktaerr.Kind
	}{
		"no app":        {func(r *rig) { r.org.DeleteApp(testClient) }, oktaerr.CauseClientID, oktaerr.Unauthorized},
		"deactivated":   {change(func(a *authserver.App) { a.Inactive = true }), oktaerr.CauseClientRefused, oktaerr.Unauthorized},
		"no key":        {change(func(a *authserver.App) { a.Keys = nil }), oktaerr.CauseKeyNotRegistered, oktaerr.Unauthorized},
		"inactive key":  {change(func(a *authserver.App) { a.Keys[0].Inactive = true }), oktaerr.CauseKeyID, oktaerr.Unauthorized},
		"another key":   {change(func(a *authserver.App) { a.Keys[0] = authserver.ActiveKey(testKeyID, mustKey().Public()) }), oktaerr.CauseSignature, oktaerr.Unauthorized},
		"another host":  {change(func(a *authserver.App) { a.AudienceHost = "login.example.com" }), oktaerr.CauseAudience, oktaerr.Unauthorized},
		"scope":         {change(func(a *authserver.App) { a.Scopes = []string{} }), oktaerr.CauseScope, oktaerr.Forbidden},
		"scope name":    {func(r *rig) { r.settings.Scopes = []string{"logs"} }, oktaerr.CauseScopeName, oktaerr.Forbidden},
		"zone":          {change(func(a *authserver.App) { a.OutsideZone = true }), oktaerr.CauseNetworkZone, oktaerr.Forbidden},
		"web app":       {change(func(a *authserver.App) { a.Kind = authserver.WebApp }), oktaerr.CauseClientKind, oktaerr.Unauthorized},
		"grant type":    {change(func(a *authserver.App) { a.GrantTypes = []string{"implicit"} }), oktaerr.CauseClientKind, oktaerr.Forbidden},
		"secret":        {func(r *rig) { r.settings.Client = ClientSecret(testClient, Static("x")) }, oktaerr.CauseClientKind, oktaerr.Unauthorized},
		"DPoP disabled": {func(r *rig) { change(requireDPoP)(r); r.settings.DPoP = DPoPDisabled }, oktaerr.CauseDPoPRequired, oktaerr.Unauthorized},
		"DPoP required": {func(r *rig) { r.settings.DPoP = DPoPRequired }, oktaerr.CauseDPoPOff, oktaerr.Unauthorized},
		"nonce in circles": {func(r *rig) {
			change(requireDPoP)(r)
			r.org.InjectTokenAlways(fault.Status(400, fault.OAuthError("use_dpop_nonce", "x")))
		}, oktaerr.CauseDPoPNonce, oktaerr.Unauthorized},
		"redirect":        {func(r *rig) { r.org.InjectTokenAlways(fault.RedirectTo("https://acme-admin.okta.com/")) }, oktaerr.CauseAddress, oktaerr.Misdirected},
		"500":             {func(r *rig) { r.org.InjectTokenAlways(fault.Status(500, fault.OAuthError("server_error", "x"))) }, oktaerr.CauseServer, oktaerr.Unavailable},
		"502":             {func(r *rig) { r.org.InjectTokenAlways(fault.Status(502, fault.HTMLPage)) }, oktaerr.CauseServer, oktaerr.Unavailable},
		"a portal":        {func(r *rig) { r.org.InjectTokenAlways(fault.FromStranger(200, fault.HTMLPage)) }, oktaerr.CauseNotOkta, oktaerr.Unavailable},
		"a gateway":       {func(r *rig) { r.org.InjectTokenAlways(fault.FromStranger(401, fault.HTMLPage)) }, oktaerr.CauseNotOkta, oktaerr.Unavailable},
		"a gateway fails": {func(r *rig) { r.org.InjectTokenAlways(fault.FromStranger(503, fault.HTMLPage)) }, oktaerr.CauseGateway, oktaerr.Unavailable},
		"429":             {func(r *rig) { r.org.InjectTokenAlways(fault.RateLimited(30 * time.Second)) }, oktaerr.CauseRateLimit, oktaerr.RateLimited},
		"reset":           {func(r *rig) { r.org.InjectTokenAlways(fault.ResetBeforeAnswer()) }, oktaerr.CauseConnectionBroken, oktaerr.Unavailable},
		"half an answer":  {func(r *rig) { r.org.InjectTokenAlways(fault.ResetMidBody()) }, oktaerr.CauseConnectionBroken, oktaerr.Unavailable},
		"silence":         {func(r *rig) { r.org.InjectTokenAlways(fault.Hang()) }, oktaerr.CauseUnreachable, oktaerr.Unavailable},
		"endless":         {func(r *rig) { r.org.InjectTokenAlways(fault.OversizedBody(-1)) }, oktaerr.CauseUnknown, oktaerr.Unavailable},
		"a login page":    {func(r *rig) { r.org.InjectTokenAlways(fault.Status(200, fault.HTMLPage)) }, oktaerr.CauseUnknown, oktaerr.Unavailable},
		"no token":        {func(r *rig) { r.org.InjectTokenAlways(fault.TokenWithout("access_token")) }, oktaerr.CauseUnknown, oktaerr.Unavailable},
		"malformed token": {func(r *rig) { r.org.InjectTokenAlways(fault.TokenWith("access_token", "a\r\nb")) }, oktaerr.CauseUnknown, oktaerr.Unavailable},
		"unknown type":    {func(r *rig) { r.org.InjectTokenAlways(fault.TokenWith("token_type", "mac")) }, oktaerr.CauseUnknown, oktaerr.Unavailable},
		"DPoP out of nowhere": {func(r *rig) {
			r.settings.DPoP = DPoPDisabled
			r.org.InjectTokenAlways(fault.TokenWith("token_type", "DPoP"))
		}, oktaerr.CauseDPoPRequired, oktaerr.Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, oktatest.Options{}, nil)
				tc.spoil(r)
				e := requireCause(t, tc.cause, tc.kind, r.transport(t))
				assert.True(t, e.TokenEndpoint, e)
				assert.Equal(t, tc.kind == oktaerr.RateLimited, e.Wait > 0)
				assert.NotContains(t, e.Error(), "eyJ")
				asked := 0
				for _, request := range r.org.Requests() {
					require.NotContains(t, request.URL, "/api/v1/logs", "no token, no request")
					asked++
				}
				assert.LessOrEqual(t, asked, 2)
			})
		})
	}
}

func TestNothingGoesToAnotherHost(t *testing.T) {
	r := newRig(t, oktatest.Options{}, nil)
	for _, transport := range []http.RoundTripper{r.transport(t), SSWS(acme, Static("00secret"), r.next)} {
		for _, address := range []string{"https://evil.example/api/v1/logs", "http://acme.okta.com/api/v1/logs", "https://acme.okta.com:8443/"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
			require.NoError(t, err)
			_, err = transport.RoundTrip(req) //nolint:bodyclose // there is no answer
			require.ErrorContains(t, err, "refused to send the credential")
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, acme.String(), io.NopCloser(strings.NewReader("x")))
	require.NoError(t, err)
	_, err = r.transport(t).RoundTrip(req) //nolint:bodyclose // there is no answer
	require.ErrorContains(t, err, "a request with a body")
	assert.Empty(t, r.org.Requests())
}

// A body goes out with each sending of its request.
func TestBodyIsSentAgain(t *testing.T) {
	r := newRig(t, oktatest.Options{}, nil)
	var bodies []string
	requesting := r.next
	r.next = roundTripFunc(func(req *http.Request) (*http.Response, error) {
		if req.URL.Path == tokenPath {
			return requesting.RoundTrip(req)
		}
		body, err := io.ReadAll(req.Body)
		require.NoError(t, err)
		assert.Equal(t, int64(len(body)), req.ContentLength)
		bodies = append(bodies, string(body))
		w := httptest.NewRecorder()
		if len(bodies) == 1 {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return w.Result(), nil
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, acme.String()+"/api/v1/eventHooks", strings.NewReader(`{"name":"x"}`))
	require.NoError(t, err)
	resp, err := r.transport(t).RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, []string{`{"name":"x"}`, `{"name":"x"}`}, bodies, "with the old token, and with a new one")
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
