// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"bytes"
	"sync"
	"time"
)

// perEvent is about what an event costs beside its text, in bytes.
const perEvent = 256

// WitnessSettings bound a witness.
type WitnessSettings struct {
	// Patience is how long an announced event may take to come.
	Patience time.Duration
	// LongestGap is the time between looks at which regular polling does as well.
	LongestGap time.Duration
	// KeepRaw keeps the text of each event, for when it does not come.
	KeepRaw bool
	// MaxBytes bounds what is remembered.
	MaxBytes int
}

// Witness remembers announced events until they were delivered, or should have been. It is safe for concurrent use, and
// remembers nothing beyond the life of the process.
//
//	Announce ──► waiting ──► Settle: delivered ──► confirmed
//	                │
//	                └──────► Settle: not delivered after Patience ──► overdue
type Witness struct {
	settings WitnessSettings

	mu       sync.Mutex
	waiting  map[announcement]*waiting
	bytes    int
	overflow int
	pace     *pace
}

// announcement names an event as the position's memory of delivered events does.
type announcement struct {
	uuid      string
	published int64 // in ns since 1970
}

// waiting is an event that was announced and has not come yet.
type waiting struct {
	event Event
	since time.Time
	looks int // since it was announced
}

// NewWitness returns a witness that has seen nothing yet.
func NewWitness(settings WitnessSettings) *Witness {
	return &Witness{settings: settings, waiting: map[announcement]*waiting{}, pace: newPace(settings.LongestGap)}
}

// Announce notes events that will come. One without a uuid can't be known again and is passed over, as is one that is
// waited for already; one for which there is no room is counted as overflow.
func (w *Witness) Announce(events []Event, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, event := range events {
		if event.UUID == "" {
			continue
		}
		if w.settings.KeepRaw {
			// A copy of its own does not keep the rest of the delivery in memory.
			event.Raw = bytes.Clone(event.Raw)
		} else {
			event.Raw = nil
		}
		key := nameOf(event)
		if _, twice := w.waiting[key]; twice {
			continue
		}
		size := perEvent + len(event.Raw)
		if w.bytes+size > w.settings.MaxBytes {
			w.overflow++
			continue
		}
		w.bytes += size
		w.waiting[key] = &waiting{event: event, since: now}
		w.pace.hurry(event.Type, 0)
	}
}

// Settle goes through what is waited for after a look at the log. asked is when the log was asked: an event that was
// announced after that can't have been in the answer. It returns how many events have come, and, when readAll says that
// the log held nothing more, those that are overdue; both are forgotten. While there is more to read, an event that has
// not come is late and not missing.
func (w *Witness) Settle(delivered func(Event) bool, readAll bool, asked, now time.Time) (confirmed int, overdue []Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := map[string]*finding{}
	for key, waits := range w.waiting {
		f := found[waits.event.Type]
		if f == nil {
			f = &finding{fewest: mostLooks}
			found[waits.event.Type] = f
		}
		switch {
		case delivered(waits.event):
			confirmed++
			f.confirmed++
			w.forget(key)
			continue
		case waits.since.After(asked):
			// The answer can't have had it.
		case readAll && now.Sub(waits.since) >= w.settings.Patience:
			overdue = append(overdue, waits.event)
			w.forget(key)
			continue
		case readAll:
			f.vain = f.vain || w.pace.hurries(waits.event.Type, waits.looks)
			waits.looks++
		}
		f.fewest = min(f.fewest, waits.looks)
	}
	w.pace.looked(now, found)
	return confirmed, overdue
}

// Return takes back overdue events whose delivery came to nothing. They are overdue again at the next look.
func (w *Witness) Return(events []Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, event := range events {
		if key := nameOf(event); w.waiting[key] == nil {
			w.waiting[key] = &waiting{event: event, looks: mostLooks}
			w.bytes += perEvent + len(event.Raw)
		}
	}
}

// NextLook is when to look at the log again for what was announced; ok is false when regular polling will do.
func (w *Witness) NextLook() (at time.Time, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pace.lastLook.Add(w.pace.gap), w.pace.gap < w.settings.LongestGap
}

// Waiting is how many events are waited for.
func (w *Witness) Waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.waiting)
}

// Overflow is how many announced events there was no room for.
func (w *Witness) Overflow() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.overflow
}

// forget needs the lock.
func (w *Witness) forget(key announcement) {
	w.bytes -= perEvent + len(w.waiting[key].event.Raw)
	delete(w.waiting, key)
}

func nameOf(event Event) announcement {
	name := announcement{uuid: event.UUID}
	if !event.Published.IsZero() {
		name.published = event.Published.UnixNano()
	}
	return name
}
