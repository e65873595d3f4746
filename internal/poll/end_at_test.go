// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

func TestParseEndAt(t *testing.T) {
	for name, tc := range map[string]struct{ startAt, endAt, want, says string }{
		"none":                         {"end", "", "", ""},
		"a time":                       {"2026-11-20T00:00:00Z", "2026-11-21T06:00:00+01:00", "2026-11-21T05:00:00Z", ""},
		"a date":                       {"2026-11-20", "2026-11-21", "2026-11-21T00:00:00Z", ""},
		"a fraction":                   {"2026-11-20", "2026-11-20T00:00:00.001Z", "2026-11-20T00:00:00.001Z", ""},
		"from the beginning":           {"beginning", "2026-11-21", "2026-11-21T00:00:00Z", ""},
		"a look-back":                  {"-72h", "2026-11-21", "2026-11-21T00:00:00Z", ""},
		"from the end":                 {"end", "2026-11-21", "", "start_at is end: set start_at to where the replay begins"},
		"upside down":                  {"2026-11-21", "2026-11-20", "", "set end_at to a time after start_at"},
		"the same day":                 {"2026-11-21", "2026-11-21", "", "a date is its beginning in UTC"},
		"the same, by other zones":     {"2026-11-21T01:00:00+01:00", "2026-11-21T00:00:00Z", "", "set end_at to a time after start_at"},
		"no time":                      {"2026-11-21", "tomorrow", "", `end_at is "tomorrow": use a time such as 2026-11-21T00:00:00Z, or a date, or leave it out`},
		"a look-back is no end":        {"-72h", "-24h", "", "use a time such as"},
		"the end of the log is none":   {"-72h", "end", "", "leave it out to follow the log"},
		"a day that is in no calendar": {"-72h", "2026-11-31", "", "use a time such as"},
	} {
		t.Run(name, func(t *testing.T) {
			start, err := ParseStartAt(tc.startAt)
			require.NoError(t, err)
			end, err := ParseEndAt(tc.endAt, start)
			if tc.says != "" {
				require.ErrorContains(t, err, tc.says)
				return
			}
			require.NoError(t, err)
			if tc.want == "" {
				assert.True(t, end.IsZero())
				return
			}
			assert.Equal(t, tc.want, end.UTC().Format(time.RFC3339Nano))
		})
	}
}

// What decides which events are read names a replay, and how it is written and asked for does not.
func TestReplayName(t *testing.T) {
	name := func(startAt, endAt string, query okta.Query) string {
		t.Helper()
		start, err := ParseStartAt(startAt)
		require.NoError(t, err)
		query.Until, err = ParseEndAt(endAt, start)
		require.NoError(t, err)
		return ReplayName(start, query)
	}
	filtered := okta.Query{Filter: `eventType sw "user."`, PageSize: 1000}
	assert.Empty(t, name("2026-11-20", "", filtered), "it follows the log")
	whole := name("2026-11-20", "2026-11-21", okta.Query{PageSize: 1000})
	assert.Equal(t, "2026-11-20T00:00:00Z..2026-11-21T00:00:00Z", whole)
	assert.Equal(t, whole, name("2026-11-20T01:00:00+01:00", "2026-11-21T00:00:00.000Z", okta.Query{PageSize: 10}))

	names := map[string]bool{whole: true}
	for _, other := range []string{
		name("2026-11-20T00:00:01Z", "2026-11-21", okta.Query{}),
		name("2026-11-20", "2026-11-21T00:00:00.001Z", okta.Query{}),
		name("beginning", "2026-11-21", okta.Query{}),
		name("-24h", "2026-11-21", okta.Query{}),
		name("2026-11-20", "2026-11-21", filtered),
		name("2026-11-20", "2026-11-21", okta.Query{Search: filtered.Filter}),
		name("2026-11-20", "2026-11-21", okta.Query{Filter: "a", Search: "b"}),
	} {
		assert.False(t, names[other], other)
		names[other] = true
	}
}
