// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"net/http"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// happen is events.
type happen struct {
	n    int
	late time.Duration
}

func (a happen) String() string {
	if a.late == 0 {
		return fmt.Sprintf("%d events happen", a.n)
	}
	return fmt.Sprintf("%d events happen, up to %s late", a.n, a.late)
}

func (a happen) on(m *member) { m.happen(a.n, a.late, 0) }

// faults is what can go wrong with an answer of the System Log.
var faults = map[string]oktatest.Fault{
	"status 500":                 oktatest.Status(500, oktatest.OktaError("E0000009", "")),
	"status 502 of a gateway":    oktatest.Status(502, oktatest.HTMLPage),
	"status 503, empty":          oktatest.Status(503, oktatest.NoBody),
	"status 504 of a gateway":    oktatest.Status(504, oktatest.HTMLPage),
	"status 408":                 oktatest.Status(408, oktatest.NoBody),
	"status 204":                 oktatest.Status(204, oktatest.NoBody),
	"status 401":                 oktatest.Status(401, oktatest.OktaError("E0000011", "")),
	"status 403":                 oktatest.Status(403, oktatest.OktaError("E0000006", "")),
	"status 404":                 oktatest.Status(404, oktatest.OktaError("E0000008", "")),
	"a token called expired":     oktatest.WWWAuthenticate(401, "Bearer", "invalid_token", "The token has expired."),
	"a proof called expired":     oktatest.WWWAuthenticate(400, "DPoP", "invalid_dpop_proof", "The DPoP proof JWT is expired."),
	"a redirect":                 oktatest.RedirectTo("https://evil.example/api/v1/logs"),
	"half a page":                oktatest.TruncatedJSON(),
	"invalid JSON":               oktatest.InvalidJSON(),
	"half a gzip stream":         oktatest.HalfGzip(),
	"an empty body":              oktatest.NotAnArray("", ""),
	"an object":                  oktatest.NotAnArray("", "{}"),
	"a login page":               oktatest.NotAnArray("text/html", "<html>"),
	"a reset":                    oktatest.ResetBeforeAnswer(),
	"a reset in the body":        oktatest.ResetMidBody(),
	"fewer bytes than announced": oktatest.WrongContentLength(),
	"silence":                    oktatest.Hang(),
	"silence in the body":        oktatest.HangMidBody(),
	"a slow body":                oktatest.SlowBody(5, 2*time.Second),
	"a foreign next link":        oktatest.NextLinkTo("https://evil.example/api/v1/logs?after=1"),
	"a next link to http":        oktatest.NextLinkTo("http://org1.okta.com/api/v1/logs?after=1"),
	"no next link":               oktatest.MissingNext(),
	"folded links":               oktatest.FoldedLinks(),
	"429":                        oktatest.RateLimited(40 * time.Second),
	"429 of concurrency":         oktatest.ConcurrencyLimited(),
	"429 without headers":        oktatest.Status(429, oktatest.NoBody),
	"a position refused once":    oktatest.PositionRefused(""),
	"no date":                    oktatest.OmitDate(),
	"bad rate headers":           oktatest.BadRateHeaders(),
	"an event twice":             oktatest.DuplicateEvents(),
}

// tokenFaults is what can go wrong with an answer of the token endpoint.
var tokenFaults = map[string]oktatest.Fault{
	"status 500":            oktatest.Status(500, oktatest.OAuthError("server_error", "")),
	"status 503 of gateway": oktatest.Status(503, oktatest.HTMLPage),
	"invalid_client":        oktatest.Status(401, oktatest.OAuthError("invalid_client", "The client_assertion JWT kid is invalid.")),
	"429":                   oktatest.RateLimited(30 * time.Second),
	"silence":               oktatest.Hang(),
	"a reset":               oktatest.ResetBeforeAnswer(),
	"a reset after a grant": oktatest.ResetAfterGrant(),
	"a login page":          oktatest.Status(200, oktatest.HTMLPage),
	"no nonce":              oktatest.WithoutNonce(),
	"no expires_in":         oktatest.TokenWithout("expires_in"),
}

