// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

func openFenced(t *testing.T, client storage.Client) *Store {
	t.Helper()
	s, err := OpenFenced(t.Context(), client, "acme.okta.com", zap.NewNop())
	require.NoError(t, err)
	return s
}

// tryCommit is commit where it may be refused.
func tryCommit(t *testing.T, s *Store, p Position, events ...ID) error {
	t.Helper()
	return s.Commit(t.Context(), p, Delivered{IDs: events, Answered: p.Answered}, ReachableByRewind())
}

// requireHolds asserts what the next holder finds.
func requireHolds(t *testing.T, s *Store, next string, events ...ID) {
	t.Helper()
	p, found := s.Position()
	require.True(t, found)
	require.Equal(t, next, p.Next)
	for i, e := range events {
		require.True(t, s.Delivered(e), "event %d", i)
	}
}

func TestSuccessorHasWhatTheHolderStored(t *testing.T) {
	client := NewMemory()
	first := openFenced(t, client)
	commit(t, first, at(noon, "1"), event(1), event(2))
	commit(t, first, at(noon, "2"), event(3))
	second := openFenced(t, client)
	requireHolds(t, second, "2", event(1), event(2), event(3))

	before := maps.Clone(client.(*memory).values)
	require.ErrorIs(t, tryCommit(t, first, at(noon, "3"), event(4)), ErrFenced)
	require.ErrorIs(t, tryCommit(t, first, at(noon, "2")), ErrFenced, "also where there is nothing to store")
	require.ErrorIs(t, first.Holds(t.Context()), ErrFenced)
	require.ErrorIs(t, first.SetOrgID(t.Context(), "00o1"), ErrFenced)
	assert.Equal(t, before, client.(*memory).values)

	require.NoError(t, second.Holds(t.Context()))
	commit(t, second, at(noon, "4"), event(5))
	requireHolds(t, openFenced(t, client), "4", event(1), event(2), event(3), event(5))
}

// gate does something in front of a batch that writes.
type gate struct {
	storage.Client
	before func()
}

func (g *gate) Batch(ctx context.Context, ops ...*storage.Operation) error {
	if g.before != nil && slices.ContainsFunc(ops, func(op *storage.Operation) bool { return op.Type == storage.Set }) {
		before := g.before
		g.before = nil
		before()
	}
	return g.Client.Batch(ctx, ops...)
}

// A successor that begins after the holder has looked, and before it stores something, does not see that; nor does it
// lose anything to it.
func TestWriteOfASuspendedHolderCountsForNothing(t *testing.T) {
	client := NewMemory()
	suspended := &gate{Client: client}
	first := openFenced(t, suspended)
	commit(t, first, at(noon, "1"), event(1))
	var second *Store
	suspended.before = func() {
		second = openFenced(t, client)
		commit(t, second, at(noon, "2"), event(2))
		commit(t, second, at(noon, "3"), event(3))
	}
	commit(t, first, at(noon, "late"), event(9))
	require.ErrorIs(t, tryCommit(t, first, at(noon, "later")), ErrFenced)
	requireHolds(t, second, "3", event(1), event(2), event(3))
	third := openFenced(t, client)
	requireHolds(t, third, "3", event(1), event(2), event(3))
	require.False(t, third.Delivered(event(9)))
}

// Of two that begin with an empty storage, the first that stores something has it.
func TestFirstOfTwoWithoutAHistoryHasIt(t *testing.T) {
	client := NewMemory()
	first, second := openFenced(t, client), openFenced(t, client)
	require.NoError(t, first.Holds(t.Context()))
	commit(t, second, at(noon, "1"), event(1))
	require.ErrorIs(t, tryCommit(t, first, at(noon, "0")), ErrFenced)
	requireHolds(t, openFenced(t, client), "1", event(1))
}

// A storage that has lost its data gets all of it back from whoever holds the lease, and from nobody else.
func TestLostDataIsWrittenAnew(t *testing.T) {
	client := NewMemory().(*memory)
	first := openFenced(t, client)
	for n := range 5 {
		commit(t, first, at(noon, fmt.Sprint(n)), event(n))
	}
	require.NoError(t, first.SetOrgID(t.Context(), "00o1"))
	whole := maps.Clone(client.values)
	clear(client.values)
	require.NoError(t, first.Holds(t.Context()), "it is not taken over")
	commit(t, first, at(noon, "4"))
	assert.Equal(t, whole, client.values)
	second := openFenced(t, client)
	requireHolds(t, second, "4", event(0), event(4))

	clear(client.values)
	require.NoError(t, second.Commit(t.Context(), at(noon, "5"), Delivered{}, ReachableByRewind()))
	require.ErrorIs(t, tryCommit(t, first, at(noon, "4")), ErrFenced)
	requireHolds(t, openFenced(t, client), "5", event(0), event(4))
}

