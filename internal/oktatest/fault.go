// SPDX-License-Identifier: Apache-2.0

package oktatest

import "net/http"

// Fault is something that goes wrong with one answer. The constructors make the known ones; a test may make its own.
type Fault struct {
	// Name is shown in Request.Fault.
	Name string
	// Serve answers in the org's place. answer is what the org would have said; Serve may call it, with a writer of its own, or not at all.
	// To break the connection it panics with http.ErrAbortHandler. Required.
	Serve func(w http.ResponseWriter, r *http.Request, answer http.Handler)
	// Meets says which requests the fault is for; the others are answered as if it were not there, and do not use it up. Nil means all.
	Meets func(r *http.Request) bool
	// Free faults do not count against the rate limit.
	Free bool
}

func (f Fault) meets(r *http.Request) bool { return f.Meets == nil || f.Meets(r) }

// faultQueue is the script of one endpoint.
type faultQueue struct {
	queued []Fault
	always *Fault
}

// pending returns the fault this request meets and whether it is one of the queue.
func (q *faultQueue) pending(r *http.Request) (fault *Fault, queued bool) {
	if len(q.queued) > 0 && q.queued[0].meets(r) {
		fault := q.queued[0]
		return &fault, true
	}
	if q.always != nil && q.always.meets(r) {
		return q.always, false
	}
	return nil, false
}

// Inject queues faults. Each is used up by one request to /api/v1/logs that has passed authentication and limits, in order.
func (o *Org) Inject(faults ...Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults.queued = append(o.faults.queued, faults...)
}

// InjectAlways makes every request to /api/v1/logs meet the fault, when no queued one comes first, until ClearFaults.
func (o *Org) InjectAlways(fault Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults.always = &fault
}

// ClearFaults removes every fault of /api/v1/logs that was not met yet, and the one that meets all.
func (o *Org) ClearFaults() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = faultQueue{}
}

// Faults returns how many queued faults of /api/v1/logs were not met yet.
func (o *Org) Faults() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.faults.queued)
}

// headerHook changes the header just before it is sent.
type headerHook struct {
	http.ResponseWriter
	change func(status int, h http.Header)
	done   bool
}

// WriteHeader implements http.ResponseWriter.
func (w *headerHook) WriteHeader(status int) {
	if !w.done {
		w.done = true
		w.change(status, w.Header())
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *headerHook) Write(p []byte) (int, error) {
	if !w.done {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *headerHook) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// onHeader makes a fault of a change to the header of the ordinary answer.
func onHeader(name string, change func(status int, h http.Header)) Fault {
	return Fault{Name: name, Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		answer.ServeHTTP(&headerHook{ResponseWriter: w, change: change}, r)
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

// catch returns what answer says to the request, in the given content coding ("gzip" or "identity"). Headers go to w directly.
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
