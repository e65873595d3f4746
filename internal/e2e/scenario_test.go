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
	read, want := 0, map[string][]string{}
	for _, step := range takeover.Steps {
		read += len(step.Events)
		for _, event := range step.Events {
			lines.Write(append(event.JSON, '\n'))
		}
		if len(step.Rules) > 0 {
			want[step.Events[0].UUID] = step.Rules
		}
	}
	events := filepath.Join(t.TempDir(), "takeover.ndjson")
	require.NoError(t, os.WriteFile(events, lines.Bytes(), 0o600))
	log := &output{more: make(chan struct{})}
	result, err := backtest.Run(t.Context(), backtest.Options{Collector: built(t, "otelcol-okta"), Config: detections, Events: events, List: true, Log: log})
	require.NoError(t, err, log)
	assert.Equal(t, read, result.Read)
	found := map[string][]string{}
	for _, match := range result.List {
		found[match.UUID] = append(found[match.UUID], match.Rule)
	}
	assert.Equal(t, want, found)
}
