// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
)

func TestOverdueIsToldOnce(t *testing.T) {
	w := newTestAnnounced()
	w.add([]eventhook.Event{event("u1")}, noon)
	for minute := range 10 {
		now := after(time.Duration(minute) * time.Minute)
		_, overdue := w.resolve(nothing, all, now, now)
		assert.Empty(t, overdue)
	}
	almost, late := after(10*time.Minute-1), after(10*time.Minute)
	_, overdue := w.resolve(nothing, all, almost, almost)
	assert.Empty(t, overdue)
	_, overdue = w.resolve(nothing, part, late, late)
	assert.Empty(t, overdue, "while there is more to read it is late, not missing")
	_, overdue = w.resolve(nothing, short, late, late)
	assert.Empty(t, overdue, "nor while there may be")
	_, overdue = w.resolve(nothing, all, noon.Add(-1), late)
	assert.Empty(t, overdue, "the log was asked before it was announced")
	_, overdue = w.resolve(nothing, all, late, late)
	require.Len(t, overdue, 1)
	assert.Equal(t, `{"uuid":"u1"}`, string(overdue[0].Raw))
	_, again := w.resolve(nothing, all, after(time.Hour), after(time.Hour))
	assert.Empty(t, again, "once")

	w.putBack(overdue)
	w.putBack(overdue)
	assert.Equal(t, 1, len(w.waiting))
	_, ok := w.nextLookup()
	assert.False(t, ok, "an overdue event is no reason to hurry")
	_, again = w.resolve(nothing, all, after(time.Hour), after(time.Hour))
	assert.Equal(t, overdue, again)
	assert.Zero(t, w.bytes)
}

// Nobody lookups during an outage: that time says nothing about an event.
func TestOutageMakesNoEventMissing(t *testing.T) {
	for name, lookupsBefore := range map[string]int{"announced during it": 0, "looked for before it": 1} {
		t.Run(name, func(t *testing.T) {
			w := newTestAnnounced()
			w.add([]eventhook.Event{event("u1")}, noon)
			for range lookupsBefore {
				w.resolve(nothing, all, noon, noon)
			}
			back := after(3 * time.Hour)
			_, overdue := w.resolve(nothing, all, back, back)
			assert.Empty(t, overdue)
			for range 3 {
				back = back.Add(2 * time.Minute)
				_, overdue = w.resolve(nothing, all, back, back)
				assert.Empty(t, overdue)
			}
			for range 2 {
				back = back.Add(2 * time.Minute)
				_, late := w.resolve(nothing, all, back, back)
				overdue = append(overdue, late...)
			}
			assert.Len(t, overdue, 1, "nobody is patient for ever")
		})
	}
}

// Okta may announce an event again, also when it has come, or has not.
func TestEventIsResolvedOnce(t *testing.T) {
	w := newTestAnnounced()
	confirmed, overdue := 0, 0
	comes := func(id checkpoint.ID) bool { return id == idOf(event("comes")) }
	for minute := range 60 {
		now := after(time.Duration(minute) * time.Minute)
		w.add([]eventhook.Event{event("comes"), event("does not come")}, now)
		came, missing := w.resolve(comes, all, now, now)
		confirmed += came
		overdue += len(missing)
	}
	assert.Equal(t, 1, confirmed)
	assert.Equal(t, 1, overdue)
	assert.Empty(t, w.waiting)

	later := event("comes")
	later.Published = after(time.Second)
	w.add([]eventhook.Event{later}, after(time.Hour))
	assert.Equal(t, 1, len(w.waiting), "another time is another event")
}

func TestResolvedEventsAreBounded(t *testing.T) {
	var s resolved
	name := func(i int) checkpoint.ID { return idOf(event(fmt.Sprint(i))) }
	for i := range 3*maxResolved + 1 {
		s.add(name(i))
	}
	assert.LessOrEqual(t, len(s.newer)+len(s.older), 2*maxResolved)
	assert.False(t, s.has(name(0)))
	for i := 2 * maxResolved; i < 3*maxResolved+1; i++ {
		assert.True(t, s.has(name(i)))
	}
}
