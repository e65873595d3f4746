// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func at(newest time.Time, next string) Position {
	return Position{Query: "q", Next: next, Start: noon.Add(-time.Hour), Newest: newest}
}

func event(n int) ID { return IDOf(fmt.Sprintf("dc9fd3c0-598c-11ef-8478-%012x", n), noon) }

// commit stores a position with events that polling found on the way to it.
func commit(t *testing.T, s *Store, p Position, events ...ID) {
	t.Helper()
	require.NoError(t, s.Commit(t.Context(), p, Delivered{IDs: events, Answered: p.Answered}, ReachableByRewind()))
}

func open(t *testing.T, client storage.Client) *Store {
	t.Helper()
	s, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop())
	require.NoError(t, err)
	return s
}

func TestNothingStored(t *testing.T) {
	_, found := open(t, NewMemory()).Position()
	assert.False(t, found)
}

func TestCommitIsWhatTheNextOneOpens(t *testing.T) {
	client := NewMemory()
	s := open(t, client)
	commit(t, s, at(noon, "/api/v1/logs?after=1"), event(1), event(2))
	commit(t, s, at(noon.Add(time.Second), "/api/v1/logs?after=2"), event(3))

	again := open(t, client)
	state, found := again.Position()
	require.True(t, found)
	assert.Equal(t, at(noon.Add(time.Second), "/api/v1/logs?after=2"), state)
	for n, want := range map[int]bool{1: true, 2: true, 3: true, 4: false} {
		assert.Equal(t, want, again.Delivered(event(n)), n)
	}
}

func TestPendingAreDeliveredOnceAndCleared(t *testing.T) {
	var p Pending
	assert.False(t, p.Has(event(1)))
	p.Add(noon, noon, event(1), event(2), event(1))
	p.Add(noon.Add(-time.Hour), noon.Add(time.Minute), event(2))
	assert.True(t, p.Has(event(1)))
	want := Delivered{IDs: []ID{event(1), event(2)}, Newest: noon, Answered: noon.Add(time.Minute)}
	assert.Equal(t, want, p.Delivered(noon.Add(time.Second)), "delivered ahead of the position")
	want.Answered = noon.Add(time.Hour)
	assert.Equal(t, want, p.Delivered(noon.Add(time.Hour)))
	p.Clear()
	assert.False(t, p.Has(event(1)))
	assert.Equal(t, Delivered{}, p.Delivered(time.Time{}))
}

func TestWhatNamesAnEvent(t *testing.T) {
	base := IDOf("a", noon)
	assert.Equal(t, base, IDOf("a", noon.In(time.FixedZone("", 3600))), "the same instant in another zone")
	for name, other := range map[string]ID{
		"uuid":          IDOf("b", noon),
		"case":          IDOf("A", noon),
		"second":        IDOf("a", noon.Add(time.Second)),
		"millisecond":   IDOf("a", noon.Add(time.Millisecond)),
		"no published":  IDOf("a", time.Time{}),
		"a far future":  IDOf("a", noon.AddDate(2000, 0, 0)),
		"an empty uuid": IDOf("", noon),
		"a long uuid":   IDOf(strings.Repeat("a", 1000), noon),
	} {
		assert.NotEqual(t, base, other, name)
	}
}

// batches counts the operations of each transaction, and can fail.
type batches struct {
	storage.Client
	sizes []int
	fail  error
}

func (b *batches) Batch(ctx context.Context, ops ...*storage.Operation) error {
	if b.fail != nil {
		return b.fail
	}
	b.sizes = append(b.sizes, len(ops))
	return b.Client.Batch(ctx, ops...)
}

func TestOneTransactionForEachCommitAndNoneForNothing(t *testing.T) {
	client := &batches{Client: NewMemory()}
	s := open(t, client)
	commit(t, s, at(noon, "1"), event(1))
	commit(t, s, at(noon, "1"))
	commit(t, s, at(noon, "2"))
	assert.Equal(t, []int{5, 2, 1}, client.sizes, "the five places of a record are read, then position and uuids in one, the position alone, and an unchanged state writes nothing")
}

func TestFailedCommitChangesNothingAndCanBeRepeated(t *testing.T) {
	client := &batches{Client: NewMemory()}
	s := open(t, client)
	commit(t, s, at(noon, "1"))
	client.fail = errors.New("disk full")
	one := Delivered{IDs: []ID{event(1)}}
	require.ErrorContains(t, s.Commit(t.Context(), at(noon, "2"), one, ReachableByRewind()), "disk full")

	client.fail = nil
	state, _ := open(t, client).Position()
	assert.Equal(t, "1", state.Next)
	assert.False(t, s.Delivered(event(1)))
	require.NoError(t, s.Commit(t.Context(), at(noon, "2"), one, ReachableByRewind()))
	again := open(t, client)
	state, _ = again.Position()
	assert.Equal(t, "2", state.Next)
	assert.True(t, again.Delivered(event(1)))
}

