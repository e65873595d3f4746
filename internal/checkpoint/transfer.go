// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// Rival returns the history among others that is of the same org as this one, and that a receiver would find instead
// of it; nil where there is none.
func (e *Entry) Rival(others []*Entry) *Entry {
	for _, other := range others {
		sameID := e.Store != nil && other.Store != nil && e.Store.OrgID() != "" && e.Store.OrgID() == other.Store.OrgID()
		if sameID || other.Serves(e.Host) || e.Serves(other.Host) {
			return other
		}
	}
	return nil
}

// Equals reports whether two histories have the same position and remember the same events.
func (e *Entry) Equals(other *Entry) bool {
	return e.Store != nil && other.Store != nil && e.Store.record.position() == other.Store.record.position() &&
		maps.Equal(e.Store.delivered.ids, other.Store.delivered.ids)
}

// Transfer stores histories of another storage in one that holds there already, in one transaction, with all that is
// remembered of them. The history of the same org that there is gives way; what it remembers as delivered stays
// remembered, so that no event of the new position that it has delivered is delivered again. Histories of other orgs
// stay. The error is [ErrUnusable] where one of the histories can't be read: then nothing is stored.
func Transfer(ctx context.Context, from []*Entry, to storage.Client, there []*Entry) error {
	taken := map[string]bool{}
	for _, e := range there {
		taken[e.keys.prefix] = true
	}
	var removals, additions []*storage.Operation
	for _, e := range from {
		if e.Err != nil {
			return e.Err
		}
		moved := e.clone()
		if rival := e.Rival(there); rival != nil {
			if rival.Err != nil {
				return rival.Err
			}
			delete(taken, rival.keys.prefix)
			removals = append(removals, rival.removal()...)
			moved.absorb(rival)
		}
		if taken[moved.keys.prefix] {
			moved.keys.prefix = keysOfHost(e.Host).prefix
		}
		if taken[moved.keys.prefix] {
			return errors.New("two histories are of one org: move one of them only")
		}
		taken[moved.keys.prefix] = true
		ops, err := moved.whole()
		if err != nil {
			return err
		}
		additions = append(additions, ops...)
	}
	if err := to.Batch(ctx, append(removals, additions...)...); err != nil {
		return fmt.Errorf("store the position: %w", err)
	}
	return nil
}

// clone is an entry that can be changed without changing this one.
func (e *Entry) clone() *Entry {
	s := *e.Store
	s.delivered = newChunkList()
	for _, c := range e.Store.delivered.chunks {
		s.delivered.add(c)
	}
	return &Entry{Host: e.Host, Store: &s, keys: e.keys, aliases: slices.Clone(e.aliases)}
}

// absorb adds to a history what another one of the same org remembers as delivered, ahead of the position, and what
// leads to that one.
func (e *Entry) absorb(other *Entry) {
	d := e.Store.delivered
	for _, c := range other.Store.delivered.chunks {
		added := &chunk{newest: c.newest, answered: c.answered}
		for _, i := range c.ids {
			if !d.has(i) {
				added.ids = append(added.ids, i)
			}
		}
		if len(added.ids) > 0 {
			d.add(added)
		}
	}
	d.forget(d.oldest(0, func(*chunk, int) bool { return false })) // there may be too many
	for _, alias := range append(slices.Clone(other.aliases), aliasOfHost(other.Host)) {
		if alias != aliasOfHost(e.Host) && !slices.Contains(e.aliases, alias) {
			e.aliases = append(e.aliases, alias)
		}
	}
}

// whole are the operations that write a history. Its record comes after what it speaks of, as in each commit.
func (e *Entry) whole() ([]*storage.Operation, error) {
	var ops []*storage.Operation
	r := e.Store.record
	for i, c := range e.Store.delivered.chunks {
		ops = append(ops, storage.SetOperation(e.keys.chunk(r.FirstChunk+uint64(i)), c.marshal()))
	}
	r.NextChunk = r.FirstChunk + uint64(len(e.Store.delivered.chunks))
	text, err := r.marshal()
	if err != nil {
		return nil, err
	}
	if _, err := parseRecord(text, e.keys.version()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnusable, err) // a receiver could not read it either
	}
	ops = append(ops, storage.SetOperation(e.keys.position(), text))
	for _, alias := range e.aliases {
		ops = append(ops, storage.SetOperation(alias, e.keys.alias()))
	}
	if e.keys.epoch == "" {
		return ops, nil
	}
	s := Store{keys: e.keys}
	named, err := s.name(nil)
	if err != nil {
		return nil, err
	}
	return append(ops, named), nil
}

// BeginAt makes a history begin anew at a position, in one transaction: the events that it remembers are forgotten, so
// that those from there on are delivered again. Nothing else of the position before is kept.
func (s *Store) BeginAt(ctx context.Context, p Position) error {
	return s.Commit(ctx, p, Delivered{}, Retention{forgetAll: true})
}
