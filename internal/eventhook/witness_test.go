// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// after is a time some while after noon.
func after(d time.Duration) time.Time { return noon.Add(d) }

func newTestWitness() *Witness {
	return NewWitness(WitnessSettings{Patience: 10 * time.Minute, LongestGap: time.Minute, KeepRaw: true, MaxBytes: 1 << 20})
}

func event(uuid string) Event {
	return Event{UUID: uuid, Published: noon, Type: "user.session.start", Raw: []byte(`{"uuid":"` + uuid + `"}`)}
}

func none(Event) bool { return false }
func all(Event) bool  { return true }

func TestWitnessConfirmsWhatWasDelivered(t *testing.T) {
	w := newTestWitness()
	w.Announce([]Event{event("u1"), event("u2"), event("u1"), {Type: "no uuid"}}, noon)
	assert.Equal(t, 2, w.Waiting())
	confirmed, overdue := w.Settle(func(e Event) bool { return e.UUID == "u1" && e.Published.Equal(noon) }, true, noon, noon)
	assert.Equal(t, 1, confirmed)
	assert.Empty(t, overdue)
	confirmed, overdue = w.Settle(all, true, after(time.Second), after(time.Second))
	assert.Equal(t, 1, confirmed)
	assert.Empty(t, overdue)
	assert.Zero(t, w.Waiting())
}

func TestWitnessTellsOnceWhatDidNotCome(t *testing.T) {
	w := newTestWitness()
	w.Announce([]Event{event("u1")}, noon)
	almost, late := after(10*time.Minute-1), after(10*time.Minute)
	_, overdue := w.Settle(none, true, almost, almost)
	assert.Empty(t, overdue)
	_, overdue = w.Settle(none, false, late, late)
	assert.Empty(t, overdue, "while there is more to read it is late, not missing")
	_, overdue = w.Settle(none, true, noon.Add(-1), late)
	assert.Empty(t, overdue, "the log was asked before it was announced")
	_, overdue = w.Settle(none, true, late, late)
	require.Len(t, overdue, 1)
	assert.Equal(t, `{"uuid":"u1"}`, string(overdue[0].Raw))
	_, again := w.Settle(none, true, after(time.Hour), after(time.Hour))
	assert.Empty(t, again, "once")

	w.Return(overdue)
	w.Return(overdue)
	assert.Equal(t, 1, w.Waiting())
	_, ok := w.NextLook()
	assert.False(t, ok, "an overdue event is no reason to hurry")
	_, again = w.Settle(none, true, after(time.Hour), after(time.Hour))
	assert.Equal(t, overdue, again)
	assert.Zero(t, w.bytes)
}

