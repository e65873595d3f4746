// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

func TestDrainFindsEachEventOnceAndInPersistenceOrder(t *testing.T) {
	t.Parallel()
	const n = 100_000
	opts := clockAt(noon)
	opts.RateLimit = NoRateLimit
	org := NewOrg(opts)
	generate.Feed{Generator: generate.New(42), Late: 0.05}.Backlog(org, n, 5*24*time.Hour)
	var want []string
	disorder := 0
	last := int64(0)
	for _, e := range org.journal.entries {
		want = append(want, uuidsIn(e.json)...)
		if e.published < last {
			disorder++
		}
		last = e.published
	}
	require.Len(t, want, n)
	require.Greater(t, disorder, n/50, "late events make published go backwards")

	var got []string
	var body bytes.Buffer
	for target := "?limit=1000"; ; {
		response, err := org.Transport().RoundTrip(request(t, target))
		require.NoError(t, err)
		body.Reset()
		_, err = body.ReadFrom(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.True(t, len(got) > 0 || json.Valid(body.Bytes()), "the first page is one JSON array")
		found := uuidsIn(body.Bytes())
		got = append(got, found...)
		if len(found) < 1000 {
			break
		}
		target = answer{header: response.Header}.links()["next"]
	}
	assert.True(t, slices.Equal(want, got), "all of them, once each, in persistence order")
	assert.Len(t, org.Requests(), n/1000+1)
	assert.Equal(t, 1000, org.Requests()[0].Events)
}

func TestFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{})
		start := org.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute+time.Millisecond)
		defer cancel()
		appended := generate.Feed{Generator: generate.New(5), Rate: 12.5, Late: 0.2, MaxDelay: time.Hour}.Run(ctx, org)
		assert.Equal(t, 750, appended)
		late := 0
		for e := range org.Events() {
			require.False(t, e.Published.After(e.Persisted))
			require.True(t, e.Persisted.After(start))
			if e.Persisted.Sub(e.Published) >= time.Millisecond {
				late++
				require.LessOrEqual(t, e.Persisted.Sub(e.Published), time.Hour+2*time.Millisecond)
			}
		}
		assert.InDelta(t, 150, late, 50)
		uuids := get(t, org, "?limit=1000").uuids(t)
		assert.Len(t, uuids, 750)
		assert.Zero(t, generate.Feed{Generator: generate.New(5)}.Run(ctx, org))
	})
}

// uuidsIn finds the uuids of generated events without parsing, which the race detector would make slow.
func uuidsIn(page []byte) (uuids []string) {
	const mark = `"uuid":"`
	for at := bytes.Index(page, []byte(mark)); at >= 0; at = bytes.Index(page, []byte(mark)) {
		page = page[at+len(mark):]
		uuids = append(uuids, string(page[:36]))
	}
	return uuids
}
