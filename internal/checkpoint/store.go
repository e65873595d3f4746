// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

// Store keeps the history of one org in a storage client. It is not safe for concurrent use: delivery
// is one stream.
type Store struct {
	client storage.Client
	org    string
	logger *zap.Logger
	keys   keys
	replay string // names the replay that the history is of, "" where it follows the log

	found     bool
	others    bool    // the storage holds the history of another host
	former    *string // the epoch before the one that was read, where there was one
	fenced    bool    // other replicas may take over
	named     bool    // the storage names the epoch of this store
	record    record
	delivered *chunkList
}

// Open reads what the client holds of the history of an org, which is named by its normalised host. An error is
// one of the storage, or [ErrUnusable]: then nothing may be stored, since what is there would be lost.
func Open(ctx context.Context, client storage.Client, org string, logger *zap.Logger, options ...Option) (*Store, error) {
	s := &Store{client: client, org: org, logger: logger, delivered: newChunkList()}
	for _, option := range options {
		option(s)
	}
	found, err := s.find(ctx)
	if err != nil {
		return nil, err
	}
	if found.record == nil {
		// A replay is of one host: none that began under another one is continued.
		s.keys, s.others = found.keys, found.keys != keys{} && !found.keys.isReplay()
		return s, nil
	}
	return s, s.read(ctx, found)
}

// find returns what is stored of the history.
func (s *Store) find(ctx context.Context) (stored, error) {
	if s.replay != "" {
		return keysOfReplay(s.org, s.replay).read(ctx, s.client)
	}
	return find(ctx, s.client, s.org)
}

// read reads a history.
func (s *Store) read(ctx context.Context, from stored) error {
	r, err := parseRecord(from.record, from.keys.version())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	s.keys, s.former, s.found, s.record, s.delivered = from.keys, from.former, true, *r, newChunkList()
	return s.readChunks(ctx)
}

// Position returns how far delivery has come, and whether anything is stored at all.
func (s *Store) Position() (Position, bool) { return s.record.position(), s.found }

// MayAdopt reports whether no history of the org is stored and one of another host is, which [Store.Adopt] may find to
// be the same org's.
func (s *Store) MayAdopt() bool { return !s.found && s.others }

// Delivered reports whether an event was delivered and committed in this history, as far as it is
// remembered.
func (s *Store) Delivered(event ID) bool { return s.delivered.has(event) }

// NewestDelivered is when the newest event that is remembered was published, and when the newest was answered or
// announced; zero where none is remembered.
func (s *Store) NewestDelivered() (published, answered time.Time) { return s.delivered.newest() }

// Commit stores a position together with the events that were delivered on the way to it, and forgets
// those that retention does not keep. All of it is one transaction: either everything is stored or
// nothing is. After an error nothing has changed, and the same commit can be tried again.
func (s *Store) Commit(ctx context.Context, p Position, delivered Delivered, retention Retention) error {
	// Also where nothing has changed: a storage that has lost its data gets it back.
	if err := s.hold(ctx); err != nil {
		return err
	}
	next := s.record
	next.Version = s.keys.version()
	if !s.found {
		next.Org = s.org
	}
	next.Query, next.Next, next.Start, next.Newest, next.Ended = p.Query, p.Next, p.Start, p.Newest, p.Ended
	if s.found && next == s.record && len(delivered.IDs) == 0 && !retention.forgetAll {
		return nil // an idle org costs no writes
	}
	next.Answered = p.Answered

	// A storage whose Batch is no transaction carries out the operations one after the other. In this
	// order it never has a position without the IDs of what was delivered before it.
	var ops []*storage.Operation
	added := chunkOf(delivered, p)
	if len(added.ids) > 0 {
		ops = append(ops, storage.SetOperation(s.keys.chunk(next.NextChunk), added.marshal()))
		next.NextChunk++
	}
	expired := retention.expired(s.delivered, p.Newest, len(added.ids))
	next.FirstChunk += uint64(expired)
	text, err := next.marshal()
	if err != nil {
		return err
	}
	ops = append(ops, storage.SetOperation(s.keys.position(), text))
	if s.fenced && !s.named {
		named, err := s.name(nil)
		if err != nil {
			return err
		}
		ops = append(ops, named)
	}
	for n := s.record.FirstChunk; n != next.FirstChunk; n++ {
		ops = append(ops, storage.DeleteOperation(s.keys.chunk(n)))
	}
	if err := s.client.Batch(ctx, ops...); err != nil {
		return fmt.Errorf("store the position: %w", err)
	}

	s.found, s.record, s.named = true, next, s.fenced
	s.delivered.forget(expired)
	if len(added.ids) > 0 {
		s.delivered.add(added)
	}
	return nil
}

// readChunks reads the IDs that the record speaks of. A chunk that is missing or corrupt is logged and
// counts as empty: at worst a rewind repeats its events.
func (s *Store) readChunks(ctx context.Context) error {
	var ops []*storage.Operation
	for n := s.record.FirstChunk; n != s.record.NextChunk; n++ {
		ops = append(ops, storage.GetOperation(s.keys.chunk(n)))
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
		s.delivered.add(c)
	}
	if unusable > 0 {
		s.logger.Error("Lists of delivered events can't be used, some of the events may be delivered once more",
			zap.Int("lists", unusable), zap.Int("of", len(ops)))
	}
	return nil
}
