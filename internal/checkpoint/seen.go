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
	// remembered is how far before the newest delivered event uuids are kept. A fall-back begins
	// at a time of persistence, uuids are kept by published time; the second hour is for events
	// that Okta persisted that much later than it published them.
	remembered = 2 * Overlap
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
	// newest is the newest published time delivered until then.
	newest time.Time
	ids    []ID
}

func (c *chunk) marshal() []byte {
	text := make([]byte, 0, 8+16*len(c.ids))
	text = binary.BigEndian.AppendUint64(text, uint64(c.newest.UnixMilli()))
	for i := range c.ids {
		text = append(text, c.ids[i][:]...)
	}
	return text
}

func parseChunk(text []byte) (*chunk, error) {
	if len(text) < 8 || (len(text)-8)%16 != 0 {
		return nil, errors.New("not a chunk of uuids")
	}
	c := &chunk{newest: time.UnixMilli(int64(binary.BigEndian.Uint64(text))).UTC()}
	for text = text[8:]; len(text) > 0; text = text[16:] {
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
	n, kept := 0, len(s.ids)+more
	for n < len(s.chunks) && (s.chunks[n].newest.Before(newest.Add(-remembered)) || kept > mostSeen) {
		kept -= len(s.chunks[n].ids)
		n++
	}
	return n
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
