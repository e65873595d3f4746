// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

// Whatever the storage holds: it opens, a position comes only out of a whole record of this org and
// this version, and what is committed next is what the next one opens.
func FuzzStored(f *testing.F) {
	const good = `{"version":1,"org":"acme.okta.com","query":"q","next":"n","start":"2026-11-21T00:00:00Z","newest":"2026-11-21T11:00:00Z","first_chunk":3,"next_chunk":5}`
	one := (&chunk{newest: noon, ids: []ID{event(1), event(2)}}).marshal()
	f.Add([]byte(good), one, one[:24])
	f.Add([]byte(good), one[:20], []byte(nil))
	f.Add([]byte(good[:60]), one, one)
	f.Add([]byte(`{"version":2,"org":"acme.okta.com","next":"n","start":"2026-11-21T00:00:00Z"}`), one, one)
	f.Add([]byte(`{"version":1,"org":"other.okta.com","next":"n","start":"2026-11-21T00:00:00Z"}`), one, one)
	f.Add([]byte(`{"version":1,"ORG":"acme.okta.com","next":"\ud800","start":"2026-11-21T00:00:00+23:59","newest":"9999-12-31T23:59:59-23:59"}`), one, one)
	f.Fuzz(func(t *testing.T, text, first, last []byte) {
		var claims struct {
			Version    int
			Org, Next  string
			FirstChunk uint64 `json:"first_chunk"`
			NextChunk  uint64 `json:"next_chunk"`
		}
		whole := json.Unmarshal(text, &claims) == nil
		chunks := claims.NextChunk - claims.FirstChunk
		if whole && chunks > 1<<10 && chunks <= maxChunks {
			t.Skip("reading so many chunks only takes long")
		}
		if shared(first, last) {
			t.Skip("no store delivers an event twice")
		}
		client := NewMemory()
		require.NoError(t, client.Set(t.Context(), positionKey, text))
		require.NoError(t, client.Set(t.Context(), chunkKey(claims.FirstChunk), first))
		require.NoError(t, client.Set(t.Context(), chunkKey(claims.NextChunk-1), last))

		s, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop())
		if errors.Is(err, ErrUnusable) {
			kept, err := client.Get(t.Context(), positionKey)
			require.NoError(t, err)
			require.Equal(t, text, kept)
			return
		}
		require.NoError(t, err)
		state, found := s.Position()
		if !found {
			require.Zero(t, state)
			require.Empty(t, s.delivered.ids)
		} else {
			require.True(t, whole)
			require.Equal(t, version, claims.Version)
			require.True(t, sameHost("acme.okta.com", claims.Org))
			require.Equal(t, claims.Next, state.Next)
			require.NotEmpty(t, state.Next)
			require.False(t, state.Start.IsZero())
			if chunks > 1 {
				requireRemembered(t, s, first)
			}
			if chunks > 0 {
				requireRemembered(t, s, last)
			}
			requireNotOf(t, client, "other.okta.com")
		}
		requireGoesOn(t, s, state)
	})
}

// shared reports whether two stored chunks hold the same event.
func shared(first, last []byte) bool {
	ids := map[ID]bool{}
	for _, text := range [][]byte{first, last} {
		c, err := parseChunk(text)
		if err != nil {
			continue
		}
		for _, id := range c.ids {
			if ids[id] {
				return true
			}
			ids[id] = true
		}
	}
	return false
}

// requireRemembered fails when the ids of a stored chunk, as far as it is one, are not remembered.
func requireRemembered(t *testing.T, s *Store, text []byte) {
	t.Helper()
	c, err := parseChunk(text)
	if err != nil {
		return
	}
	for _, id := range c.ids {
		require.True(t, s.Delivered(id))
	}
}

// requireNotOf fails when a history is taken for that of another org.
func requireNotOf(t *testing.T, stored storage.Client, org string) {
	t.Helper()
	s, err := Open(t.Context(), stored, org, zap.NewNop())
	require.NoError(t, err)
	_, found := s.Position()
	require.False(t, found)
}

// requireGoesOn commits twice and opens what was committed, as after a restart.
func requireGoesOn(t *testing.T, s *Store, before Position) {
	t.Helper()
	fresh := IDOf("fresh", noon)
	for _, state := range []Position{
		{Query: before.Query, Next: "/api/v1/logs?after=1", Start: noon, Newest: before.Newest},
		{Query: "q2", Next: "/api/v1/logs?after=2", Start: noon.Add(time.Second), Newest: before.Newest},
	} {
		delivered := Delivered{IDs: []ID{fresh}}
		if s.Delivered(fresh) {
			delivered.IDs = nil
		}
		require.NoError(t, s.Commit(t.Context(), state, delivered, ReachableByRewind()))
		again := open(t, s.client)
		got, found := again.Position()
		require.True(t, found)
		assert.Equal(t, state.Query, got.Query)
		assert.Equal(t, state.Next, got.Next)
		assert.True(t, state.Start.Equal(got.Start))
		assert.True(t, state.Newest.Equal(got.Newest))
		assert.True(t, again.Delivered(fresh))
		assert.Len(t, again.delivered.ids, len(s.delivered.ids))
	}
}
