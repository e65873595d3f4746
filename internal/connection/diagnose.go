// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"errors"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
)

// rateLimitRemedy is the remedy when others use the rate limit up.
const rateLimitRemedy = "have the org's other clients ask less often, or give this credential a larger share of the rate limit (Reports > Rate Limits)"

// steps gives each cause the step that it makes fail. Causes that are not here make the System Log step fail.
var steps = map[oktaerr.Cause]string{
	oktaerr.CauseDNS:                  Network,
	oktaerr.CauseConnectionRefused:    Network,
	oktaerr.CauseUnreachable:          Network,
	oktaerr.CauseConnectionBroken:     Network,
	oktaerr.CauseProxy:                Network,
	oktaerr.CauseNotOkta:              Network,
	oktaerr.CauseGateway:              Network,
	oktaerr.CauseEncoding:             Network,
	oktaerr.CauseTLS:                  Network,
	oktaerr.CauseCertificateAuthority: Network,
	oktaerr.CauseCertificateHost:      Network,
	oktaerr.CauseCertificateTime:      Network,

	oktaerr.CauseClock: Clock,

	oktaerr.CauseCredentialFile:    Token,
	oktaerr.CauseCredentialMissing: Token,
	oktaerr.CauseCredentialRefused: Token,
	oktaerr.CauseAPIToken:          Token,
	oktaerr.CauseAccessToken:       Token,
	oktaerr.CauseScope:             Token,
	oktaerr.CauseScopeName:         Token,
	oktaerr.CauseNetworkZone:       Token,
	oktaerr.CauseClientID:          Token,
	oktaerr.CauseClientKind:        Token,
	oktaerr.CauseClientSecret:      Token,
	oktaerr.CauseClientRefused:     Token,
	oktaerr.CauseManyCredentials:   Token,
	oktaerr.CauseBrowser:           Token,
	oktaerr.CauseKeyID:             Token,
	oktaerr.CauseKeyNotRegistered:  Token,
	oktaerr.CauseSignature:         Token,
	oktaerr.CauseAssertion:         Token,
	oktaerr.CauseAudience:          Token,
	oktaerr.CauseReplay:            Token,
	oktaerr.CauseDPoPRequired:      Token,
	oktaerr.CauseDPoPOff:           Token,
	oktaerr.CauseDPoPNonce:         Token,
	oktaerr.CauseDPoPProof:         Token,

	oktaerr.CauseRole:      Role,
	oktaerr.CauseForbidden: Role,

	oktaerr.CauseRateLimit: RateLimit,
	oktaerr.CausePosition:  StartAt,
	oktaerr.CauseFilter:    Filter,
}

// remedies are those of causes that have none of their own, since they pass by themselves or are not known.
var remedies = map[oktaerr.Cause]string{
	oktaerr.CauseUnknown:   "check org_url and what is between this machine and okta: firewall, proxy, DNS",
	oktaerr.CauseServer:    "wait, it is tried again by itself; see status.okta.com if it lasts",
	oktaerr.CauseRateLimit: rateLimitRemedy,
	oktaerr.CausePosition:  "set start_at to a time that is less than " + span(okta.Retention) + " ago",
}

// RemedyOf is what an operator can do about a cause. There is something for each: to wait, where nothing else helps.
func RemedyOf(cause oktaerr.Cause) string {
	if remedy := cause.Remedy(); remedy != "" {
		return remedy
	}
	return remedies[cause]
}

// diagnose reports the step that made the first request fail, and those before it as far as the answer shows how
// they ended.
func (p *probe) diagnose(ctx context.Context, err error, route *route) bool {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return false
	case errors.Is(err, pacing.ErrNoPermit):
		return p.noPermit(Network)
	}
	e := asOktaError(err)
	failed := p.stepOf(e)
	if failed.Name == StartAt || failed.Name == Filter {
		// The request had neither, so okta did not understand the request.
		failed.Name, failed.Cause, failed.Remedy = SystemLog, oktaerr.CauseRequest.Meaning(), oktaerr.CauseRequest.Remedy()
	}
	clock := p.clock()
	if _, known := p.target.Client.Clock().Offset(); !known {
		clock = skipped(Clock, "not known")
	}
	before := []Step{route.step(), clock, p.token(), ok(SystemLog, "%s answers", p.target.Org.Host)}
	switch {
	case e.Status == 0:
		// The credential is read before anything is sent.
		before = []Step{skipped(Network, "not tried"), skipped(Clock, "not known")}
	case failed.Name == RateLimit && e.TokenEndpoint:
		before = before[:2]
	case !p.credentialAccepted(e):
		before[2] = skipped(Token, "not known: okta did not look at it")
	}
	for _, step := range before {
		if step.Name == failed.Name {
			break
		}
		p.report(step)
	}
	p.report(failed)
	return false
}

// credentialAccepted reports whether a failure came after the credential was found good.
func (p *probe) credentialAccepted(e *oktaerr.Error) bool {
	_, issued := auth.GrantOf(p.target.Client.Transport())
	return issued || steps[e.Cause] == Role
}

// fail reports that a later request failed, as a failure of the step that it was made for.
func (p *probe) fail(ctx context.Context, err error, at string) bool {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return false
	case errors.Is(err, pacing.ErrNoPermit):
		return p.noPermit(at)
	}
	failed := p.stepOf(asOktaError(err))
	if at != Filter || failed.Name != StartAt {
		failed.Name = at
	}
	p.report(failed)
	return false
}

// noPermit reports that the remaining steps are not checked, since the receivers of this org use what the rate limit
// leaves them. That is no failure.
func (p *probe) noPermit(at string) bool {
	p.report(skipped(at, "not tried: no permit within the rate limit came in time"))
	p.stopped = true
	return true
}

// asOktaError returns the [*oktaerr.Error] in err, or makes one of the end of a context.
func asOktaError(err error) *oktaerr.Error {
	var e *oktaerr.Error
	if !errors.As(err, &e) {
		e = oktaerr.NoAnswer(err)
	}
	return e
}

// stepOf is the step that an error makes fail, with its cause and remedy.
func (p *probe) stepOf(e *oktaerr.Error) Step {
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
	step := Step{Name: name, Result: Failed, Detail: e.What(), Cause: e.Cause.Meaning(), Remedy: RemedyOf(e.Cause), Err: e}
	if e.Cause == oktaerr.CauseUnknown && e.Status == 0 {
		step.Cause = "no answer comes from " + p.target.Org.Host
		if p.target.Proxy != "" {
			step.Cause, step.Remedy = oktaerr.CauseProxy.Meaning(), oktaerr.CauseProxy.Remedy()
		}
	}
	if e.Wait > 0 {
		step.Remedy = "wait for " + span(e.Wait) + "; if it comes back, " + step.Remedy
	}
	return step
}
