// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
)

func TestLookupsBecomeRarer(t *testing.T) {
	w := newTestAnnounced()
	_, ok := w.nextLookup()
	assert.False(t, ok, "nothing is waited for")
	w.resolve(nothing, all, noon, noon)
	w.add([]eventhook.Event{event("u1")}, after(30*time.Second))
	at, ok := w.nextLookup()
	assert.True(t, ok)
	assert.False(t, at.After(after(30*time.Second)), "at once")

	now := after(30 * time.Second)
	w.resolve(nothing, all, now.Add(-1), now)
	at, ok = w.nextLookup()
	assert.True(t, ok)
	assert.Equal(t, 250*time.Millisecond, at.Sub(now), "the look was before it, and the next one is soon")
	var gaps []time.Duration
	for {
		w.resolve(nothing, all, now, now)
		at, ok := w.nextLookup()
		if !ok {
			break
		}
		gaps = append(gaps, at.Sub(now))
		now = at
	}
	ms := time.Millisecond
	assert.Equal(t, []time.Duration{500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 8000 * ms, 16000 * ms, 32000 * ms}, gaps)

	w.add([]eventhook.Event{event("u2")}, now)
	at, ok = w.nextLookup()
	assert.True(t, ok)
	assert.Equal(t, 250*ms, at.Sub(now), "one that does not come does not slow down the next one")
}

func TestAnnouncementsThatDoNotComeSlowDownEachOther(t *testing.T) {
	w := newTestAnnounced()
	now, lookups := noon, 0
	for now.Before(after(10 * time.Minute)) {
		w.add([]eventhook.Event{event(fmt.Sprint(lookups))}, now)
		at, ok := w.nextLookup()
		if !ok {
			at = now.Add(time.Minute)
		}
		if at.After(now) {
			now = at
		}
		w.resolve(nothing, all, now, now)
		lookups++
	}
	assert.Less(t, lookups, 30, "in ten minutes, with always a new announcement")
	w.add([]eventhook.Event{{UUID: "of another type", Published: noon, Type: "user.account.lock"}}, now)
	at, ok := w.nextLookup()
	assert.True(t, ok)
	assert.Equal(t, firstInterval, at.Sub(now), "other types are as fast as ever")

	come := func(id checkpoint.ID) bool { return id == checkpoint.IDOf("of another type", noon) }
	w.resolve(come, all, now, now)
	w.add([]eventhook.Event{event("another")}, now)
	_, ok = w.nextLookup()
	assert.False(t, ok, "what comes of another type makes up for nothing")

	for i := range 8 {
		w.add([]eventhook.Event{event(fmt.Sprint("comes ", i))}, now)
		w.resolve(everything, all, now, now)
	}
	w.add([]eventhook.Event{event("next")}, now)
	at, ok = w.nextLookup()
	assert.True(t, ok)
	assert.Equal(t, firstInterval, at.Sub(now), "those that come make up for it")
}

// A filter may let some events of a type pass: they are worth some lookups, and the others cost no more.
func TestTypeOfWhichOnlySomeComeCostsWhatThoseAreWorth(t *testing.T) {
	w := newTestAnnounced()
	lookups, comes, coming := 0, 0, map[checkpoint.ID]bool{}
	next := noon
	for now := noon; now.Before(after(time.Hour)); now = now.Add(50 * time.Millisecond) {
		if now.Equal(next) {
			next = next.Add(10 * time.Second)
			name := "left out"
			if now.Unix()%20 == 0 {
				name = "comes"
				comes++
				coming[idOf(event(name+now.String()))] = true
			}
			w.add([]eventhook.Event{event(name + now.String())}, now)
		}
		if at, ok := w.nextLookup(); ok && !at.After(now) {
			w.resolve(func(id checkpoint.ID) bool { return coming[id] }, all, now, now)
			lookups++
		}
	}
	assert.Equal(t, 180, comes)
	assert.LessOrEqual(t, lookups, (missesPerEvent+1)*comes+60)
}

func TestTypesAreBounded(t *testing.T) {
	w := newTestAnnounced()
	for i := range 3 * maxTypes {
		w.add([]eventhook.Event{{UUID: fmt.Sprint(i), Type: fmt.Sprint(i)}}, noon)
	}
	for range 2 * freeMisses {
		w.resolve(nothing, all, noon, noon)
	}
	assert.LessOrEqual(t, len(w.lookups.misses), maxTypes+1)
	w.add([]eventhook.Event{{UUID: "new", Type: "new"}}, noon)
	_, ok := w.nextLookup()
	assert.False(t, ok, "a type beyond the bound is no faster than the others beyond it")
}
