// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"
)

// serveLogs answers GET /api/v1/logs.
func (o *Org) serveLogs(w http.ResponseWriter, r *http.Request, caller principal, noted *Request) {
	now := o.Now()
	q, refused := o.parseQuery(r, now)
	if refused != nil {
		refused.Write(w)
		return
	}
	if caller.seesNothing {
		q.matches, q.terms, q.seesNothing = func([]byte) bool { return false }, "nothing", true
	}
	read := o.poll
	if q.bounded {
		read = o.window
	}
	p, refused := read(q, now)
	if refused != nil {
		refused.Write(w)
		return
	}
	o.update(func() { noted.Events = len(p.events) })
	o.setLinks(w.Header(), r, q, p)
	w.Header().Set("Content-Type", "application/json")
	writePage(w, p.events, acceptsGzip(r.Header))
}

// acceptsGzip reports whether the client asked for gzip.
func acceptsGzip(h http.Header) bool {
	for _, line := range h.Values("Accept-Encoding") {
		for coding := range strings.SplitSeq(line, ",") {
			name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
			if strings.EqualFold(strings.TrimSpace(name), "gzip") && strings.ReplaceAll(weight, " ", "") != "q=0" {
				return true
			}
		}
	}
	return false
}

// Writers are reused: a day of polling in a simulation would otherwise spend its time allocating them.
var (
	buffers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}
	zippers = sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
		if err != nil { // the level is valid
			panic(err)
		}
		return z
	}}
)

// writePage streams the events as one JSON array, byte for byte as they were appended.
func writePage(w http.ResponseWriter, events []entry, zipped bool) {
	buffer := buffers.Get().(*bufio.Writer)
	defer func() {
		buffer.Reset(nil) // or the pool would hold on to the connection
		buffers.Put(buffer)
	}()
	if zipped {
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.WriteHeader(http.StatusOK)
	if !zipped {
		buffer.Reset(w)
		writeArray(buffer, events)
		return
	}
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(w)
	buffer.Reset(z)
	writeArray(buffer, events)
	_ = z.Close() // a client that went away is not the server's problem
}

func writeArray(buffer *bufio.Writer, events []entry) {
	_ = buffer.WriteByte('[')
	for i, event := range events {
		if i > 0 {
			_ = buffer.WriteByte(',')
		}
		if _, err := buffer.Write(event.json); err != nil {
			break
		}
	}
	_, _ = io.WriteString(buffer, "]")
	_ = buffer.Flush()
}
