// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// perEvent is about what an event costs beside its texts, in bytes.
const perEvent = 192

// WitnessSettings bound a witness.
type WitnessSettings struct {
	// Patience is for how long the log may be read to its end without an announced event in it.
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
//	                └──────► Settle: not delivered in all of Patience ──► overdue
type Witness struct {
	settings WitnessSettings

	mu       sync.Mutex
	waiting  map[announcement]*waiting
	settled  settled
	bytes    int
	overflow int
	pace     *pace
}

// announcement names an event by what the position's memory of delivered events names it by.
type announcement [sha256.Size]byte

// waiting is an event that was announced and has not come yet.
type waiting struct {
	event     Event
	since     time.Time
	looks     int           // since it was announced
	spent     time.Duration // of the patience with it
	lastAtEnd time.Time     // the last look that read all and did not find it; zero before the first
}

// Extent is how much of the log an answer held.
type Extent int

// The extents.
const (
	// Part is an answer after which there is more to read for now.
	Part Extent = iota
	// Short is an answer with less than was asked for, which there may be more after all the same.
	Short
	// All is an answer after which there was nothing more.
	All
)

// NewWitness returns a witness that has seen nothing yet.
func NewWitness(settings WitnessSettings) *Witness {
	return &Witness{settings: settings, waiting: map[announcement]*waiting{}, pace: newPace(settings.LongestGap)}
}

// Announce notes events that will come. One without a uuid can't be known again and is passed over, as is one that is
// waited for already, or was: Okta may announce an event twice. One for which there is no room is counted as overflow.
func (w *Witness) Announce(events []Event, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, event := range events {
		if event.UUID == "" {
			continue
		}
		key := nameOf(event)
		if w.waiting[key] != nil || w.settled.has(key) {
			continue
		}
		if w.settings.KeepRaw {
			// A copy of its own does not keep the rest of the delivery in memory.
			event.Raw = bytes.Clone(event.Raw)
		} else {
			event.Raw = nil
		}
		if w.bytes+sizeOf(event) > w.settings.MaxBytes {
			w.overflow++
			continue
		}
		w.bytes += sizeOf(event)
		w.waiting[key] = &waiting{event: event, since: now}
		w.pace.hurry(event.Type, 0)
	}
}

// Settle goes through what is waited for after a look at the log. asked is when the log was asked: an event that was
// announced after that can't have been in the answer. It returns how many events have come, and, when the log held
// nothing more, those that are overdue; both are forgotten. While there is more to read, an event that has not come is
// late and not missing.
func (w *Witness) Settle(delivered func(Event) bool, read Extent, asked, now time.Time) (confirmed int, overdue []Event) {
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
			w.settle(key)
			continue
		case waits.since.After(asked):
			// The answer can't have had it.
		case read == All && w.losePatience(waits, now):
			overdue = append(overdue, waits.event)
			w.settle(key)
			continue
		case read != Part:
			f.vain = f.vain || w.pace.hurries(waits.event.Type, waits.looks)
			waits.looks++
		}
		f.fewest = min(f.fewest, waits.looks)
	}
	w.pace.looked(now, found)
	return confirmed, overdue
}

// losePatience spends patience with an event that a look has not found, and reports whether there is none left. Only
// the time in which the log was read counts: a look spends no more than half of all, and not much more than regular
// polling lets pass before it, so that no outage makes an event missing that the next look would find.
func (w *Witness) losePatience(waits *waiting, now time.Time) bool {
	if !waits.lastAtEnd.IsZero() {
		most := min(max(2*w.settings.LongestGap, w.settings.Patience/10), w.settings.Patience/2)
		waits.spent += min(now.Sub(waits.lastAtEnd), most)
	}
	waits.lastAtEnd = now
	return waits.spent >= w.settings.Patience
}

// Return takes back overdue events whose delivery came to nothing. They are overdue again at the next look.
func (w *Witness) Return(events []Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, event := range events {
		if key := nameOf(event); w.waiting[key] == nil {
			w.waiting[key] = &waiting{event: event, looks: mostLooks, spent: w.settings.Patience}
			w.bytes += sizeOf(event)
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

// settle ends the wait for an event. It needs the lock.
func (w *Witness) settle(key announcement) {
	w.bytes -= sizeOf(w.waiting[key].event)
	delete(w.waiting, key)
	w.settled.add(key)
}

// sizeOf is about the memory that an event takes.
func sizeOf(event Event) int { return perEvent + len(event.UUID) + len(event.Type) + len(event.Raw) }

func nameOf(event Event) announcement {
	published := int64(0)
	if !event.Published.IsZero() {
		published = event.Published.UnixNano()
	}
	text := binary.BigEndian.AppendUint64(make([]byte, 0, 64), uint64(published))
	return sha256.Sum256(append(text, event.UUID...))
}
