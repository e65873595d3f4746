// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func loadText(t *testing.T, text string, within timeRange) ([]string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	r, err := load(path, within)
	if err != nil {
		return nil, err
	}
	var loaded []string
	for _, event := range r.events {
		loaded = append(loaded, string(event.JSON))
	}
	return loaded, nil
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
		loaded, err := loadText(t, text, timeRange{})
		require.NoError(t, err, text)
		assert.Equal(t, both, loaded, text)
	}
	for _, text := range []string{"", " \n", "[]"} {
		loaded, err := loadText(t, text, timeRange{})
		require.NoError(t, err)
		assert.Empty(t, loaded)
	}
}

func TestEventsThatAreNone(t *testing.T) {
	for text, complaint := range map[string]string{
		`{"uuid":"a"}` + "\n17":                                               "line 2 holds no LogEvent, which has uuid and published, and no envelope that is understood",
		`[{"uuid":"a"},` + "\n" + `"text", []]`:                               "line 2 holds no LogEvent",
		"\n\n" + `{"uuid":"a"}` + "\n\n{\"actor\":{}}\n{}\n" + `{"uuid":"b"}`: "lines 5 and 6 hold no LogEvent",
		strings.Repeat("{}\n", 13):                                            "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more hold no LogEvent",
		`{"uuid":"a"}` + "\n{":                                                "line 2: the last event has no end, the file was cut off: export it again, or remove",
		`{"uuid":"a"}` + "\n\n{\n\"uuid\" 1}":                                 "line 4: invalid character '1' after object key: correct that, or remove the event",
		`[{"uuid":"a"}` + "\n" + `{"uuid":"b"}]`:                              "line 1: expected comma after array element: correct that, or remove the event",
		`[{"uuid":"a"}`:                                                       "the array has no end, the file was cut off: export it again",
		`uuid,published`:                                                      "line 1: invalid character 'u' looking for beginning of value: give it JSON, in UTF-8 and not compressed",
	} {
		_, err := loadText(t, text, timeRange{})
		assert.ErrorContains(t, err, complaint, text)
	}
	_, err := load("/does/not/exist", timeRange{})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// More than what is read at once.
func TestLinesOfLargeFiles(t *testing.T) {
	const lines = 20000
	text := strings.Repeat(`{"uuid":"a"}`+"\n", lines)
	loaded, err := loadText(t, text, timeRange{})
	require.NoError(t, err)
	assert.Len(t, loaded, lines)
	_, err = loadText(t, text+"{}\n"+text+"1\n", timeRange{})
	assert.ErrorContains(t, err, "lines 20001 and 40002 hold no LogEvent")
	_, err = loadText(t, text+text+"{]\n", timeRange{})
	assert.ErrorContains(t, err, "line 40001: invalid character ']'")
}

func TestEventsOutsideOfTheRangeAreLeftOut(t *testing.T) {
	within := timeRange{start: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), end: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	loaded, err := loadText(t, `
		{"uuid":"early","published":"2026-11-20T23:59:59.999Z"}
		{"uuid":"undated","published":"2026-09-31T00:00:00.000Z"}
		{"uuid":"first","published":"2026-11-21T00:00:00.000Z"}
		{"published":"2026-11-20T23:59:59.999Z"}
		{"event":{"uuid":"last","published":"2026-11-21T23:59:59.999Z"}}
		{"uuid":"late","published":"2026-11-22T00:00:00.000Z"}`, within)
	require.NoError(t, err)
	assert.Equal(t, []string{
		`{"uuid":"undated","published":"2026-09-31T00:00:00.000Z"}`, `{"uuid":"first","published":"2026-11-21T00:00:00.000Z"}`,
		`{"uuid":"last","published":"2026-11-21T23:59:59.999Z"}`,
	}, loaded)
}

// The receiver delivers a uuid once, and so would take a second event for the first one.
func TestEventsThatComeAgainAreOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	again := `{"actor" : {"id":"<1>"},"uuid":"a", "k\u00e9y<":1}`
	require.NoError(t, os.WriteFile(path, []byte(again+again+`{"uuid":"a#2"}`+again+`{"uuid":""}{"uuid":""}{"uuid":7}{"uuid":7}`), 0o600))
	r, err := load(path, timeRange{})
	require.NoError(t, err)
	require.Len(t, r.events, 8)
	assert.Equal(t, again, string(r.events[0].JSON), "byte for byte")
	assert.JSONEq(t, `{"actor":{"id":"<1>"},"uuid":"a#2","kéy<":1}`, string(r.events[1].JSON))
	assert.JSONEq(t, `{"uuid":"a#2#2"}`, string(r.events[2].JSON))
	assert.JSONEq(t, `{"actor":{"id":"<1>"},"uuid":"a#3","kéy<":1}`, string(r.events[3].JSON))
	assert.Equal(t, map[string]string{"a#2": "a", "a#2#2": "a#2", "a#3": "a"}, r.uuids)
}