// What earlier holders have left is deleted by the holder after the next.
func TestEpochsAreRemoved(t *testing.T) {
	client := NewMemory().(*memory)
	commit(t, open(t, client), at(noon, "0"), event(0)) // a single collector, before there were replicas
	for n := range 6 {
		s := openFenced(t, client)
		commit(t, s, at(noon, fmt.Sprint(n)), event(n+1))
		epochs := map[string]bool{}
		for key := range client.values {
			space, _, found := strings.Cut(strings.TrimPrefix(key, "epoch/"), "/")
			switch {
			case strings.HasPrefix(key, "epoch/"):
				require.True(t, found)
				epochs[space] = true
			case key != "epoch":
				epochs[""] = true
			}
		}
		require.Len(t, epochs, 2, "%v", slices.Sorted(maps.Keys(client.values)))
		require.Contains(t, epochs, s.keys.epoch)
		require.True(t, strings.HasPrefix(s.keys.epoch, fmt.Sprint(n+1, "-")))
	}
	requireHolds(t, openFenced(t, client), "5", event(0), event(6))
}

// Whoever polls alone goes on with the history of replicas, and they with its.
func TestSingleCollectorAndReplicasContinueEachOther(t *testing.T) {
	client := NewMemory()
	commit(t, open(t, client), at(noon, "alone"), event(1))
	replica := openFenced(t, client)
	requireHolds(t, replica, "alone", event(1))
	commit(t, replica, at(noon, "replica"), event(2))
	alone := open(t, client)
	requireHolds(t, alone, "replica", event(1), event(2))
	commit(t, alone, at(noon, "alone again"), event(3))
	requireHolds(t, openFenced(t, client), "alone again", event(1), event(2), event(3))
}

// pipelined is a storage that carries out one operation after the other, and breaks after some.
type pipelined struct {
	storage.Client
	left int // operations; negative means any number
}

func (p *pipelined) Batch(ctx context.Context, ops ...*storage.Operation) error {
	for _, op := range ops {
		if op.Type != storage.Get {
			if p.left == 0 {
				return errors.New("connection reset")
			}
			p.left--
		}
		if err := p.Client.Batch(ctx, op); err != nil {
			return err
		}
	}
	return nil
}

// Wherever a storage without transactions breaks while a replica takes over, the next one finds all that was stored.
func TestTakeOverThatBreaksLosesNothing(t *testing.T) {
	for breaks := range 9 {
		client := NewMemory()
		broken := &pipelined{Client: client, left: -1}
		for n := range 3 {
			commit(t, openFenced(t, broken), at(noon, fmt.Sprint(n)), event(n))
		}
		broken.left = breaks
		s, err := OpenFenced(t.Context(), broken, "acme.okta.com", zap.NewNop())
		if err == nil {
			_ = tryCommit(t, s, at(noon, "2"), event(3))
		}
		requireHolds(t, openFenced(t, client), "2", event(0), event(1), event(2))
	}
}

// A replica that is late to read finds the epoch gone, or takes over what is there: never an empty history.
func TestEpochWithoutAPositionIsNoEmptyHistory(t *testing.T) {
	client := NewMemory().(*memory)
	s := openFenced(t, client)
	commit(t, s, at(noon, "1"))
	delete(client.values, s.keys.position())
	_, err := OpenFenced(t.Context(), client, "acme.okta.com", zap.NewNop())
	require.ErrorIs(t, err, ErrUnusable)
	for _, named := range []string{"", "{}", `{"epoch":"a/b"}`, "8"} {
		client.values[s.keys.named()] = []byte(named)
		_, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop())
		require.ErrorIs(t, err, ErrUnusable, named)
		require.ErrorIs(t, s.Holds(t.Context()), ErrFenced, named)
	}
}

// Each org of one storage has epochs of its own, and an org that has moved brings its history along.
func TestEpochsOfSeveralOrgs(t *testing.T) {
	client := NewMemory()
	acme := openFenced(t, client)
	commit(t, acme, at(noon, "acme"), event(1))
	require.NoError(t, acme.SetOrgID(t.Context(), "00o1"))
	other, err := OpenFenced(t.Context(), client, "other.okta.com", zap.NewNop())
	require.NoError(t, err)
	commit(t, other, at(noon, "other"), event(2))
	require.NoError(t, acme.Holds(t.Context()))
	commit(t, acme, at(noon, "acme later"))

	moved, err := OpenFenced(t.Context(), client, "login.acme.example", zap.NewNop())
	require.NoError(t, err)
	adopted, err := moved.Adopt(t.Context(), "00o1")
	require.NoError(t, err)
	require.True(t, adopted)
	requireHolds(t, moved, "acme later", event(1))
	require.ErrorIs(t, acme.Holds(t.Context()), ErrFenced)
	commit(t, moved, at(noon, "moved"))
	again, err := OpenFenced(t.Context(), client, "login.acme.example", zap.NewNop())
	require.NoError(t, err)
	requireHolds(t, again, "moved", event(1))
	require.NoError(t, other.Holds(t.Context()))
}
