// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// NewMemory returns a storage client that keeps everything in memory, for a receiver without a
// storage extension: its position lasts as long as the process.
func NewMemory() storage.Client { return &memory{values: map[string][]byte{}} }

type memory struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (m *memory) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := m.Batch(ctx, op)
	return op.Value, err
}

func (m *memory) Set(ctx context.Context, key string, value []byte) error {
	return m.Batch(ctx, storage.SetOperation(key, value))
}

func (m *memory) Delete(ctx context.Context, key string) error {
	return m.Batch(ctx, storage.DeleteOperation(key))
}

func (m *memory) Batch(_ context.Context, ops ...*storage.Operation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, op := range ops {
		switch op.Type {
		case storage.Get:
			op.Value = m.values[op.Key]
		case storage.Set:
			m.values[op.Key] = op.Value
		case storage.Delete:
			delete(m.values, op.Key)
		}
	}
	return nil
}

// Walk implements [storage.Walker].
func (m *memory) Walk(ctx context.Context, each storage.WalkFunc) error {
	m.mu.Lock()
	values := maps.Clone(m.values)
	m.mu.Unlock()
	var all []*storage.Operation
	for _, key := range slices.Sorted(maps.Keys(values)) {
		ops, err := each(key, values[key])
		all = append(all, ops...)
		if errors.Is(err, storage.SkipAll) {
			break
		} else if err != nil {
			return err
		}
	}
	return m.Batch(ctx, all...)
}

func (m *memory) Close(context.Context) error { return nil }
