// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

// Listed is a storage client whose keys can be listed.
type Listed interface {
	storage.Client
	storage.Walker
}

// Entry is one of the histories that a storage holds.
type Entry struct {
	// Host is that of the org when the history began; "" where that can't be read.
	Host string
	// Store is the history. It is nil where Err is set.
	Store *Store
	// Err is [ErrUnusable] with the reason, where the history can't be used.
	Err error

	keys    keys
	owned   []string // the keys of the history, in all of its epochs
	aliases []string // the keys that lead to it
}

// Entries reads all histories that a storage holds, in the order of their keys. An error is one of the storage.
func Entries(ctx context.Context, client Listed, logger *zap.Logger) ([]*Entry, error) {
	var all []*Entry
	byPrefix := map[string]*Entry{}
	leadTo := map[string]keys{}
	err := client.Walk(ctx, func(key string, value []byte) ([]*storage.Operation, error) {
		if k, isAlias := parseAlias(value); isAlias && (strings.HasPrefix(key, aliasOfID("")) || strings.HasSuffix(key, "/alias")) {
			leadTo[key] = k
			return nil, nil
		}
		if prefix, ok := historyOf(key); ok {
			if byPrefix[prefix] == nil {
				byPrefix[prefix] = &Entry{keys: keys{prefix: prefix}}
				all = append(all, byPrefix[prefix])
			}
			byPrefix[prefix].owned = append(byPrefix[prefix].owned, key)
		}
		return nil, nil
	})
	if err != nil {
		return nil, fmt.Errorf("list what is stored: %w", err)
	}
	// What is left of a history without a record is no history.
	all = slices.DeleteFunc(all, func(e *Entry) bool {
		return !slices.Contains(e.owned, e.keys.position()) && !slices.Contains(e.owned, e.keys.named())
	})
	for key, k := range leadTo {
		if e := byPrefix[k.prefix]; e != nil {
			e.aliases = append(e.aliases, key)
		}
	}
	for _, e := range all {
		slices.Sort(e.aliases)
		if err := e.read(ctx, client, logger); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b *Entry) int { return strings.Compare(a.keys.prefix, b.keys.prefix) })
	return all, nil
}

// historyOf is the prefix of the history that a key belongs to.
func historyOf(key string) (prefix string, ok bool) {
	rest := key
	if after, found := strings.CutPrefix(key, "org/"); found {
		var host string
		if host, rest, found = strings.Cut(after, "/"); !found {
			return "", false
		}
		prefix = keysOfHost(host).prefix
	}
	ok = rest == positionKey || rest == keys{}.named() || strings.HasPrefix(rest, keys{}.named()+"/") || strings.HasPrefix(rest, "seen/")
	return prefix, ok
}

// read reads the history of an entry.
func (e *Entry) read(ctx context.Context, client storage.Client, logger *zap.Logger) error {
	if host, found := strings.CutPrefix(e.keys.prefix, "org/"); found {
		e.Host = strings.TrimSuffix(host, "/")
	}
	found, err := e.keys.read(ctx, client)
	if err == nil {
		s := &Store{client: client, logger: logger}
		if err = s.read(ctx, found); err == nil {
			e.Host, e.Store, e.keys = normal(s.record.Org), s, s.keys
			s.org = e.Host
			return nil
		}
	}
	if !errors.Is(err, ErrUnusable) {
		return err
	}
	e.Err = err
	return nil
}

// Serves reports whether a receiver for an org, which is named by its normalised host, resumes from the history. One
// that can't be read keeps each org from beginning anew where it may be its own.
func (e *Entry) Serves(host string) bool {
	return e.Host == "" || sameHost(e.Host, host) || slices.Contains(e.aliases, aliasOfHost(host))
}

// Remembered is how many delivered events are remembered.
func (s *Store) Remembered() int { return len(s.delivered.ids) }

// Epoch names the term of the replica that held the history last, "" where it was never one of several replicas.
func (s *Store) Epoch() string { return s.keys.epoch }

// Remove deletes histories, and what leads to them, in one transaction. Those of other orgs stay.
func Remove(ctx context.Context, client storage.Client, entries ...*Entry) error {
	var ops []*storage.Operation
	for _, e := range entries {
		ops = append(ops, e.removal()...)
	}
	if err := client.Batch(ctx, ops...); err != nil {
		return fmt.Errorf("remove the position: %w", err)
	}
	return nil
}

// RemoveAll deletes histories as [Remove] does, and when the receiver first started: for a receiver that is gone.
func RemoveAll(ctx context.Context, client storage.Client, entries ...*Entry) error {
	return Remove(ctx, client, append(slices.Clone(entries), &Entry{owned: []string{startedKey}})...)
}

// Newer reports whether a newer version of the receiver wrote the history.
func (e *Entry) Newer() bool { return errors.Is(e.Err, errNewer) }

func (e *Entry) removal() []*storage.Operation {
	var ops []*storage.Operation
	for _, key := range slices.Concat(e.owned, e.aliases) {
		ops = append(ops, storage.DeleteOperation(key))
	}
	return ops
}
