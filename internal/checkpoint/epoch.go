// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

// ErrFenced says that another replica has taken over the history. Nothing was stored, and nothing may be.
var ErrFenced = errors.New("another replica has taken over the position")

// An epoch is the time for which one replica holds a history. Storages compare nothing when they write, so a replica
// that was suspended and goes on after it has lost its lease could overwrite what its successor has stored. Therefore
// each holder writes keys of its own epoch only, and one key names the epoch that counts:
//
//	key                       value
//	epoch                     {"epoch":"8-…","former":"7-…"}
//	epoch/8-…/position        what [Store] keeps, copied when the epoch began
//	epoch/8-…/seen/9
//	epoch/7-…/…               deleted when epoch 9 begins: whoever reads it is late, but not wrong yet
//
// A holder reads the key before it stores anything, and another value ends its polling. Between the two a successor may
// begin: what is stored then is never read, so one page at most is delivered again, and no position goes back.
type epoch struct {
	Epoch string `json:"epoch"`
	// Former is the epoch before, "" for a history without one; absent where there was none.
	Former *string `json:"former,omitempty"`
}

// nextEpoch names the epoch after one: by a number, to be read, and something that no other replica makes up.
func nextEpoch(former string) string {
	number, _, _ := strings.Cut(former, "-")
	n, _ := strconv.ParseUint(number, 10, 64) // 0 for a history without epochs, and for what is no number
	return fmt.Sprintf("%d-%s", n+1, rand.Text())
}

func parseEpoch(text []byte) (epoch, error) {
	var e epoch
	if err := json.Unmarshal(text, &e); err != nil || e.Epoch == "" || strings.Contains(e.Epoch, "/") {
		return epoch{}, fmt.Errorf("%w: its epoch is not one of this receiver", ErrUnusable)
	}
	return e, nil
}

// name is the operation that makes the store's epoch the one that counts.
func (s *Store) name(former *string) (*storage.Operation, error) {
	text, err := json.Marshal(epoch{Epoch: s.keys.epoch, Former: former})
	if err != nil {
		return nil, fmt.Errorf("write the epoch: %w", err)
	}
	return storage.SetOperation(s.keys.named(), text), nil
}

// OpenFenced is Open for one of several replicas: it begins an epoch, so that what the holder before may still write
// does not count any more.
func OpenFenced(ctx context.Context, client storage.Client, org string, logger *zap.Logger, options ...Option) (*Store, error) {
	s, err := Open(ctx, client, org, logger, options...)
	if err != nil {
		return nil, err
	}
	s.fenced = true
	return s, s.takeOver(ctx)
}

// takeOver begins an epoch with a copy of the history as it was read.
func (s *Store) takeOver(ctx context.Context) error {
	before, former := s.keys, s.former
	s.keys.epoch = nextEpoch(before.epoch)
	if !s.found {
		return nil // the first commit names it
	}
	if err := s.writeWhole(ctx, &before.epoch); err != nil {
		return err
	}
	if former != nil {
		s.remove(ctx, keys{prefix: before.prefix, epoch: *former})
	}
	return nil
}

// writeWhole writes all that is remembered, and then names the epoch.
func (s *Store) writeWhole(ctx context.Context, former *string) error {
	var ops []*storage.Operation
	for i, c := range s.delivered.chunks {
		ops = append(ops, storage.SetOperation(s.keys.chunk(s.record.FirstChunk+uint64(i)), c.marshal()))
	}
	text, err := s.record.marshal()
	if err != nil {
		return err
	}
	ops = append(ops, storage.SetOperation(s.keys.position(), text))
	if s.record.OrgID != "" {
		ops = append(ops, storage.SetOperation(aliasOfID(s.record.OrgID), s.keys.alias()))
	}
	if !sameHost(s.record.Org, s.org) {
		ops = append(ops, storage.SetOperation(aliasOfHost(s.org), s.keys.alias()))
	}
	named, err := s.name(former)
	if err != nil {
		return err
	}
	// The name comes last: whoever follows it finds the whole.
	if err := s.client.Batch(ctx, append(ops, named)...); err != nil {
		return fmt.Errorf("begin an epoch: %w", err)
	}
	s.named = true
	return nil
}

// remove deletes what is left of an epoch that nobody reads any more. What its holder wrote after it was over is the
// next chunk at most, since it looks before each.
func (s *Store) remove(ctx context.Context, old keys) {
	err := func() error {
		text, err := s.client.Get(ctx, old.position())
		if err != nil || text == nil {
			return err
		}
		r, err := parseRecord(text, old.version())
		if err != nil {
			return err
		}
		var ops []*storage.Operation
		for n := r.FirstChunk; n != r.NextChunk+1; n++ {
			ops = append(ops, storage.DeleteOperation(old.chunk(n)))
		}
		return s.client.Batch(ctx, append(ops, storage.DeleteOperation(old.position()))...)
	}()
	if err != nil {
		s.logger.Debug("What is left of an epoch is not deleted", zap.String("epoch", old.epoch), zap.Error(err))
	}
}

// Holds returns [ErrFenced] where another replica has taken over the history. It may be called while others use the
// store. Any other error is one of the storage.
func (s *Store) Holds(ctx context.Context) error {
	_, err := s.isNamed(ctx)
	return err
}

// isNamed reports whether the store's epoch is the one that is named, and false where none is.
func (s *Store) isNamed(ctx context.Context) (bool, error) {
	text, err := s.client.Get(ctx, s.keys.named())
	if err != nil {
		return false, fmt.Errorf("read the epoch: %w", err)
	}
	if text == nil {
		return false, nil
	}
	if e, err := parseEpoch(text); err != nil || e.Epoch != s.keys.epoch {
		return false, errors.Join(ErrFenced, err)
	}
	return true, nil
}

// hold makes sure that this replica may store something. A storage that has lost its data while the lease is held gets
// all of it back.
func (s *Store) hold(ctx context.Context) error {
	if !s.fenced {
		return nil
	}
	named, err := s.isNamed(ctx)
	if err != nil || named || !s.named {
		return err
	}
	s.logger.Error("The storage has lost the position, which is written anew from memory: check that the storage keeps its data")
	return s.writeWhole(ctx, nil)
}
