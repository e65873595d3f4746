// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/backtest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/scenario"
)

// What the scenario says of itself is what the detections find, and no more.
func TestDetectionsFindEachStepOfTheTakeover(t *testing.T) {
	told, err := scenario.New("account-takeover", 1)
	require.NoError(t, err)
	takeover := told.Takeover(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	var lines bytes.Buffer
	want, step := map[string]bool{}, map[string]scenario.Step{}
	for _, s := range takeover.Steps {
		for _, event := range s.Events {
			lines.Write(append(event.JSON, '\n'))
			step[event.UUID] = s
		}
		if s.Rule != "" {
			want[s.Rule] = true
		}
	}
	events := filepath.Join(t.TempDir(), "takeover.ndjson")
	require.NoError(t, os.WriteFile(events, lines.Bytes(), 0o600))
	log := &output{more: make(chan struct{})}
	result, err := backtest.Run(t.Context(), backtest.Options{Collector: built(t, "otelcol-okta"), Config: detections, Events: events, List: true, Log: log})
	require.NoError(t, err, log)
	assert.Equal(t, len(step), result.Read)
	found := map[string]bool{}
	for _, match := range result.List {
		// What Okta thinks of a sign-in stands on the evaluation of its policy as well.
		if s := step[match.UUID]; match.Rule == s.Rule || match.Rule == "High-risk sign-in" {
			found[match.Rule] = true
		} else {
			assert.Fail(t, "another detection than the step's", "%s: %s", s.Name, match.Rule)
		}
	}
	assert.Equal(t, want, found)
}
