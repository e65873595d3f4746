// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"time"
)

// Requests returns every request that came in so far, oldest first, up to Options.RequestLog.
func (o *Org) Requests() []Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := make([]Request, len(o.requests))
	for i, r := range o.requests {
		all[i] = *r
	}
	return all
}

// record notes a request that has just come in.
func (o *Org) record(r *http.Request, now time.Time) *Request {
	target := r.RequestURI
	if target == "" {
		target = r.URL.RequestURI()
	}
	noted := &Request{Time: now, Method: r.Method, URL: target, Host: r.Host, Header: r.Header.Clone()}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.opts.RequestLog >= 0 {
		o.requests = append(o.requests, noted)
	}
	if keep := o.opts.RequestLog; keep > 0 && len(o.requests) > keep {
		o.requests = o.requests[len(o.requests)-keep:]
	}
	return noted
}

// statusNote is a ResponseWriter that notes the status.
type statusNote struct {
	http.ResponseWriter
	org   *Org
	noted *Request
}

func (w *statusNote) WriteHeader(status int) {
	w.org.update(func() {
		if w.noted.Status == 0 {
			w.noted.Status = status
		}
	})
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusNote) Write(p []byte) (int, error) {
	w.org.update(func() {
		if w.noted.Status == 0 {
			w.noted.Status = http.StatusOK
		}
	})
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *statusNote) Unwrap() http.ResponseWriter { return w.ResponseWriter }
