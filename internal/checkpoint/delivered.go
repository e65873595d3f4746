// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// ID names an event in 16 bytes.
type ID [16]byte

// IDOf names an event by its uuid, the one key that Okta calls unique, and its published time. Okta
// sends an event again with both unchanged; two events that share a uuid all the same, as published
// recordings have them, are not taken for one, since that would lose one.
func IDOf(uuid string, published time.Time) ID {
	text := make([]byte, 0, 64)
	text = binary.BigEndian.AppendUint64(text, uint64(published.Unix()))
	text = binary.BigEndian.AppendUint32(text, uint32(published.Nanosecond()))
	sum := sha256.Sum256(append(text, uuid...))
	return ID(sum[:16])
}

// Delivered is what a commit adds to the delivered events that are remembered.
type Delivered struct {
	// IDs name the events, each once.
	IDs []ID
	// Newest is the newest published time among them, on Okta's clock. It matters only where they were
	// delivered ahead of the position, which comes upon them later.
	Newest time.Time
	// Answered is when they were answered or announced, by the later one of Okta's clock and the local one: none was
	// persisted later.
	Answered time.Time
}

// Pending is the events that were delivered since the last commit. The zero value holds none. It is
// not safe for concurrent use.
type Pending struct {
	ids              []ID
	known            map[ID]struct{}
	newest, answered time.Time
}

// Add notes that events were delivered: when the newest of them was published and when they were answered, on Okta's
// clock. Those of a page behind the one in hand were answered later than that.
func (p *Pending) Add(newest, answered time.Time, events ...ID) {
	if p.known == nil {
		p.known = map[ID]struct{}{}
	}
	if newest.After(p.newest) {
		p.newest = newest
	}
	if answered.After(p.answered) {
		p.answered = answered
	}
	for _, event := range events {
		if p.Has(event) {
			continue
		}
		if len(p.ids) == maxKept { // a storage that has failed for days takes no more memory than one that works
			delete(p.known, p.ids[0])
			p.ids = p.ids[1:]
		}
		p.known[event] = struct{}{}
		p.ids = append(p.ids, event)
	}
}

// Has reports whether an event was delivered since the last commit.
func (p *Pending) Has(event ID) bool {
	_, ok := p.known[event]
	return ok
}

// Delivered is what there is to commit with a position that was answered at a time.
func (p *Pending) Delivered(answered time.Time) Delivered {
	if p.answered.After(answered) {
		answered = p.answered
	}
	return Delivered{IDs: p.ids, Newest: p.newest, Answered: answered}
}

// Clear forgets the events, once a commit has stored them.
func (p *Pending) Clear() {
	p.ids, p.newest, p.answered = nil, time.Time{}, time.Time{}
	clear(p.known)
}
