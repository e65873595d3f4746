// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPipelinesAreReachedByTheirSignal(t *testing.T) {
	config, err := Read(t.Context(), []string{`yaml:
connectors: {forward: , count: , routing: , unused: }
service:
  pipelines:
    logs: {receivers: [okta, otlp], exporters: [forward, count]}
    logs/2: {receivers: [forward], exporters: [debug, routing]}
    logs/3: {receivers: [routing], exporters: [forward]}
    metrics/1: {receivers: [otlp], exporters: [forward]}
    metrics/2: {receivers: [forward, count], exporters: [debug]}
    metrics/3: {receivers: [forward], exporters: [debug]}
    metrics/4: {receivers: [count], exporters: [debug]}
    traces: {receivers: [unused], exporters: [debug]}
`})
	require.NoError(t, err)
	reached := Reachable(config, "okta")
	assert.Equal(t, []string{"logs", "logs/2", "logs/3", "metrics/2", "metrics/4"}, slices.Sorted(maps.Keys(reached)))
	assert.Equal(t, []string{"okta"}, reached["logs"].Receivers)
	assert.Equal(t, []string{"count"}, reached["metrics/2"].Receivers)
	assert.Equal(t, []string{"forward"}, reached["logs/2"].Receivers)
	assert.Empty(t, Reachable(config, "none"))
}