func TestStorageThatFailsIsNotEmpty(t *testing.T) {
	client := &batches{Client: NewMemory()}
	s := open(t, client)
	commit(t, s, at(noon, "1"), event(1))
	client.fail = errors.New("locked")
	_, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop())
	assert.ErrorContains(t, err, "locked")
}

func TestIDsAreForgottenOnlyWhenNoRewindReachesThem(t *testing.T) {
	client := NewMemory()
	s := open(t, client)
	const minute = 299 // it is now
	for n := range minute + 1 {
		commit(t, s, at(noon.Add(time.Duration(n)*time.Minute), fmt.Sprint(n)), event(n))
	}
	for _, s := range []*Store{s, open(t, client)} {
		for n := range minute {
			if n >= minute-int(Overlap.Minutes()) {
				assert.True(t, s.Delivered(event(n)), "a rewind of one hour reaches %d", n)
			}
		}
		assert.False(t, s.Delivered(event(minute-121)))
	}
	values := client.(*memory).values
	assert.Len(t, values, 1+121, "expired chunks are deleted")
}

func TestIDsAreBounded(t *testing.T) {
	s := newChunkList()
	ids := make([]ID, 1000)
	for n := range 2 * maxKept / len(ids) {
		for i := range ids {
			ids[i] = ID{byte(n), byte(n >> 8), byte(n >> 16), byte(i), byte(i >> 8)}
		}
		s.forget(ReachableByRewind().expired(s, noon, len(ids)))
		s.add(&chunk{newest: noon, ids: append([]ID(nil), ids...)})
	}
	assert.LessOrEqual(t, len(s.ids), maxKept)
	assert.Greater(t, len(s.ids), maxKept-len(ids))
}

// A record that can't be used is left as it is: what it holds may be wanted again.
func TestRecordsThatCannotBeUsedAreLeftAsTheyAre(t *testing.T) {
	good := `{"version":1,"org":"acme.okta.com","query":"q","next":"n","start":"2026-11-21T00:00:00Z"}`
	for name, tc := range map[string]struct{ text, says string }{
		"not JSON":      {"\x00\x01", "not a record"},
		"cut off":       {good[:40], "not a record"},
		"newer version": {strings.Replace(good, `"version":1`, `"version":2`, 1), "version 2"},
		"no version":    {`{"position":"x"}`, "version 0"},
		"no position":   {strings.Replace(good, `"next":"n"`, `"next":""`, 1), "no position"},
		"no start":      {strings.Replace(good, `"start":"2026-11-21T00:00:00Z"`, `"first_chunk":0`, 1), "no position"},
		"chunks":        {strings.Replace(good, `"start"`, `"first_chunk":5,"next_chunk":99999999999,"start"`, 1), "impossible"},
		"chunks back":   {strings.Replace(good, `"start"`, `"first_chunk":5,"next_chunk":4,"start"`, 1), "impossible"},
	} {
		t.Run(name, func(t *testing.T) {
			client := NewMemory()
			require.NoError(t, client.Set(t.Context(), positionKey, []byte(tc.text)))
			_, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop())
			require.ErrorIs(t, err, ErrUnusable)
			require.ErrorContains(t, err, tc.says)
			text, err := client.Get(t.Context(), positionKey)
			require.NoError(t, err)
			assert.Equal(t, tc.text, string(text))
		})
	}
	client := NewMemory()
	require.NoError(t, client.Set(t.Context(), positionKey, []byte(good)))
	_, found := open(t, client).Position()
	assert.True(t, found, "the record that the cases are made from is a good one")
}

func TestCorruptChunkCostsOnlyItself(t *testing.T) {
	for name, spoil := range map[string]func(storage.Client) error{
		"missing": func(c storage.Client) error { return c.Delete(t.Context(), chunkKey(0)) },
		"corrupt": func(c storage.Client) error { return c.Set(t.Context(), chunkKey(0), []byte("abc")) },
	} {
		t.Run(name, func(t *testing.T) {
			client := NewMemory()
			s := open(t, client)
			for n := range 2 {
				commit(t, s, at(noon, fmt.Sprint(n)), event(n))
			}
			require.NoError(t, spoil(client))
			s = open(t, client)
			assert.False(t, s.Delivered(event(0)))
			assert.True(t, s.Delivered(event(1)))
			commit(t, s, at(noon.Add(24*time.Hour), "3"), event(2))
			assert.Len(t, client.(*memory).values, 2)
		})
	}
}

// What was stored before chunks told the time of the answer is still remembered.
func TestFirstChunksAreRead(t *testing.T) {
	now := (&chunk{newest: noon, answered: noon.Add(time.Minute), ids: []ID{event(1), event(2)}}).marshal()
	before := append(slices.Clone(now[:8]), now[16:]...)
	c, err := parseChunk(before)
	require.NoError(t, err)
	assert.Equal(t, &chunk{newest: noon, answered: noon, ids: []ID{event(1), event(2)}}, c)
	c, err = parseChunk(now)
	require.NoError(t, err)
	assert.Equal(t, noon.Add(time.Minute), c.answered)
	assert.Len(t, c.ids, 2)
}
