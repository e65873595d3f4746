// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// maxSaid bounds what a step repeats of what a server says, in bytes.
const maxSaid = 500

// clock compares the clocks. The receiver goes by Okta's, so a difference loses no event and is a warning only.
func (p *probe) clock() Step {
	ahead, known := p.target.Client.Clock().Offset()
	if !known {
		return Step{Name: Clock, Result: Warning,
			Cause:  "okta's answer does not tell the time",
			Remedy: "check that no proxy removes the Date header of okta's answers",
		}
	}
	if ahead.Abs() < wire.TolerableOffset {
		return ok(Clock, "as okta's, to %s", span(wire.TolerableOffset))
	}
	direction := "behind"
	if ahead < 0 {
		direction = "ahead of"
	}
	return Step{Name: Clock, Result: Warning,
		Detail: fmt.Sprintf("%s %s okta's", span(ahead.Abs()), direction),
		Cause:  fmt.Sprintf("the clock of this machine is %s %s okta's", span(ahead.Abs()), direction),
		Remedy: "check the time synchronisation of this machine: polling follows okta's clock, other programs may not",
	}
}

// token describes the credential that Okta has accepted.
func (p *probe) token() Step {
	grant, known := auth.GrantOf(p.target.Client.Transport())
	if !known {
		return ok(Token, "the credential of %s is accepted", p.target.Credential)
	}
	kind := "an access token"
	if grant.Bound {
		kind = "an access token bound to a key (DPoP)"
	}
	return ok(Token, "%s for %s that ends in %s", kind, wire.Printable(strings.Join(grant.Scopes, " "), maxSaid), span(time.Until(grant.Ends)))
}

// role tells whether the credential sees events. Okta shows some roles that may not read the log an empty one instead
// of refusing them.
func (p *probe) role() Step {
	if p.event != nil {
		return ok(Role, "the credential may read events")
	}
	return Step{Name: Role, Result: Warning,
		Detail: "the log is empty",
		Cause:  "okta shows not one event of the last " + span(okta.Retention) + ", as it does to admin roles that see too little",
		Remedy: "give the credential's admin, or the service app, the Read-only Administrator role; an org that is new may be empty",
	}
}

// rateLimit reports what the rate limit allows.
func (p *probe) rateLimit(limit wire.RateLimit) Step {
	if !limit.Known() {
		return Step{Name: RateLimit, Result: Warning,
			Cause:  "okta's answer names no rate limit, so its reserve can't be kept",
			Remedy: "check that no proxy removes the X-Rate-Limit headers of okta's answers",
		}
	}
	budget := max(0, limit.Above(p.target.Reserve, limit.Ceiling))
	step := ok(RateLimit, "%s requests a minute, %s left; with a reserve of %.0f %% up to %s events an hour",
		Grouped(limit.Ceiling), Grouped(limit.Remaining), p.target.Reserve*100, Grouped(budget*60*p.target.Query.PageSize))
	switch {
	case budget == 0:
		step.Result = Warning
		step.Cause = "the reserve leaves no request to this receiver but the first of each minute"
		step.Remedy = "lower rate_limit.reserve"
	case limit.Above(p.target.Reserve, limit.Remaining) <= 0:
		step.Result = Warning
		step.Cause = "what is left of this minute is the reserve, so polling waits for " + span(limit.UntilReset)
		step.Remedy = rateLimitRemedy
	}
	return step
}

// publishedOf reads when an event was published.
func publishedOf(event []byte) (time.Time, bool) {
	var known struct {
		Published time.Time `json:"published"`
	}
	err := json.Unmarshal(event, &known)
	return known.Published, err == nil && !known.Published.IsZero()
}