// Okta may announce an event again, also when it has come, or has not.
func TestWitnessSettlesAnEventOnce(t *testing.T) {
	w := newTestWitness()
	confirmed, overdue := 0, 0
	comes := func(e Event) bool { return e.UUID == "comes" }
	for minute := range 60 {
		now := after(time.Duration(minute) * time.Minute)
		w.Announce([]Event{event("comes"), event("does not come")}, now)
		came, missing := w.Settle(comes, true, now, now)
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

func TestLooksBecomeRarer(t *testing.T) {
	w := newTestWitness()
	_, ok := w.NextLook()
	assert.False(t, ok, "nothing is waited for")
	w.Settle(none, true, noon, noon)
	w.Announce([]Event{event("u1")}, after(30*time.Second))
	at, ok := w.NextLook()
	assert.True(t, ok)
	assert.False(t, at.After(after(30*time.Second)), "at once")

	now := after(30 * time.Second)
	w.Settle(none, true, now.Add(-1), now)
	at, ok = w.NextLook()
	assert.True(t, ok)
	assert.Equal(t, 250*time.Millisecond, at.Sub(now), "the look was before it, and the next one is soon")
	var gaps []time.Duration
	for {
		w.Settle(none, true, now, now)
		at, ok := w.NextLook()
		if !ok {
			break
		}
		gaps = append(gaps, at.Sub(now))
		now = at
	}
	ms := time.Millisecond
	assert.Equal(t, []time.Duration{500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 8000 * ms, 16000 * ms, 32000 * ms}, gaps)

	w.Announce([]Event{event("u2")}, now)
	at, ok = w.NextLook()
	assert.True(t, ok)
	assert.Equal(t, 250*ms, at.Sub(now), "one that does not come does not slow down the next one")
}

func TestVainAnnouncementsSlowDownEachOther(t *testing.T) {
	w := newTestWitness()
	now, looks := noon, 0
	for now.Before(after(10 * time.Minute)) {
		w.Announce([]Event{event(fmt.Sprint(looks))}, now)
		at, ok := w.NextLook()
		if !ok {
			at = now.Add(time.Minute)
		}
		if at.After(now) {
			now = at
		}
		w.Settle(none, true, now, now)
		looks++
	}
	assert.Less(t, looks, 30, "in ten minutes, with always a new announcement")
	w.Announce([]Event{{UUID: "of another type", Published: noon, Type: "user.account.lock"}}, now)
	at, ok := w.NextLook()
	assert.True(t, ok)
	assert.Equal(t, firstGap, at.Sub(now), "other types are as fast as ever")

	come := func(e Event) bool { return e.Type == "user.account.lock" }
	w.Settle(come, true, now, now)
	w.Announce([]Event{event("another")}, now)
	_, ok = w.NextLook()
	assert.False(t, ok, "what comes of another type makes up for nothing")

	for i := range 8 {
		w.Announce([]Event{event(fmt.Sprint("comes ", i))}, now)
		w.Settle(all, true, now, now)
	}
	w.Announce([]Event{event("next")}, now)
	at, ok = w.NextLook()
	assert.True(t, ok)
	assert.Equal(t, firstGap, at.Sub(now), "those that come make up for it")
}

// A filter may let some events of a type pass: they are worth some looks, and the others cost no more.
func TestTypeOfWhichOnlySomeComeCostsWhatThoseAreWorth(t *testing.T) {
	w := newTestWitness()
	looks, comes := 0, 0
	next := noon
	for now := noon; now.Before(after(time.Hour)); now = now.Add(50 * time.Millisecond) {
		if now.Equal(next) {
			next = next.Add(10 * time.Second)
			name := "left out"
			if now.Unix()%20 == 0 {
				name = "comes"
				comes++
			}
			w.Announce([]Event{event(name + now.String())}, now)
		}
		if at, ok := w.NextLook(); ok && !at.After(now) {
			w.Settle(func(e Event) bool { return strings.HasPrefix(e.UUID, "comes") }, true, now, now)
			looks++
		}
	}
	assert.Equal(t, 180, comes)
	assert.LessOrEqual(t, looks, (worth+1)*comes+60)
}

func TestTypesAreBounded(t *testing.T) {
	w := newTestWitness()
	for i := range 3 * mostTypes {
		w.Announce([]Event{{UUID: fmt.Sprint(i), Type: fmt.Sprint(i)}}, noon)
	}
	for range 2 * vainLooks {
		w.Settle(none, true, noon, noon)
	}
	assert.LessOrEqual(t, len(w.pace.vain), mostTypes+1)
	w.Announce([]Event{{UUID: "new", Type: "new"}}, noon)
	_, ok := w.NextLook()
	assert.False(t, ok, "a type beyond the bound is no faster than the others beyond it")
}

func TestWitnessIsBounded(t *testing.T) {
	w := NewWitness(WitnessSettings{Patience: time.Minute, LongestGap: time.Minute, KeepRaw: true, MaxBytes: 10_000})
	for i := range 1000 {
		w.Announce([]Event{event(fmt.Sprint(i))}, noon)
	}
	assert.LessOrEqual(t, w.bytes, 10_000)
	assert.Greater(t, w.Waiting(), 30)
	assert.Equal(t, 1000-w.Waiting(), w.Overflow())
	w.Settle(all, true, noon, noon)
	assert.Zero(t, w.bytes)

	w = NewWitness(WitnessSettings{Patience: time.Minute, LongestGap: time.Minute, MaxBytes: 10_000})
	w.Announce([]Event{{UUID: "u1", Raw: make([]byte, 1<<20)}}, noon)
	assert.Equal(t, 1, w.Waiting(), "texts that are not kept do not count")
	_, overdue := w.Settle(none, true, after(time.Minute), after(time.Minute))
	require.Len(t, overdue, 1)
	assert.Nil(t, overdue[0].Raw)
}

func TestWitnessDoesNotKeepTheDelivery(t *testing.T) {
	w := newTestWitness()
	body := []byte(`{"uuid":"u1"}`)
	w.Announce([]Event{{UUID: "u1", Raw: body}}, noon)
	copy(body, "xxxxxxxxxxxxx")
	_, overdue := w.Settle(none, true, after(time.Hour), after(time.Hour))
	require.Len(t, overdue, 1)
	assert.Equal(t, `{"uuid":"u1"}`, string(overdue[0].Raw))
}

func TestWitnessConcurrently(t *testing.T) {
	w := newTestWitness()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 200 {
				w.Announce([]Event{event(fmt.Sprint(i, " ", j))}, noon)
				w.NextLook()
			}
		})
	}
	total := 0
	for range 100 {
		confirmed, _ := w.Settle(all, true, noon, noon)
		total += confirmed
	}
	group.Wait()
	confirmed, _ := w.Settle(all, true, noon, noon)
	assert.Equal(t, 1600, total+confirmed)
	assert.Zero(t, w.Overflow())
}
