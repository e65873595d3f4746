// SPDX-License-Identifier: Apache-2.0

// Package gunzip asks for answers packed with gzip and unpacks them, as net/http does by itself, with klauspost's gzip,
// which takes three quarters of the time, and readers that are used again.
package gunzip // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/gunzip"

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
)

// Transport sends requests by another transport. A request that asks for a coding of its own is sent as it is, and so
// is its answer handed back. Of what it unpacks it says so as net/http does: without Content-Encoding and
// Content-Length, and with [http.Response.Uncompressed] set. Errors are those of compress/gzip.
func Transport(by http.RoundTripper) http.RoundTripper { return transport{by} }

type transport struct{ by http.RoundTripper }

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Accept-Encoding") != "" || req.Header.Get("Range") != "" || req.Method == http.MethodHead {
		return t.by.RoundTrip(req)
	}
	asking := req.Clone(req.Context()) // a RoundTripper leaves the request as it is
	asking.Header.Set("Accept-Encoding", "gzip")
	resp, err := t.by.RoundTrip(asking)
	if err != nil {
		return resp, err
	}
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") && resp.Body != http.NoBody {
		resp.Body = &body{packed: resp.Body}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength, resp.Uncompressed = -1, true
	}
	return resp, nil
}

// packedSize is how much of a packed body is read at a time, in bytes. A page of 1,000 events is packed into 100 to
// 400 kB.
const packedSize = 32 << 10

// unpacker is a reader with the buffer of what it reads: some 80 kB.
type unpacker struct {
	gzip.Reader
	packed *bufio.Reader
}

var unpackers = sync.Pool{New: func() any { return &unpacker{packed: bufio.NewReaderSize(nil, packedSize)} }}

// body is what is unpacked of a body.
type body struct {
	packed io.ReadCloser
	by     *unpacker // nil before the first Read and after the last one
	err    error     // which every Read after the last one returns
	closed atomic.Bool
}

func (b *body) Read(p []byte) (n int, err error) {
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.err != nil {
		return 0, b.err
	}
	if b.by == nil {
		b.err = b.begin()
	}
	if b.err == nil {
		n, b.err = b.by.Read(p)
	}
	if b.err != nil {
		b.end()
	}
	return n, b.err
}

func (b *body) begin() error {
	b.by = unpackers.Get().(*unpacker)
	b.by.packed.Reset(b.packed)
	err := b.by.Reset(b.by.packed)
	if errors.Is(err, io.EOF) { // nothing came where the header of gzip should be
		return io.ErrUnexpectedEOF
	}
	return err
}

// end gives the unpacker to another body. Close does not: it may be called beside Read, and the garbage collector takes
// the unpacker of a body that is not read to its end.
func (b *body) end() {
	b.by.packed.Reset(nil)
	unpackers.Put(b.by)
	b.by = nil
}

func (b *body) Close() error {
	b.closed.Store(true)
	return b.packed.Close()
}
