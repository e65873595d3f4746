// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
)

// branch is one exporter of a fan-out, with a far end of its own.
type branch struct {
	name string

	mu       sync.Mutex
	away     error           // what it answers to everything, nil while it accepts
	poison   map[string]bool // uuids that it refuses for good
	tooMany  int             // the number of records from which on it refuses a call for good; 0 means none
	holds    time.Duration   // how long a call lasts
	accepted map[string]int
	order    []string
	calls    []int // how many records each call had
}

func newBranch(name string) *branch {
	return &branch{name: name, poison: map[string]bool{}, accepted: map[string]int{}}
}

func (b *branch) set(change func(*branch)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(b)
}

func (b *branch) consume(ctx context.Context, uuids []string) error {
	b.mu.Lock()
	holds := b.holds
	b.mu.Unlock()
	if holds > 0 {
		select {
		case <-time.After(holds):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, len(uuids))
	if b.away != nil {
		return b.away
	}
	if b.tooMany > 0 && len(uuids) >= b.tooMany {
		return consumererror.NewPermanent(errors.New("413 Request Entity Too Large"))
	}
	if slices.ContainsFunc(uuids, func(uuid string) bool { return b.poison[uuid] }) {
		return consumererror.NewPermanent(errors.New("400 Bad Request"))
	}
	for _, uuid := range uuids {
		if b.accepted[uuid] == 0 {
			b.order = append(b.order, uuid)
		}
		b.accepted[uuid]++
	}
	return nil
}

// repeated is how many events a branch was given more than once, all times counted.
func (b *branch) repeated() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, times := range b.accepted {
		n += times - 1
	}
	return n
}

// branches makes the pipeline one that fans out, and joins what the branches say as the Collector does.
func (w *world) branches(names ...string) []*branch {
	var all []*branch
	for _, name := range names {
		all = append(all, newBranch(name))
	}
	w.sink.take = func(ctx context.Context, ld plog.Logs) error {
		var uuids []string
		for _, record := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			uuid, _ := record.Attributes().Get("log.record.uid")
			uuids = append(uuids, uuid.Str())
		}
		var errs []error
		for _, b := range all {
			if err := b.consume(ctx, uuids); err != nil {
				errs = append(errs, fmt.Errorf("exporter %s: %w", b.name, err))
			}
		}
		return errors.Join(errs...)
	}
	return all
}

var (
	errDenied = consumererror.NewPermanent(errors.New("401 Unauthorized"))
	errAway   = errors.New("503 Service Unavailable")
)

// requireEach asserts that a branch has every event of the org but for some.
func (w *world) requireEach(b *branch, without ...string) {
	w.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, uuid := range w.all() {
		if !slices.Contains(without, uuid) {
			require.Positive(w.t, b.accepted[uuid], "%s never got %s", b.name, uuid)
		}
	}
	for _, uuid := range without {
		require.Zero(w.t, b.accepted[uuid])
	}
}
