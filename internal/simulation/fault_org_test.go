// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// logFaults is what can go wrong with an answer of the System Log.
var logFaults = map[string]fault.Fault{
	"status 500":                 fault.Status(500, fault.OktaError("E0000009", "")),
	"status 502 of a gateway":    fault.Status(502, fault.HTMLPage),
	"status 503, empty":          fault.Status(503, fault.NoBody),
	"status 504 of a gateway":    fault.Status(504, fault.HTMLPage),
	"status 408":                 fault.Status(408, fault.NoBody),
	"status 204":                 fault.Status(204, fault.NoBody),
	"status 401":                 fault.Status(401, fault.OktaError("E0000011", "")),
	"status 403":                 fault.Status(403, fault.OktaError("E0000006", "")),
	"status 404":                 fault.Status(404, fault.OktaError("E0000008", "")),
	"a token called expired":     fault.WWWAuthenticate(401, "Bearer", "invalid_token", "The token has expired."),
	"a proof called expired":     fault.WWWAuthenticate(400, "DPoP", "invalid_dpop_proof", "The DPoP proof JWT is expired."),
	"a redirect":                 fault.RedirectTo("https://evil.example/api/v1/logs"),
	"half a page":                fault.TruncatedJSON(),
	"invalid JSON":               fault.InvalidJSON(),
	"half a gzip stream":         fault.HalfGzip(),
	"an empty body":              fault.NotAnArray("", ""),
	"an object":                  fault.NotAnArray("", "{}"),
	"a login page":               fault.NotAnArray("text/html", "<html>"),
	"a reset":                    fault.ResetBeforeAnswer(),
	"a reset in the body":        fault.ResetMidBody(),
	"fewer bytes than announced": fault.WrongContentLength(),
	"silence":                    fault.Hang(),
	"silence in the body":        fault.HangMidBody(),
	"a slow body":                fault.SlowBody(5, 2*time.Second),
	"a foreign next link":        fault.NextLinkTo("https://evil.example/api/v1/logs?after=1"),
	"a next link to http":        fault.NextLinkTo("http://org1.okta.com/api/v1/logs?after=1"),
	"no next link":               fault.MissingNext(),
	"no links":                   fault.MissingLinks(),
	"folded links":               fault.FoldedLinks(),
	"429":                        fault.RateLimited(40 * time.Second),
	"429 of concurrency":         fault.ConcurrencyLimited(),
	"429 without headers":        fault.Status(429, fault.NoBody),
	"a position refused once":    fault.PositionRefused(""),
	"links at another host":      fault.NextLinkAt("gateway.example"),
	"a next link to itself":      fault.NextLinkToItself(),
	"a cursor not found":         fault.CursorStatus(404, fault.HTMLPage),
	"a cursor gone":              fault.CursorStatus(410, fault.NoBody),
	"a cursor too long":          fault.CursorStatus(414, fault.HTMLPage),
	"a header too large":         fault.CursorStatus(431, fault.NoBody),
	"no date":                    fault.OmitDate(),
	"a date years ahead":         fault.DateOff(2 * 365 * 24 * time.Hour),
	"a date a day ahead":         fault.DateOff(24 * time.Hour),
	"a date years ago":           fault.DateOff(-3 * 365 * 24 * time.Hour),
	"a reset years ahead":        fault.Together(fault.OmitDate(), fault.ResetOff(2*365*24*time.Hour)),
	"a reset that is off":        fault.ResetOff(6 * time.Hour),
	"bad rate headers":           fault.BadRateHeaders(),
	"an event twice":             fault.DuplicateEvents(),
	"a page without end":         fault.OversizedBody(-1),
	"too many elements":          fault.Unpacks("[", 1, "]"),
	"a huge event":               fault.HugeEvents(70_000),
	"an echo":                    fault.Echo(401),
	"an echo with 403":           fault.Echo(403),
	"a proxy's 407":              fault.FromStranger(407, fault.HTMLPage),
	"a gateway's 403":            fault.FromStranger(403, fault.HTMLPage),
	"a filter's 451":             fault.FromStranger(451, fault.NoBody),
	"a portal's 511":             fault.FromStranger(511, fault.HTMLPage),
	"a portal's page":            fault.FromStranger(200, fault.HTMLPage),
}

// tokenFaults is what can go wrong with an answer of the token endpoint.
var tokenFaults = map[string]fault.Fault{
	"status 500":            fault.Status(500, fault.OAuthError("server_error", "")),
	"status 503 of gateway": fault.Status(503, fault.HTMLPage),
	"invalid_client":        fault.Status(401, fault.OAuthError("invalid_client", "The client_assertion JWT kid is invalid.")),
	"429":                   fault.RateLimited(30 * time.Second),
	"silence":               fault.Hang(),
	"a reset":               fault.ResetBeforeAnswer(),
	"a reset after a grant": fault.ResetAfterGrant(),
	"a login page":          fault.Status(200, fault.HTMLPage),
	"no nonce":              fault.WithoutNonce(),
	"no expires_in":         fault.TokenWithout("expires_in"),
	"a scope with escapes":  fault.TokenWith("scope", strings.Repeat("okta.logs.read \x1b[2J", 4<<10)),
	"an endless life":       fault.TokenWith("expires_in", 1e300),
	"a body without end":    fault.OversizedBody(-1),
	"an echo":               fault.Echo(401),
	"a portal's page":       fault.FromStranger(200, fault.HTMLPage),
}

