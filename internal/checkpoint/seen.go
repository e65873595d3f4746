// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"
)

const (
	// Overlap is how far before the newest delivered event a fall-back begins.
	Overlap = time.Hour
	// remembered is how far before the newest delivered event uuids are kept. The second hour is for
	// differences between Okta's own clocks, and for answers that do not tell the time.
	remembered = 2 * Overlap
	// plenty is how many uuids are kept of what no fall-back reaches by published time, 256 kB: as
	// long as there are fewer, those of events that Okta persisted hours late are known too.
	plenty = 1 << 14
	// mostSeen bounds the uuids that are kept: an hour at 290 events a second, in about 45 MB.
	mostSeen = 1 << 20
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

// chunk is what one commit delivered.
type chunk struct {
	// newest is the newest published time that delivery had come to, or that of its own events where
	// these were delivered ahead of it.
	newest time.Time
	// answered is when Okta answered with them, on its own clock: none was persisted later.
	answered time.Time
	ids      []ID
}

func (c *chunk) marshal() []byte {
	text := make([]byte, 0, 16+16*len(c.ids))
	text = binary.BigEndian.AppendUint64(text, uint64(c.newest.UnixMilli()))
	text = binary.BigEndian.AppendUint64(text, uint64(c.answered.UnixMilli()))
	for i := range c.ids {
		text = append(text, c.ids[i][:]...)
	}
	return text
}

func parseChunk(text []byte) (*chunk, error) {
	if len(text) < 8 || len(text)%8 != 0 {
		return nil, errors.New("not a chunk of uuids")
	}
	c := &chunk{newest: time.UnixMilli(int64(binary.BigEndian.Uint64(text))).UTC()}
	text = text[8:]
	// The first chunks that were ever stored do not tell when Okta answered.
	c.answered = c.newest
	if len(text)%16 != 0 {
		c.answered = time.UnixMilli(int64(binary.BigEndian.Uint64(text))).UTC()
		text = text[8:]
	}
	for ; len(text) > 0; text = text[16:] {
		c.ids = append(c.ids, ID(text[:16]))
	}
	return c, nil
}

// seen is the delivered events that are remembered, oldest chunk first.
type seen struct {
	chunks []*chunk
	ids    map[ID]struct{}
}

func newSeen() *seen { return &seen{ids: map[ID]struct{}{}} }

func (s *seen) has(i ID) bool {
	_, ok := s.ids[i]
	return ok
}

func (s *seen) add(c *chunk) {
	s.chunks = append(s.chunks, c)
	for _, i := range c.ids {
		s.ids[i] = struct{}{}
	}
}

// expired is how many of the oldest chunks can go once delivery has come to newest and more ids
// are added: those that no fall-back reaches, and those above the bound.
func (s *seen) expired(newest time.Time, more int) int {
	reach := newest.Add(-remembered)
	return s.oldest(more, func(c *chunk, kept int) bool { return c.beyond(reach, kept) })
}

// expiredBeside is expired where delivery goes on beside a position that stands still. When the
// position moves on at last it comes upon all of these events, however old: plenty of them are kept for
// that, and of the others those that may still be announced again.
func (s *seen) expiredBeside(now time.Time, more int) int {
	reach := now.Add(-remembered)
	return s.oldest(more, func(c *chunk, kept int) bool { return c.answered.Before(reach) && kept > plenty })
}

// overflowing is how many of the oldest chunks must go once more ids are added: those above the bound.
func (s *seen) overflowing(more int) int {
	return s.oldest(more, func(*chunk, int) bool { return false })
}

// oldest is how many of the oldest chunks go when more ids are added: as long as the next one can, or
// there are too many.
func (s *seen) oldest(more int, can func(c *chunk, kept int) bool) int {
	n, kept := 0, len(s.ids)+more
	for n < len(s.chunks) && (can(s.chunks[n], kept) || kept > mostSeen) {
		kept -= len(s.chunks[n].ids)
		n++
	}
	return n
}

// beyond reports whether a fall-back to reach can't come upon the chunk's events, when kept ids are
// remembered.
//
// A fall-back goes by the time of persistence, which no event tells. It lies between the newest
// published time and the answer: close to the answer where events are read as they come, and far
// before it where a backlog is read, of which not everything can be kept until the answer is old.
func (c *chunk) beyond(reach time.Time, kept int) bool {
	return c.newest.Before(reach) && (c.answered.Before(reach) || kept > plenty)
}

func (s *seen) forget(n int) {
	for _, c := range s.chunks[:n] {
		for _, i := range c.ids {
			delete(s.ids, i)
		}
	}
	clear(s.chunks[:n])
	s.chunks = s.chunks[n:]
}
