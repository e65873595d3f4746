// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestParseTime(t *testing.T) {
	for text, want := range map[string]time.Time{
		"": {}, "beginning": {}, "-36h": noon.Add(-36 * time.Hour), "2026-11-01T00:00:00Z": time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		"2026-11-01": time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), "2026-11-01T01:30:00+02:00": time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC),
	} {
		got, err := parseTime("start", text, noon)
		require.NoError(t, err, text)
		assert.True(t, want.Equal(got), text)
	}
	for _, text := range []string{"24h", "yesterday", "2026-11-31", "2026-11-01 12:00"} {
		_, err := parseTime("start", text, noon)
		assert.ErrorContains(t, err, "start is \""+text+"\": use a time such as 2026-11-21T00:00:00Z, a date such as 2026-11-21", text)
	}
	_, err := parseTime("to", "beginning", noon)
	assert.ErrorContains(t, err, `to is "beginning"`)
}

func TestParseRange(t *testing.T) {
	within, err := parseRange("2026-11-20", "-1h", noon, false)
	require.NoError(t, err)
	assert.Equal(t, timeRange{time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), noon.Add(-time.Hour)}, within)

	_, err = parseRange("2026-11-20", "2026-11-20", noon, true)
	assert.ErrorContains(t, err, "to is 2026-11-20T00:00:00Z, which is not after start, 2026-11-20T00:00:00Z")
	_, err = parseRange("x", "y", noon, false)
	assert.ErrorContains(t, err, `start is "x"`)
	assert.ErrorContains(t, err, `to is "y"`)

	within, err = parseRange("what the receiver takes", "2026-11-20", noon, true)
	require.NoError(t, err)
	assert.Equal(t, timeRange{end: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}, within)
}
