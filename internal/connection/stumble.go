// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"errors"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
)

// relief is what helps against a rate limit that others use up.
const relief = "have the org's other clients ask less often, or give this credential a larger share of the rate limit (Reports > Rate Limits)"

// steps says at which step a cause shows. Causes that are not here show at the System Log.
var steps = map[okta.Cause]string{
	okta.CauseDNS:                  Network,
	okta.CauseConnectionRefused:    Network,
	okta.CauseUnreachable:          Network,
	okta.CauseConnectionBroken:     Network,
	okta.CauseProxy:                Network,
	okta.CauseTLS:                  Network,
	okta.CauseCertificateAuthority: Network,
	okta.CauseCertificateHost:      Network,
	okta.CauseCertificateTime:      Network,

	okta.CauseClock: Clock,

	okta.CauseCredentialFile:    Token,
	okta.CauseCredentialMissing: Token,
	okta.CauseCredentialRefused: Token,
	okta.CauseAPIToken:          Token,
	okta.CauseAccessToken:       Token,
	okta.CauseScope:             Token,
	okta.CauseScopeName:         Token,
	okta.CauseNetworkZone:       Token,
	okta.CauseClientID:          Token,
	okta.CauseClientKind:        Token,
	okta.CauseClientSecret:      Token,
	okta.CauseClientRefused:     Token,
	okta.CauseManyCredentials:   Token,
	okta.CauseBrowser:           Token,
	okta.CauseKeyID:             Token,
	okta.CauseKeyNotRegistered:  Token,
	okta.CauseSignature:         Token,
	okta.CauseAssertion:         Token,
	okta.CauseAudience:          Token,
	okta.CauseReplay:            Token,
	okta.CauseDPoPRequired:      Token,
	okta.CauseDPoPOff:           Token,
	okta.CauseDPoPNonce:         Token,
	okta.CauseDPoPProof:         Token,

	okta.CauseRole:      Role,
	okta.CauseForbidden: Role,

	okta.CauseRateLimit: RateLimit,
	okta.CausePosition:  StartAt,
	okta.CauseFilter:    Filter,
}

// remedies are for causes that pass by themselves, or of which Okta says nothing.
var remedies = map[okta.Cause]string{
	okta.CauseUnknown:   "check org_url and what is between this machine and okta: firewall, proxy, DNS",
	okta.CauseServer:    "wait, it is tried again by itself; see status.okta.com if it lasts",
	okta.CauseRateLimit: relief,
	okta.CausePosition:  "set start_at to a time that is less than " + span(okta.Retention) + " ago",
}

// stumble reports the step at which the first request failed, and those before it as far as the
// answer tells about them.
func (w *walk) stumble(ctx context.Context, err error, route *route) bool {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return false
	case errors.Is(err, okta.ErrNoTurn):
		return w.noTurn(Network)
	}
	e := asOktaError(err)
	failed := w.stepOf(e)
	if failed.Name == StartAt || failed.Name == Filter {
		// There was neither in the request, so it is the request that okta did not understand.
		failed.Name, failed.Cause, failed.Remedy = SystemLog, okta.CauseRequest.Meaning(), okta.CauseRequest.Remedy()
	}
	clock := w.clock()
	if _, known := w.target.Client.Clock().Offset(); !known {
		clock = skipped(Clock, "not known")
	}
	before := []Step{route.step(), clock, w.token(), ok(SystemLog, "%s answers", w.target.Org.Host)}
	switch {
	case e.Status == 0:
		// The credential is looked at before anything is sent.
		before = []Step{skipped(Network, "not tried"), skipped(Clock, "not known")}
	case failed.Name == RateLimit && e.TokenEndpoint:
		before = before[:2]
	case !w.credentialAccepted(e):
		before[2] = skipped(Token, "not known: okta did not look at it")
	}
	for _, step := range before {
		if step.Name == failed.Name {
			break
		}
		w.report(step)
	}
	w.report(failed)
	return false
}

// credentialAccepted reports whether a failure came after the credential was found good.
func (w *walk) credentialAccepted(e *okta.Error) bool {
	_, minted := auth.GrantOf(w.target.Client.Transport())
	return minted || steps[e.Cause] == Role
}

// fail reports that a later request failed, for which the step it was made for stands.
func (w *walk) fail(ctx context.Context, err error, at string) bool {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return false
	case errors.Is(err, okta.ErrNoTurn):
		return w.noTurn(at)
	}
	failed := w.stepOf(asOktaError(err))
	if at != Filter || failed.Name != StartAt {
		failed.Name = at
	}
	w.report(failed)
	return false
}

// noTurn reports that the rest could not be walked, since the receivers of this org use what the rate
// limit leaves them. That is no failure, and the walk is over.
func (w *walk) noTurn(at string) bool {
	w.report(skipped(at, "not tried: no turn within the rate limit came in time"))
	w.over = true
	return true
}

// asOktaError makes the end of a context an error like any other.
func asOktaError(err error) *okta.Error {
	var e *okta.Error
	if !errors.As(err, &e) {
		e = okta.NoAnswer(err)
	}
	return e
}

// stepOf is the step at which an error shows, with its cause and remedy.
func (w *walk) stepOf(e *okta.Error) Step {
	name, known := steps[e.Cause]
	switch {
	case known:
	case e.Status == 0:
		name = Network
	case e.TokenEndpoint:
		name = Token
	default:
		name = SystemLog
	}
	step := Step{Name: name, Result: Failed, Detail: e.What(), Cause: e.Cause.Meaning(), Remedy: e.Cause.Remedy(), Err: e}
	if step.Remedy == "" {
		step.Remedy = remedies[e.Cause]
	}
	if e.Cause == okta.CauseUnknown && e.Status == 0 {
		step.Cause = "no answer comes from " + w.target.Org.Host
		if w.target.Proxy != "" {
			step.Cause, step.Remedy = okta.CauseProxy.Meaning(), okta.CauseProxy.Remedy()
		}
	}
	if e.Wait > 0 {
		step.Remedy = "wait for " + span(e.Wait) + "; if it comes back, " + step.Remedy
	}
	return step
}
