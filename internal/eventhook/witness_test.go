// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"fmt"
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

// lookInVain looks every 10 s from noon on and finds nothing; it returns what is overdue.
func lookInVain(w *Witness, long time.Duration) (overdue []Event) {
	for passed := time.Duration(0); passed <= long; passed += 10 * time.Second {
		_, late := w.Settle(none, All, after(passed), after(passed))
		overdue = append(overdue, late...)
	}
	return overdue
}

func none(Event) bool { return false }
func all(Event) bool  { return true }

func TestWitnessConfirmsWhatWasDelivered(t *testing.T) {
	w := newTestWitness()
	w.Announce([]Event{event("u1"), event("u2"), event("u1"), {Type: "no uuid"}}, noon)
	assert.Equal(t, 2, w.Waiting())
	confirmed, overdue := w.Settle(func(e Event) bool { return e.UUID == "u1" && e.Published.Equal(noon) }, All, noon, noon)
	assert.Equal(t, 1, confirmed)
	assert.Empty(t, overdue)
	confirmed, overdue = w.Settle(all, All, after(time.Second), after(time.Second))
	assert.Equal(t, 1, confirmed)
	assert.Empty(t, overdue)
	assert.Zero(t, w.Waiting())
}

func TestWitnessIsBounded(t *testing.T) {
	w := NewWitness(WitnessSettings{Patience: time.Minute, LongestGap: time.Minute, KeepRaw: true, MaxBytes: 10_000})
	for i := range 1000 {
		w.Announce([]Event{event(fmt.Sprint(i))}, noon)
	}
	assert.LessOrEqual(t, w.bytes, 10_000)
	assert.Greater(t, w.Waiting(), 30)
	assert.Equal(t, 1000-w.Waiting(), w.Overflow())
	w.Settle(all, All, noon, noon)
	assert.Zero(t, w.bytes)

	w = NewWitness(WitnessSettings{Patience: time.Minute, LongestGap: time.Minute, MaxBytes: 10_000})
	w.Announce([]Event{{UUID: "u1", Raw: make([]byte, 1<<20)}}, noon)
	assert.Equal(t, 1, w.Waiting(), "texts that are not kept do not count")
	overdue := lookInVain(w, time.Minute)
	require.Len(t, overdue, 1)
	assert.Nil(t, overdue[0].Raw)
}

func TestWitnessDoesNotKeepTheDelivery(t *testing.T) {
	w := newTestWitness()
	body := []byte(`{"uuid":"u1"}`)
	w.Announce([]Event{{UUID: "u1", Raw: body}}, noon)
	copy(body, "xxxxxxxxxxxxx")
	overdue := lookInVain(w, time.Hour)
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
		confirmed, _ := w.Settle(all, All, noon, noon)
		total += confirmed
	}
	group.Wait()
	confirmed, _ := w.Settle(all, All, noon, noon)
	assert.Equal(t, 1600, total+confirmed)
	assert.Zero(t, w.Overflow())
}
