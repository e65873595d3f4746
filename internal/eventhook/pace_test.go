// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestLooksBecomeRarer(t *testing.T) {
	w := newTestWitness()
	_, ok := w.NextLook()
	assert.False(t, ok, "nothing is waited for")
	w.Settle(none, All, noon, noon)
	w.Announce([]Event{event("u1")}, after(30*time.Second))
	at, ok := w.NextLook()
	assert.True(t, ok)
	assert.False(t, at.After(after(30*time.Second)), "at once")

	now := after(30 * time.Second)
	w.Settle(none, All, now.Add(-1), now)
	at, ok = w.NextLook()
	assert.True(t, ok)
	assert.Equal(t, 250*time.Millisecond, at.Sub(now), "the look was before it, and the next one is soon")
	var gaps []time.Duration
	for {
		w.Settle(none, All, now, now)
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
		w.Settle(none, All, now, now)
		looks++
	}
	assert.Less(t, looks, 30, "in ten minutes, with always a new announcement")
	w.Announce([]Event{{UUID: "of another type", Published: noon, Type: "user.account.lock"}}, now)
	at, ok := w.NextLook()
	assert.True(t, ok)
	assert.Equal(t, firstGap, at.Sub(now), "other types are as fast as ever")

	come := func(e Event) bool { return e.Type == "user.account.lock" }
	w.Settle(come, All, now, now)
	w.Announce([]Event{event("another")}, now)
	_, ok = w.NextLook()
	assert.False(t, ok, "what comes of another type makes up for nothing")

	for i := range 8 {
		w.Announce([]Event{event(fmt.Sprint("comes ", i))}, now)
		w.Settle(all, All, now, now)
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
			w.Settle(func(e Event) bool { return strings.HasPrefix(e.UUID, "comes") }, All, now, now)
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
		w.Settle(none, All, noon, noon)
	}
	assert.LessOrEqual(t, len(w.pace.vain), mostTypes+1)
	w.Announce([]Event{{UUID: "new", Type: "new"}}, noon)
	_, ok := w.NextLook()
	assert.False(t, ok, "a type beyond the bound is no faster than the others beyond it")
}
