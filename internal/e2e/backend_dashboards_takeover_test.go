// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/scenario"
)

// Who looks at the dashboard after a takeover finds whose account it was, from where, and what was done with it.
func TestBackendDashboardShowsTheTakeover(t *testing.T) {
	told, err := scenario.New("account-takeover", 1)
	require.NoError(t, err)
	now := time.Now().UTC()
	takeover := told.Takeover(now.Add(-2 * time.Hour))
	events := generate.New(2).Events(200, now.Add(-time.Hour), 10*time.Second)
	rules := map[string]struct{}{}
	for _, step := range takeover.Steps {
		events = append(events, step.Events...)
		for _, rule := range step.Rules {
			rules[rule] = struct{}{}
		}
	}
	slices.SortFunc(events, func(a, b logevent.Event) int { return a.Published.Compare(b.Published) })
	v := startInvestigated(t, events)
	d := dashboards(t)["okta-security"]
	rows := func(title string) []row {
		for _, panel := range d.shown() {
			if panel.Title == title {
				target := panel.Targets[0]
				target.Expr = strings.ReplaceAll(target.Expr, "${org:doublequote}", "*")
				return v.ask(t, target)
			}
		}
		require.Fail(t, "no panel "+title)
		return nil
	}
	with := func(found []row, column, value string) (some []row) {
		for _, one := range found {
			if one[column] == value {
				some = append(some, one)
			}
		}
		return some
	}

	addresses := rows("Addresses with failed sign-ins")
	require.NotEmpty(t, addresses)
	assert.Equal(t, takeover.Address, addresses[0]["client.address"], "the one with the most names comes first")
	assert.NotEmpty(t, with(rows("Successful sign-ins by country"), "okta.client.geographical_context.country", takeover.Country))
	assert.NotEmpty(t, with(rows("Users who refused pushes"), "user.name", takeover.Victim.Login))
	for _, change := range []string{"user.account.privilege.grant", "system.api_token.create", "policy.rule.update", "user.session.impersonation.grant"} {
		assert.NotEmpty(t, with(with(with(rows("Changes"), "okta.event_type", change), "okta.actor.alternate_id", takeover.Victim.Login), "client.address", takeover.Address), change)
	}
	matches := with(rows("Matches"), "client.address", takeover.Address)
	for rule := range rules {
		found := slices.ContainsFunc(matches, func(one row) bool { return strings.Contains(one["security_rule.name"], rule) })
		// The last step is the victim's own report, from home.
		assert.True(t, found || rule == "User reported suspicious activity", rule)
	}
}
