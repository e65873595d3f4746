// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// outcomes are what the requests of an outage come to, as the metric calls it, and the word that the
// component status begins with. An outage that is not here keeps no event away.
var outcomes = map[string][]string{
	oktaerr.Forbidden.String(): {
		"app without role", "app without scope", "proxy removes the token", "scope that does not exist",
		"scope that is not enough", "token without role", "zone-blocked",
	},
	oktaerr.Misdirected.String(): {"no such path", "redirect"},
	oktaerr.RateLimited.String(): {"rate limit of tokens exhausted", "rate limit exhausted"},
	oktaerr.Rejected.String():    {"filter field", "filter syntax error", "no request that okta knows", "since that okta refuses"},
	oktaerr.Unauthorized.String(): {
		"DPoP required but disabled", "DPoP required but off at the app", "deactivated app", "deactivated token", "feature off",
		"no key at the app", "unknown client", "unknown kid", "wrong key", "wrong secret", "wrong token",
	},
	oktaerr.Unavailable.String(): {"failure in the middle", "gateway page", "login page", "reset", "server error", "silence", "token file is missing"},
}

// passing are the outages that are over when polling begins: the status never shows them.
var passing = []string{"rate limit exhausted", "failure in the middle"}

func TestOutageShowsInStatusAndMetrics(t *testing.T) {
	all := outages(t)
	for _, names := range outcomes {
		for _, name := range names {
			require.Contains(t, all, name)
		}
	}
	for name, tc := range all {
		t.Run(name, func(t *testing.T) {
			inWorld(t, tc.options, func(t *testing.T, w *world) {
				w.cfg.StartAt, w.cfg.StartupCheck = poll.StartAtEnd, checkWarn
				w.happened(3, time.Minute)
				tc.spoil(w)
				w.start()
				w.wait(3 * time.Minute)

				shows := false
				for outcome, names := range outcomes {
					if !slices.Contains(names, name) {
						assert.Zero(t, w.requests(outcome), outcome)
						continue
					}
					assert.Positive(t, w.requests(outcome), outcome)
					if !slices.Contains(passing, name) {
						shows = true
						w.requireStatus(componentstatus.StatusRecoverableError, outcome+": ")
					}
				}
				if !shows {
					assert.Zero(t, w.status.count(), "polling works")
				}
				if tc.options.Skew != 0 {
					assert.InDelta(t, tc.options.Skew.Seconds(), w.gauge("clock_offset"), 2)
				}
				if tc.finds.step == connection.Role && tc.finds.result == connection.Warning {
					assert.Zero(t, w.metric("events_received"), "which is all that tells of it, and what OktaSystemLogQuiet goes by")
				}
			})
		})
	}
}
