// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// after is a time some while after noon.
func after(d time.Duration) time.Time { return noon.Add(d) }

func newTestAnnounced() *announced {
	return newAnnounced(10*time.Minute, time.Minute, true, 1<<20)
}

func event(uuid string) eventhook.Event {
	return eventhook.Event{UUID: uuid, Published: noon, Type: "user.session.start", Raw: []byte(`{"uuid":"` + uuid + `"}`)}
}

// lookUpNothing lookups every 10 s from noon on and finds nothing; it returns what is overdue.
func lookUpNothing(w *announced, long time.Duration) (overdue []eventhook.Event) {
	for passed := time.Duration(0); passed <= long; passed += 10 * time.Second {
		_, late := w.resolve(nothing, all, after(passed), after(passed))
		overdue = append(overdue, late...)
	}
	return overdue
}

func nothing(checkpoint.ID) bool    { return false }
func everything(checkpoint.ID) bool { return true }

func TestAnnouncedIsConfirmedByWhatWasDelivered(t *testing.T) {
	w := newTestAnnounced()
	w.add([]eventhook.Event{event("u1"), event("u2"), event("u1"), {Type: "no uuid"}}, noon)
	assert.Equal(t, 2, len(w.waiting))
	confirmed, overdue := w.resolve(func(id checkpoint.ID) bool { return id == idOf(event("u1")) }, all, noon, noon)
	assert.Equal(t, 1, confirmed)
	assert.Empty(t, overdue)
	confirmed, overdue = w.resolve(everything, all, after(time.Second), after(time.Second))
	assert.Equal(t, 1, confirmed)
	assert.Empty(t, overdue)
	assert.Empty(t, w.waiting)
}

func TestAnnouncedIsBounded(t *testing.T) {
	w := newAnnounced(time.Minute, time.Minute, true, 10_000)
	for i := range 1000 {
		w.add([]eventhook.Event{event(fmt.Sprint(i))}, noon)
	}
	assert.LessOrEqual(t, w.bytes, 10_000)
	assert.Greater(t, len(w.waiting), 30)
	assert.Equal(t, 1000-len(w.waiting), w.overflow)
	w.resolve(everything, all, noon, noon)
	assert.Zero(t, w.bytes)

	w = newAnnounced(time.Minute, time.Minute, false, 10_000)
	w.add([]eventhook.Event{{UUID: "u1", Raw: make([]byte, 1<<20)}}, noon)
	assert.Equal(t, 1, len(w.waiting), "texts that are not kept do not count")
	overdue := lookUpNothing(w, time.Minute)
	require.Len(t, overdue, 1)
	assert.Nil(t, overdue[0].Raw)
}

func TestAnnouncedDoesNotKeepTheDelivery(t *testing.T) {
	w := newTestAnnounced()
	body := []byte(`{"uuid":"u1"}`)
	w.add([]eventhook.Event{{UUID: "u1", Raw: body}}, noon)
	copy(body, "xxxxxxxxxxxxx")
	overdue := lookUpNothing(w, time.Hour)
	require.Len(t, overdue, 1)
	assert.Equal(t, `{"uuid":"u1"}`, string(overdue[0].Raw))
}

func TestAnnouncedConcurrently(t *testing.T) {
	w := newTestAnnounced()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 200 {
				w.add([]eventhook.Event{event(fmt.Sprint(i, " ", j))}, noon)
				w.nextLookup()
			}
		})
	}
	total := 0
	for range 100 {
		confirmed, _ := w.resolve(everything, all, noon, noon)
		total += confirmed
	}
	group.Wait()
	confirmed, _ := w.resolve(everything, all, noon, noon)
	assert.Equal(t, 1600, total+confirmed)
	assert.Zero(t, w.overflow)
}
