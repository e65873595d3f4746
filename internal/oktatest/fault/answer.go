// SPDX-License-Identifier: Apache-2.0

package fault

import "net/http"

// headerWriter changes the header just before it is sent.
type headerWriter struct {
	http.ResponseWriter
	change func(status int, h http.Header)
	done   bool
}

// WriteHeader implements http.ResponseWriter.
func (w *headerWriter) WriteHeader(status int) {
	if !w.done {
		w.done = true
		w.change(status, w.Header())
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *headerWriter) Write(p []byte) (int, error) {
	if !w.done {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *headerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// onHeader makes a fault of a change to the header of the ordinary answer.
func onHeader(name string, change func(status int, h http.Header)) Fault {
	return Fault{Name: name, Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		answer.ServeHTTP(&headerWriter{ResponseWriter: w, change: change}, r)
	}}
}

// recorded is an answer that was caught instead of sent.
type recorded struct {
	header http.Header
	status int
	body   []byte
}

// Header implements http.ResponseWriter.
func (c *recorded) Header() http.Header { return c.header }

// WriteHeader implements http.ResponseWriter.
func (c *recorded) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
}

// Write implements http.ResponseWriter.
func (c *recorded) Write(p []byte) (int, error) {
	c.WriteHeader(http.StatusOK)
	c.body = append(c.body, p...)
	return len(p), nil
}

// catch returns what answer says to the request, in the given content coding ("gzip" or "identity"). Headers go to w
// directly.
func catch(w http.ResponseWriter, r *http.Request, answer http.Handler, coding string) *recorded {
	asked := r.Clone(r.Context())
	asked.Header.Set("Accept-Encoding", coding)
	caught := &recorded{header: w.Header()}
	answer.ServeHTTP(caught, asked)
	caught.WriteHeader(http.StatusOK)
	caught.header.Del("Content-Length")
	return caught
}

// onBody makes a fault of what is done with the ordinary answer's body.
func onBody(name, coding string, send func(w http.ResponseWriter, r *http.Request, caught *recorded)) Fault {
	return Fault{Name: name, Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		send(w, r, catch(w, r, answer, coding))
	}}
}

// flush sends what was written so far.
func flush(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush() // a writer that cannot flush holds nothing back
}
