// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// errReset is what a client sees of a connection that the other side broke.
var errReset error = &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}

// Transport returns a RoundTripper that calls the Org directly: no sockets, bodies streamed, the scheme and host of the
// request's URL kept. It works in a testing/synctest bubble. As with http.Transport, a context that ends ends the
// request and the body; a handler that aborts is a reset connection; a gzip body is undone unless the request itself
// asked for gzip. Unlike it, it does not ask for gzip on its own.
func (o *Org) Transport() http.RoundTripper { return RoundTripper(o) }

// RoundTripper returns a RoundTripper that calls the handler directly, as Org.Transport does. It serves several orgs
// through one handler.
func RoundTripper(handler http.Handler) http.RoundTripper { return memory{handler} }

type memory struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (m memory) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		closeBody(r)
		return nil, err
	}
	// The server's context ends with the client's interest, and carries none of its values.
	ctx, gone := context.WithCancel(context.Background())
	body, writer := io.Pipe()
	answer := &memoryWriter{header: http.Header{}, body: writer, declared: -1, started: make(chan struct{})}
	stop := context.AfterFunc(r.Context(), func() {
		gone()
		writer.CloseWithError(r.Context().Err())
	})
	go func() {
		defer gone()
		defer stop()
		defer closeBody(r)
		answer.run(m.handler, arriving(r, ctx))
	}()
	select {
	case <-answer.started:
	case <-r.Context().Done():
		_ = body.Close()
		return nil, r.Context().Err()
	}
	if answer.broken != nil {
		return nil, answer.broken
	}
	return answer.response(r, &clientBody{ReadCloser: body, gone: gone}), nil
}

// arriving is the request as the server sees it.
func arriving(r *http.Request, ctx context.Context) *http.Request { //nolint:revive // the request comes first: it is what is converted
	arrived := r.Clone(ctx)
	arrived.RequestURI = r.URL.RequestURI()
	arrived.RemoteAddr = "192.0.2.1:49152"
	if arrived.Host == "" {
		arrived.Host = r.URL.Host
	}
	if arrived.Body == nil {
		arrived.Body = http.NoBody
	}
	return arrived
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// memoryWriter is the server's side of one exchange.
type memoryWriter struct {
	header   http.Header
	body     *io.PipeWriter
	begin    sync.Once
	started  chan struct{} // closed when status and header are known, or the connection broke
	status   int
	sent     http.Header
	declared int64 // Content-Length, or -1
	written  int64
	broken   error
}

// run calls the handler and ends the body the way the connection ended.
func (w *memoryWriter) run(handler http.Handler, r *http.Request) {
	defer func() {
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler:
			w.begin.Do(func() {
				w.broken = errReset
				close(w.started)
			})
			w.body.CloseWithError(errReset)
		default:
			panic(cause)
		}
	}()
	handler.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	if w.declared > w.written {
		w.body.CloseWithError(io.ErrUnexpectedEOF)
		return
	}
	_ = w.body.Close()
}

// Header implements http.ResponseWriter.
func (w *memoryWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *memoryWriter) WriteHeader(status int) {
	w.begin.Do(func() {
		w.status, w.sent = status, http.Header{}
		for name, values := range w.header {
			if len(values) > 0 {
				w.sent[name] = append([]string(nil), values...)
			}
		}
		if length, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
			w.declared = length
		}
		close(w.started)
	})
}

// Write implements http.ResponseWriter. It blocks until the client has read.
func (w *memoryWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.declared >= 0 && w.written+int64(len(p)) > w.declared {
		return 0, http.ErrContentLength
	}
	n, err := w.body.Write(p)
	w.written += int64(n)
	return n, err
}

// Flush implements http.Flusher. Nothing is held back.
func (w *memoryWriter) Flush() { w.WriteHeader(http.StatusOK) }

// response is the client's side.
func (w *memoryWriter) response(r *http.Request, body io.ReadCloser) *http.Response {
	response := &http.Response{
		Status:        strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode:    w.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        w.sent,
		ContentLength: w.declared,
		Body:          body,
		Request:       r,
	}
	if strings.EqualFold(w.sent.Get("Content-Encoding"), "gzip") && r.Header.Get("Accept-Encoding") == "" {
		response.Header.Del("Content-Encoding")
		response.Header.Del("Content-Length")
		response.ContentLength, response.Uncompressed = -1, true
		response.Body = &unzipped{ReadCloser: body}
	}
	return response
}

// clientBody tells the server when the client closes the body.
type clientBody struct {
	io.ReadCloser
	gone context.CancelFunc
}

// Close implements io.Closer.
func (b *clientBody) Close() error {
	defer b.gone()
	return b.ReadCloser.Close()
}

// unzipped undoes gzip. The stream's header is read with the first Read, as http.Transport does.
type unzipped struct {
	io.ReadCloser
	plain *gzip.Reader
	err   error
}

// Read implements io.Reader.
func (u *unzipped) Read(p []byte) (int, error) {
	if u.plain == nil && u.err == nil {
		u.plain, u.err = gzip.NewReader(u.ReadCloser)
		if errors.Is(u.err, io.EOF) {
			u.err = io.ErrUnexpectedEOF
		}
	}
	if u.err != nil {
		return 0, u.err
	}
	return u.plain.Read(p)
}
