// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/backtest"
)

func TestBacktestCountsWhatTheCasesMatch(t *testing.T) {
	cases, events := detectionCases(t)
	setKnownClients(t)
	log := &output{more: make(chan struct{})}
	result, err := backtest.Run(t.Context(), backtest.Options{Collector: built(t, "otelcol-okta"), Config: detections, Events: events, Log: log})
	require.NoError(t, err, log)
	assert.Empty(t, log.String(), "no rule is too much for a case")
	matched := 0
	matches, nearMisses := map[string]int{}, map[string]int{}
	for _, c := range cases {
		for _, rule := range c.Matches {
			matches[rule]++
		}
		if len(c.Matches) > 0 {
			matched++
		}
		nearMisses[c.NearMissOf]++
	}
	assert.Equal(t, len(cases), result.Read)
	assert.Equal(t, len(cases), result.Exported)
	assert.Equal(t, matched, result.Matched)
	assert.Equal(t, []string{"2026-11-16", "2026-11-17", "2026-11-18"}, result.Days())
	assert.True(t, result.Windows)
	assert.Len(t, result.Rules, 21)
	assert.Len(t, matches, len(result.Rules), "every case names a rule that there is")
	for _, rule := range result.Rules {
		assert.Positive(t, matches[rule], "%s has a case that matches", rule)
		assert.Equal(t, matches[rule], result.Total(rule), rule)
		assert.Positive(t, nearMisses[rule], "%s has a near miss", rule)
	}
}

func TestBacktestOfAnOrgListsRulesWithoutAMatch(t *testing.T) {
	_, events := detectionCases(t)
	org := startSimulator(t, "--events", events, "--rate-limit", "-1")
	t.Setenv("OKTA_API_TOKEN", token)
	t.Setenv("OKTA_ORG_URL", org)
	log := &output{more: make(chan struct{})}
	options := backtest.Options{Collector: built(t, "otelcol-okta"), Config: detections, Start: "-25h", Log: log}
	result, err := backtest.Run(t.Context(), options)
	require.NoError(t, err, log)
	require.Positive(t, result.Read)
	missing := slices.DeleteFunc(slices.Clone(result.Rules), func(rule string) bool { return result.Total(rule) > 0 })
	assert.Empty(t, missing)
	assert.Equal(t, 3, result.Total("OAuth client or token abuse"), "a grant is none of them, as long as nobody has said which clients are known")

	options.Org = startSimulator(t, "--backlog", "6000", "--rate", "0", "--rate-limit", "-1")
	result, err = backtest.Run(t.Context(), options)
	require.NoError(t, err, log)
	assert.Equal(t, 6000, result.Read, "several pages")
	var table strings.Builder
	require.NoError(t, result.Print(&table))
	assert.Regexp(t, `Phishing blocked by FastPass +0 +0\.0 %`, table.String())
	assert.Regexp(t, `6000 events read, [1-9]\d* \(`, table.String())
}

func TestBacktestOfAnOrgThatIsNeverQuietEnds(t *testing.T) {
	t.Setenv("OKTA_API_TOKEN", token)
	org := startSimulator(t, "--backlog", "3000", "--rate", "20", "--rate-limit", "-1")
	log := &output{more: make(chan struct{})}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	result, err := backtest.Run(ctx, backtest.Options{Collector: built(t, "otelcol-okta"), Config: detections, Start: "-25h", Org: org, Log: log})
	require.NoError(t, err, log)
	assert.Greater(t, result.Read, 3000, "all that was there when it began, and what came first after that")
	assert.Equal(t, result.Read, result.Exported)
	assert.Positive(t, result.Matched)
	assert.Less(t, result.Matched, result.Read)
}

func TestBacktestOfAnOrgThatRefusesEnds(t *testing.T) {
	t.Setenv("OKTA_API_TOKEN", "00another")
	log := &output{more: make(chan struct{})}
	_, err := backtest.Run(t.Context(), backtest.Options{Collector: built(t, "otelcol-okta"), Config: detections, Start: "-25h", Log: log,
		Org: startSimulator(t, "--backlog", "10", "--rate", "0")})
	require.ErrorContains(t, err, "the collector ended before it had read the events")
	assert.Contains(t, log.String(), "create a new one and set it in api_token")
}

func TestBacktestEndsWhenTheCollectorDoes(t *testing.T) {
	_, events := detectionCases(t)
	_, err := backtest.Run(t.Context(), backtest.Options{Collector: "/bin/false", Config: detections, Events: events, Log: &output{more: make(chan struct{})}})
	assert.ErrorContains(t, err, "the collector ended before it had read the events")
}
