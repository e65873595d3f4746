// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"encoding/binary"
	"errors"
	"strconv"
	"time"
)

// chunk is the events that one commit stored.
type chunk struct {
	// newest is the newest published time that delivery had come to, or that of its own events where
	// these were delivered ahead of it.
	newest time.Time
	// answered is when they were answered or announced, by Okta's clock or the local one, whichever is later: none was
	// persisted later. A local clock that is ahead keeps minKept of the IDs for longer, and no more.
	answered time.Time
	ids      []ID
}

// chunkOf makes a chunk of what is delivered up to a position, or ahead of it.
func chunkOf(delivered Delivered, p Position) *chunk {
	c := &chunk{newest: p.Newest, answered: delivered.Answered, ids: delivered.IDs}
	if delivered.Newest.After(c.newest) {
		c.newest = delivered.Newest
	}
	return c
}

func chunkKey(n uint64) string { return "seen/" + strconv.FormatUint(n, 10) }

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
		return nil, errors.New("not a chunk of event IDs")
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

// chunkList is the delivered events that are remembered, oldest chunk first.
type chunkList struct {
	chunks []*chunk
	ids    map[ID]struct{}
}

func newChunkList() *chunkList { return &chunkList{ids: map[ID]struct{}{}} }

func (d *chunkList) has(i ID) bool {
	_, ok := d.ids[i]
	return ok
}

func (d *chunkList) newest() (published, answered time.Time) {
	for _, c := range d.chunks {
		if c.newest.After(published) {
			published = c.newest
		}
		if c.answered.After(answered) {
			answered = c.answered
		}
	}
	return published, answered
}

func (d *chunkList) add(c *chunk) {
	d.chunks = append(d.chunks, c)
	for _, i := range c.ids {
		d.ids[i] = struct{}{}
	}
}

// oldest is how many of the oldest chunks go when more IDs are added: as long as the next one can, or
// there are too many.
func (d *chunkList) oldest(more int, can func(c *chunk, kept int) bool) int {
	n, kept := 0, len(d.ids)+more
	for n < len(d.chunks) && (can(d.chunks[n], kept) || kept > maxKept) {
		kept -= len(d.chunks[n].ids)
		n++
	}
	return n
}

// forget removes the n oldest chunks.
func (d *chunkList) forget(n int) {
	for _, c := range d.chunks[:n] {
		for _, i := range c.ids {
			delete(d.ids, i)
		}
	}
	clear(d.chunks[:n])
	d.chunks = d.chunks[n:]
}
