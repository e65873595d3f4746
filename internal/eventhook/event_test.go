// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadEvents(t *testing.T) {
	published := time.Date(2026, 11, 21, 12, 0, 0, 159_000_000, time.UTC)
	for name, tc := range map[string]struct {
		body string
		want []Event
	}{
		"none": {`{"data":{"events":[]}}`, []Event{}},
		"what names it": {
			`{"data":{"events":[{"eventType":"user.session.start","uuid":"u1","published":"2026-11-21T13:00:00.159+01:00"}]}}`,
			[]Event{{UUID: "u1", Published: published, Type: "user.session.start"}},
		},
		"the last of twins counts": {
			`{"data":1,"data":{"events":2,"events":[{"uuid":"u1","uuid":"u2"}]}}`,
			[]Event{{UUID: "u2"}},
		},
		"odd events": {
			`{"data":{"events":[null, 1, {}, {"uuid":7}, {"uuid":"a\u00e9"}, {"uuid":"u` + "\xff" + `","published":"2026-11-21T1:00:00Z"}, {"uuid":"u3","published":"1969-01-01T00:00:00Z"}]}}`,
			[]Event{{}, {}, {}, {}, {UUID: "aé"}, {UUID: "u�"}, {UUID: "u3"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readEvents([]byte(tc.body))
			require.NoError(t, err)
			for i := range got {
				assert.Contains(t, tc.body, string(got[i].Raw))
				assert.NotEmpty(t, got[i].Raw)
				got[i].Raw = nil
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestEventsAreKeptByteForByte(t *testing.T) {
	got, err := readEvents([]byte(`{"data": {"events": [ {"uuid" : "u1", "n":1.50} , {"uuid":"u2"}]}}`))
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, `{"uuid" : "u1", "n":1.50}`, string(got[0].Raw))
	assert.Equal(t, `{"uuid":"u2"}`, string(got[1].Raw))
}

func TestWhatIsNoDelivery(t *testing.T) {
	for _, body := range []string{
		"", "null", "[]", `"data"`, "{}", `{"data":null}`, `{"data":{}}`, `{"data":{"events":{}}}`, `{"data":{"events":null}}`,
		`{"data":{"events":[}}`, `{"data":{"events":[]}`, `{"data":{"events":[]}}x`, `{"data":{"events":[{"uuid":"u1]}}`, "<html></html>",
	} {
		_, err := readEvents([]byte(body))
		assert.ErrorIs(t, err, errNotADelivery, "%s", body)
	}
}