// counted is a fault that is counted when a request meets it.
func (m *member) counted(kind string, f oktatest.Fault) oktatest.Fault {
	serve := f.Serve
	f.Serve = func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		m.tally.add("met: "+kind, 1)
		m.change(m.stir)
		serve(w, r, answer)
	}
	return f
}

// meet is faults that requests will meet.
type meet struct {
	fault string
	times int
	token bool // requests for tokens
}

func (a meet) String() string {
	if a.token {
		return fmt.Sprintf("access tokens are revoked, the next %d requests for tokens meet %s", a.times, a.fault)
	}
	return fmt.Sprintf("the next %d requests meet %s", a.times, a.fault)
}

func (a meet) on(m *member) {
	if a.token {
		m.org.RevokeTokens(clientID) // or the next request for a token may be an hour away
	}
	for range a.times {
		if a.token {
			m.org.InjectToken(m.counted("token "+a.fault, tokenFaults[a.fault]))
		} else {
			m.org.Inject(m.counted(a.fault, faults[a.fault]))
		}
	}
}

// outage is a fault that all requests meet for a while.
type outage struct {
	fault string
	last  time.Duration
}

func (a outage) String() string {
	return fmt.Sprintf("for %s all requests meet %s", a.last, a.fault)
}

func (a outage) on(m *member) {
	fault, until := m.counted(a.fault, faults[a.fault]), time.Now().Add(a.last)
	// It ends by itself: to clear it would clear what came after it, too.
	meets := fault.Meets
	fault.Meets = func(r *http.Request) bool {
		return time.Now().Before(until) && (meets == nil || meets(r))
	}
	m.org.InjectAlways(fault)
}

// refusePositions is an org that forgets its cursors.
type refusePositions struct{ code string }

func (a refusePositions) String() string {
	return fmt.Sprintf("the org refuses all positions so far, with %s", a.code)
}

func (a refusePositions) on(m *member) {
	m.tally.add("met: positions refused", 1)
	m.org.RefusePositions(a.code)
}

// revoke is a credential that is good for nothing for a while.
type revoke struct {
	state oktatest.TokenState
	last  time.Duration
}

func (a revoke) String() string {
	name := map[oktatest.TokenState]string{
		oktatest.TokenInvalid: "is invalid", oktatest.TokenWithoutRole: "has no role", oktatest.TokenSeesNothing: "sees nothing",
	}[a.state]
	return fmt.Sprintf("the API token %s for %s; access tokens are revoked", name, a.last)
}

func (a revoke) on(m *member) {
	m.tally.add("met: credential revoked", 1)
	m.org.RevokeTokens(clientID)
	m.org.SetToken(m.token, a.state)
	time.AfterFunc(a.last, func() { m.org.SetToken(m.token, oktatest.TokenValid) })
}

// nonces is a change of the DPoP nonce.
type nonces struct{ forget bool }

func (a nonces) String() string {
	if a.forget {
		return "the org forgets all nonces"
	}
	return "the org has a new nonce"
}

func (a nonces) on(m *member) {
	if a.forget {
		m.org.ForgetNonces()
	}
	m.org.RotateNonce()
}

// skew is a clock that jumps.
type skew struct{ ahead time.Duration }

func (a skew) String() string {
	return fmt.Sprintf("a clock jumps: okta's is now ahead by %s", a.ahead)
}

func (a skew) on(m *member) {
	m.tally.add("clock jumps", 1)
	m.change(func() {
		m.network.rate.jumps.count(time.Now())
		m.stir()
		if !m.owed.known {
			m.owed.ahead = max(m.owed.ahead, a.ahead)
		}
	})
	m.org.SetSkew(a.ahead)
}

// spend is other clients of the org that use the rate limit. No single one could use it up.
type spend struct{ requests int }

func (a spend) String() string {
	return fmt.Sprintf("other clients send %d requests", a.requests)
}

func (a spend) on(m *member) {
	for i := range a.requests {
		m.org.Spend(fmt.Sprint("client ", i%4), 1)
	}
	m.change(func() {
		m.report() // what was refused now was not ours
		m.stir()
	})
}
