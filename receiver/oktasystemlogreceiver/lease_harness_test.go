// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
)

var (
	worldElector   = component.MustNewID("elector_of_the_world")
	worldExclusive = component.MustNewID("exclusive_storage_of_the_world")
)

// electorOfTests calls as contrib's k8s_leader_elector does: one after the other, and without ever
// forgetting one.
type electorOfTests struct {
	component.StartFunc
	component.ShutdownFunc
	gained []func(context.Context)
	lost   []func()
	cancel context.CancelFunc // of the lease; nil while it is not held
}

// SetCallBackFuncs is that of the extension: who holds the lease already is called at once, with Background.
func (e *electorOfTests) SetCallBackFuncs(gained func(context.Context), lost func()) {
	e.gained, e.lost = append(e.gained, gained), append(e.lost, lost)
	if e.cancel != nil {
		gained(context.Background())
	}
}

func (e *electorOfTests) gain() {
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	for _, call := range e.gained {
		call(ctx)
	}
}

func (e *electorOfTests) lose() {
	e.cancel()
	e.cancel = nil
	for _, call := range e.lost {
		call()
	}
}

// exclusiveStorage is one that only one client at a time can have open, as a file of file_storage.
type exclusiveStorage struct {
	component.StartFunc
	component.ShutdownFunc
	held atomic.Pointer[exclusiveClient] // nil while none has it
	data storage.Client
}

type exclusiveClient struct {
	storage.Client
	of *exclusiveStorage
}

// GetClient waits for the lock of the file for a second, as file_storage does.
func (s *exclusiveStorage) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	client := &exclusiveClient{s.data, s}
	for range 2 {
		if s.held.CompareAndSwap(nil, client) {
			return client, nil
		}
		time.Sleep(time.Second) // virtual
	}
	return nil, errors.New("timeout")
}

func (c *exclusiveClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	if c.of.held.Load() != c {
		return errors.New("database not open")
	}
	return c.Client.Batch(ctx, ops...)
}

func (c *exclusiveClient) Close(context.Context) error {
	c.of.held.CompareAndSwap(c, nil)
	return nil
}

// replicas are worlds of one org, one pipeline and one storage, each with an elector of its own.
func (w *world) replicas(n int) (all []*world, electors []*electorOfTests, stored *exclusiveStorage) {
	stored = &exclusiveStorage{data: checkpoint.NewMemory()}
	for range n {
		replica := *w
		cfg := *w.cfg
		cfg.K8sLeaderElector, cfg.Storage = &worldElector, &worldExclusive
		require.NoError(w.t, cfg.Validate())
		elector := &electorOfTests{}
		replica.cfg, replica.receiver, replica.status = &cfg, nil, &statuses{}
		replica.telemetry = componenttest.NewTelemetry()
		replica.extensions = map[component.ID]component.Component{worldElector: elector, worldExclusive: stored}
		all, electors = append(all, &replica), append(electors, elector)
	}
	return all, electors, stored
}

func (w *world) end() {
	w.stop()
	assert.NoError(w.t, w.telemetry.Shutdown(context.Background()))
}

// sharing makes the replicas share a storage that several can have open, such as Redis.
func sharing(replicas []*world, data storage.Client) {
	for _, r := range replicas {
		r.extensions[worldExclusive] = &storageOfTheWorld{world: &world{storage: data}}
	}
}

// failingStorage is a storage that can be away, and come back as another one.
type failingStorage struct {
	storage.Client
	fails atomic.Bool
	full  atomic.Bool // it can be read, and not written
	other atomic.Pointer[storage.Client]
}

func (s *failingStorage) set(other storage.Client) { s.other.Store(&other) }

func (s *failingStorage) Batch(ctx context.Context, ops ...*storage.Operation) error {
	switch other := s.other.Load(); {
	case s.fails.Load():
		return errors.New("connection refused")
	case s.full.Load() && slices.ContainsFunc(ops, func(op *storage.Operation) bool { return op.Type == storage.Set }):
		return errors.New("no space left")
	case other != nil:
		return (*other).Batch(ctx, ops...)
	default:
		return s.Client.Batch(ctx, ops...)
	}
}

func (s *failingStorage) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := s.Batch(ctx, op)
	return op.Value, err
}

func (s *failingStorage) Set(ctx context.Context, key string, value []byte) error {
	return s.Batch(ctx, storage.SetOperation(key, value))
}

// requireAllAtMost asserts that each event has arrived, and how many were repeated at most.
func (w *world) requireAllAtMost(repeated int) {
	w.t.Helper()
	count := map[string]int{}
	for _, uuid := range w.sink.uuids() {
		count[uuid]++
	}
	for _, uuid := range w.all() {
		require.Positive(w.t, count[uuid], "%s has not arrived", uuid)
	}
	require.LessOrEqual(w.t, len(w.sink.uuids())-len(count), repeated)
}
