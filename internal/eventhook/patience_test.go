// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWitnessTellsOnceWhatDidNotCome(t *testing.T) {
	w := newTestWitness()
	w.Announce([]Event{event("u1")}, noon)
	for minute := range 10 {
		now := after(time.Duration(minute) * time.Minute)
		_, overdue := w.Settle(none, All, now, now)
		assert.Empty(t, overdue)
	}
	almost, late := after(10*time.Minute-1), after(10*time.Minute)
	_, overdue := w.Settle(none, All, almost, almost)
	assert.Empty(t, overdue)
	_, overdue = w.Settle(none, Part, late, late)
	assert.Empty(t, overdue, "while there is more to read it is late, not missing")
	_, overdue = w.Settle(none, Short, late, late)
	assert.Empty(t, overdue, "nor while there may be")
	_, overdue = w.Settle(none, All, noon.Add(-1), late)
	assert.Empty(t, overdue, "the log was asked before it was announced")
	_, overdue = w.Settle(none, All, late, late)
	require.Len(t, overdue, 1)
	assert.Equal(t, `{"uuid":"u1"}`, string(overdue[0].Raw))
	_, again := w.Settle(none, All, after(time.Hour), after(time.Hour))
	assert.Empty(t, again, "once")

	w.Return(overdue)
	w.Return(overdue)
	assert.Equal(t, 1, w.Waiting())
	_, ok := w.NextLook()
	assert.False(t, ok, "an overdue event is no reason to hurry")
	_, again = w.Settle(none, All, after(time.Hour), after(time.Hour))
	assert.Equal(t, overdue, again)
	assert.Zero(t, w.bytes)
}

// Nobody looks during an outage: that time says nothing about an event.
func TestOutageMakesNoEventMissing(t *testing.T) {
	for name, looksBefore := range map[string]int{"announced during it": 0, "looked for before it": 1} {
		t.Run(name, func(t *testing.T) {
			w := newTestWitness()
			w.Announce([]Event{event("u1")}, noon)
			for range looksBefore {
				w.Settle(none, All, noon, noon)
			}
			back := after(3 * time.Hour)
			_, overdue := w.Settle(none, All, back, back)
			assert.Empty(t, overdue)
			for range 3 {
				back = back.Add(2 * time.Minute)
				_, overdue = w.Settle(none, All, back, back)
				assert.Empty(t, overdue)
			}
			for range 2 {
				back = back.Add(2 * time.Minute)
				_, late := w.Settle(none, All, back, back)
				overdue = append(overdue, late...)
			}
			assert.Len(t, overdue, 1, "nobody is patient for ever")
		})
	}
}

// Okta may announce an event again, also when it has come, or has not.
func TestWitnessSettlesAnEventOnce(t *testing.T) {
	w := newTestWitness()
	confirmed, overdue := 0, 0
	comes := func(e Event) bool { return e.UUID == "comes" }
	for minute := range 60 {
		now := after(time.Duration(minute) * time.Minute)
		w.Announce([]Event{event("comes"), event("does not come")}, now)
		came, missing := w.Settle(comes, All, now, now)
		confirmed += came
		overdue += len(missing)
	}
	assert.Equal(t, 1, confirmed)
	assert.Equal(t, 1, overdue)
	assert.Zero(t, w.Waiting())

	later := event("comes")
	later.Published = after(time.Second)
	w.Announce([]Event{later}, after(time.Hour))
	assert.Equal(t, 1, w.Waiting(), "another time is another event")
}

func TestSettledEventsAreBounded(t *testing.T) {
	var s settled
	name := func(i int) announcement { return nameOf(event(fmt.Sprint(i))) }
	for i := range 3*mostSettled + 1 {
		s.add(name(i))
	}
	assert.LessOrEqual(t, len(s.newer)+len(s.older), 2*mostSettled)
	assert.False(t, s.has(name(0)))
	for i := 2 * mostSettled; i < 3*mostSettled+1; i++ {
		assert.True(t, s.has(name(i)))
	}
}