// tellsWrongTime reports whether a fault of an answer is about its time.
func tellsWrongTime(kind string) bool {
	return strings.Contains(kind, "date") || strings.Contains(kind, "reset")
}

// countMeetings returns a fault that is counted when a request meets it.
func (n *node) countMeetings(kind string, f fault.Fault) fault.Fault {
	serve := f.Serve
	f.Serve = func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		n.coverage.add("met: "+kind, 1)
		n.locked(func() {
			n.disturb()
			n.reading.timeIsWrong = n.reading.timeIsWrong || tellsWrongTime(kind)
		})
		serve(w, r, answer)
	}
	return f
}

// requestFaults is faults that the next requests will meet.
type requestFaults struct {
	fault string
	times int
	token bool // requests for tokens
}

func (f requestFaults) String() string {
	if f.token {
		return fmt.Sprintf("access tokens are revoked, the next %d requests for tokens meet %s", f.times, f.fault)
	}
	return fmt.Sprintf("the next %d requests meet %s", f.times, f.fault)
}

func (f requestFaults) apply(n *node) {
	if f.token {
		n.org.RevokeTokens(clientID) // or the next request for a token may be an hour away
	}
	for range f.times {
		if f.token {
			n.org.InjectToken(n.countMeetings("token "+f.fault, tokenFaults[f.fault]))
		} else {
			n.org.Inject(n.countMeetings(f.fault, logFaults[f.fault]))
		}
	}
}

// outage is a fault that all requests meet for a while.
type outage struct {
	fault string
	last  time.Duration
}

func (f outage) String() string {
	return fmt.Sprintf("for %s all requests meet %s", f.last, f.fault)
}

func (f outage) apply(n *node) {
	fault, until := n.countMeetings(f.fault, logFaults[f.fault]), time.Now().Add(f.last)
	// It ends by its own condition: ClearFaults would also clear the faults that came after it.
	meets := fault.Meets
	fault.Meets = func(r *http.Request) bool {
		return time.Now().Before(until) && (meets == nil || meets(r))
	}
	n.org.InjectAlways(fault)
}

// refusePositions is an org that forgets its cursors.
type refusePositions struct{ code string }

func (f refusePositions) String() string {
	return fmt.Sprintf("the org refuses all positions so far, with %s", f.code)
}

func (f refusePositions) apply(n *node) {
	n.coverage.add("met: positions refused", 1)
	n.org.RefusePositions(f.code)
}

// credentialFault is a credential that does not work for a while.
type credentialFault struct {
	state oktatest.TokenState
	last  time.Duration
}

func (f credentialFault) String() string {
	name := map[oktatest.TokenState]string{
		oktatest.TokenInvalid: "is invalid", oktatest.TokenWithoutRole: "has no role", oktatest.TokenSeesNothing: "sees nothing",
	}[f.state]
	return fmt.Sprintf("the API token %s for %s; access tokens are revoked", name, f.last)
}

func (f credentialFault) apply(n *node) {
	n.coverage.add("met: credential revoked", 1)
	n.org.RevokeTokens(clientID)
	n.org.SetToken(n.token, f.state)
	time.AfterFunc(f.last, func() { n.org.SetToken(n.token, oktatest.TokenValid) })
}

// nonceChange is a change of the DPoP nonce.
type nonceChange struct{ forget bool }

func (f nonceChange) String() string {
	if f.forget {
		return "the org forgets all nonces"
	}
	return "the org has a new nonce"
}

func (f nonceChange) apply(n *node) {
	if f.forget {
		n.org.ForgetNonces()
	}
	n.org.RotateNonce()
}

// clockJump is a clock that jumps.
type clockJump struct{ ahead time.Duration }

func (f clockJump) String() string {
	return fmt.Sprintf("a clock jumps: okta's is now ahead by %s", f.ahead)
}

func (f clockJump) apply(n *node) {
	n.coverage.add("clock jumps", 1)
	n.locked(func() {
		n.network.rate.jumps.add(time.Now())
		n.disturb()
		// Until a position is stored the receiver knows its first start by Okta's clock, or by its own where Okta has
		// not told the time: no clock tells it once that has moved.
		if n.disk.values["position"] == nil {
			moved := time.Now().Add(f.ahead).Sub(n.org.Now()).Abs()
			n.owed.at, n.owed.since = n.owed.at.Add(moved), n.owed.since.Add(moved)
		}
		if !n.owed.known {
			n.owed.ahead = max(n.owed.ahead, f.ahead)
		}
	})
	n.org.SetSkew(f.ahead)
}

// otherClients is other clients of the org that use the rate limit. No single one could use it up.
type otherClients struct{ requests int }

func (f otherClients) String() string {
	return fmt.Sprintf("other clients send %d requests", f.requests)
}

func (f otherClients) apply(n *node) {
	for i := range f.requests {
		n.org.Spend(fmt.Sprint("client ", i%4), 1)
	}
	n.locked(func() {
		n.updateRateReport() // these refusals are not the receiver's
		n.disturb()
	})
}
