// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func loadText(t *testing.T, text string, start time.Time) ([]string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	events, err := load(path, start)
	var loaded []string
	for _, event := range events {
		loaded = append(loaded, string(event.JSON))
	}
	return loaded, err
}

func TestEventsAreAnArrayOrFollowEachOther(t *testing.T) {
	both := []string{`{"uuid":"a"}`, `{"uuid": "b"}`}
	for _, text := range []string{
		`{"uuid":"a"}` + "\n" + `{"uuid": "b"}`,
		"\n" + `{"uuid":"a"}` + "\r\n\r\n" + `{"uuid": "b"}` + "\n",
		`{"uuid":"a"}{"uuid": "b"}`,
		` [{"uuid":"a"}, {"uuid": "b"}] `,
		"\ufeff[" + `{"uuid":"a"},` + "\n" + `{"uuid": "b"}` + "\n]",
	} {
		loaded, err := loadText(t, text, time.Time{})
		require.NoError(t, err, text)
		assert.Equal(t, both, loaded, text)
	}
	for _, text := range []string{"", " \n", "[]"} {
		loaded, err := loadText(t, text, time.Time{})
		require.NoError(t, err)
		assert.Empty(t, loaded)
	}
}

func TestEventsThatAreNone(t *testing.T) {
	for text, complaint := range map[string]string{
		`{"uuid":"a"}` + "\n17":  "event 2 must be a JSON object",
		`{"uuid":"a"}` + "\n{":   "event 2",
		`[{"uuid":"a"}, "text"]`: "event 2 must be a JSON object",
		`[{"uuid":"a"}`:          "the array has no end",
		`uuid,published`:         "event 1",
		`{"event":{"uuid":"a"}}`: "none of its 1 objects has a uuid: give it events as okta sends them, without an envelope",
	} {
		_, err := loadText(t, text, time.Time{})
		assert.ErrorContains(t, err, complaint, text)
	}
	_, err := load("/does/not/exist", time.Time{})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestEventsBeforeTheStartAreLeftOut(t *testing.T) {
	start := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	loaded, err := loadText(t, `
		{"uuid":"early","published":"2026-11-20T23:59:59.999Z"}
		{"uuid":"undated","published":"2026-09-31T00:00:00.000Z"}
		{"uuid":"first","published":"2026-11-21T00:00:00.000Z"}`, start)
	require.NoError(t, err)
	assert.Equal(t, []string{
		`{"uuid":"undated","published":"2026-09-31T00:00:00.000Z"}`, `{"uuid":"first","published":"2026-11-21T00:00:00.000Z"}`,
	}, loaded)
}

func TestParseStart(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"": {}, "beginning": {}, "-36h": now.Add(-36 * time.Hour), "2026-11-01T00:00:00Z": time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	} {
		got, err := parseStart(text, now)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"24h", "yesterday", "2026-11-01"} {
		_, err := parseStart(text, now)
		assert.ErrorContains(t, err, "look-back such as -24h", text)
	}
}
