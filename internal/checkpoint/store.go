// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

// Store keeps the state of one org's history in a storage client. It is not safe for concurrent
// use: delivery is one stream.
type Store struct {
	client storage.Client
	org    string
	logger *zap.Logger

	found   bool
	record  record
	seen    *seen
	pending []ID
	waiting map[ID]struct{}
	newest  time.Time // of pending
}

// Open reads what the client holds of an org's history. A record that can't be used (of another
// org, of another version, corrupt) is logged and passed over, as if there were none; an error is
// returned only when the storage itself fails.
func Open(ctx context.Context, client storage.Client, org string, logger *zap.Logger) (*Store, error) {
	s := &Store{client: client, org: org, logger: logger, seen: newSeen(), waiting: map[ID]struct{}{}}
	text, err := client.Get(ctx, positionKey)
	if err != nil {
		return nil, fmt.Errorf("read the stored position: %w", err)
	}
	if text == nil {
		return s, nil
	}
	r, err := parseRecord(text, org)
	if err != nil {
		logger.Error("The stored position can't be used, polling begins at start_at. Events between the two are missed unless start_at reaches back far enough.",
			zap.Error(err))
		return s, nil
	}
	s.found, s.record = true, *r
	return s, s.readChunks(ctx)
}

// State returns how far delivery has come, and whether anything is stored at all.
func (s *Store) State() (State, bool) { return s.record.state(), s.found }

// Delivered reports whether the event was delivered in this history, as far as it is remembered.
func (s *Store) Delivered(event ID) bool {
	_, waiting := s.waiting[event]
	return waiting || s.seen.has(event)
}

// Deliver notes that events were delivered, the newest of which was published at a time on Okta's
// clock. The next commit stores them.
func (s *Store) Deliver(newest time.Time, events ...ID) {
	if newest.After(s.newest) {
		s.newest = newest
	}
	for _, event := range events {
		if _, ok := s.waiting[event]; ok {
			continue
		}
		if len(s.pending) == mostSeen { // after days of a storage that fails
			delete(s.waiting, s.pending[0])
			s.pending = s.pending[1:]
		}
		s.waiting[event] = struct{}{}
		s.pending = append(s.pending, event)
	}
}

// Commit stores the state together with the events that were delivered since the last commit, in
// one transaction: either both are stored or neither is. After an error nothing has changed, and
// the same commit can be tried again.
func (s *Store) Commit(ctx context.Context, state State) error {
	next := s.record
	next.Version, next.Org = version, s.org
	next.Query, next.Next, next.Start, next.Newest = state.Query, state.Next, state.Start, state.Newest
	if s.found && next == s.record && len(s.pending) == 0 {
		return nil // an idle org costs no writes
	}
	next.Answered = state.Answered

	var ops []*storage.Operation
	expired := s.expired(&state)
	for range expired {
		ops = append(ops, storage.DeleteOperation(chunkKey(next.FirstChunk)))
		next.FirstChunk++
	}
	delivered := &chunk{newest: state.Newest, answered: state.Answered, ids: s.pending}
	if s.newest.After(state.Newest) { // they were delivered ahead of the position, which comes upon them later
		delivered.newest = s.newest
	}
	if !state.Beside.IsZero() {
		delivered.answered = state.Beside
	}
	if len(delivered.ids) > 0 {
		ops = append(ops, storage.SetOperation(chunkKey(next.NextChunk), delivered.marshal()))
		next.NextChunk++
	}
	text, err := json.Marshal(&next)
	if err != nil {
		return fmt.Errorf("write the position: %w", err)
	}
	ops = append(ops, storage.SetOperation(positionKey, text))
	if err := s.client.Batch(ctx, ops...); err != nil {
		return fmt.Errorf("store the position: %w", err)
	}

	s.found, s.record = true, next
	s.seen.forget(expired)
	if len(delivered.ids) > 0 {
		s.seen.add(delivered)
	}
	s.pending, s.newest = nil, time.Time{}
	clear(s.waiting)
	return nil
}

// expired is how many of the oldest chunks a commit of the state forgets.
func (s *Store) expired(state *State) int {
	switch {
	case state.Again:
		return s.seen.overflowing(len(s.pending))
	case !state.Beside.IsZero():
		return s.seen.expiredBeside(state.Beside, len(s.pending))
	default:
		return s.seen.expired(state.Newest, len(s.pending))
	}
}

// readChunks reads the uuids that the record speaks of. A chunk that is missing or corrupt is
// logged and counts as empty: at worst a fall-back repeats its events.
func (s *Store) readChunks(ctx context.Context) error {
	var ops []*storage.Operation
	for n := s.record.FirstChunk; n != s.record.NextChunk; n++ {
		ops = append(ops, storage.GetOperation(chunkKey(n)))
	}
	if len(ops) == 0 {
		return nil
	}
	if err := s.client.Batch(ctx, ops...); err != nil {
		return fmt.Errorf("read the delivered events: %w", err)
	}
	unusable := 0
	for _, op := range ops {
		c, err := parseChunk(op.Value)
		if err != nil {
			unusable++
			c = &chunk{newest: s.record.Newest, answered: s.record.Newest}
		}
		s.seen.add(c)
	}
	if unusable > 0 {
		s.logger.Error("Lists of delivered events can't be used, some of the events may be delivered once more",
			zap.Int("lists", unusable), zap.Int("of", len(ops)))
	}
	return nil
}
