// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"context"
	"net/http"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// ServeHTTP answers one request as the org's API would.
func (o *Org) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	noted := o.record(r, o.Now())
	w = &statusNote{ResponseWriter: w, org: o, noted: noted}
	o.setCommonHeaders(w.Header(), o.requestID())
	if r.URL.Path == tokenPath {
		o.serveToken(w, r, noted)
		return
	}
	caller, refused := o.check(r, w.Header())
	if refused != nil {
		refused.Write(w)
		return
	}
	fault, leave, refused := o.admit(w.Header(), r, caller, noted)
	if refused != nil {
		refused.Write(w)
		return
	}
	defer leave()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.serveHooks(w, r, caller) })
	if !aboutHooks(r) {
		if !pause(r.Context(), o.opts.PageLatency) {
			panic(http.ErrAbortHandler)
		}
		o.setDate(w.Header())
		answer = func(w http.ResponseWriter, r *http.Request) { o.serveLogs(w, r, caller, noted) }
	}
	if fault != nil {
		fault.Serve(w, r, answer)
		return
	}
	answer(w, r)
}

func (o *Org) requestID() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.nextID()
}

// check refuses requests that never get as far as the System Log or the event hooks.
func (o *Org) check(r *http.Request, h http.Header) (principal, *apierror.Error) {
	if o.opts.RequireHTTPS && scheme(r) != "https" {
		return principal{}, apierror.New(http.StatusMethodNotAllowed, "E0000022")
	}
	caller, refused := o.authenticate(r, h)
	switch {
	case refused != nil:
		return principal{}, refused
	case aboutHooks(r):
		return caller, checkHookRequest(r, caller)
	case r.URL.Path != logsPath:
		return principal{}, apierror.New(http.StatusNotFound, "E0000008")
	case r.Method != http.MethodGet:
		return principal{}, apierror.New(http.StatusMethodNotAllowed, "E0000022")
	}
	return caller, nil
}

// admit applies the limits and hands out the fault, if any, that this request meets. A request over a limit uses up no fault.
func (o *Org) admit(h http.Header, r *http.Request, caller principal, noted *Request) (fault *Fault, leave func(), refused *apierror.Error) {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	bucket, take, faults := o.bucket, o.takeWithState, &o.faults
	if aboutHooks(r) {
		bucket, take, faults = o.hooks.bucket, o.hooks.bucket.take, &o.hooks.faults
	}
	if limit := o.opts.ConcurrencyLimit; limit > 0 && o.inFlight >= limit {
		o.bucket.report.Concurrent++
		rateState{reset: now.Add(concurrencyWait)}.set(h)
		return nil, nil, apierror.New(http.StatusTooManyRequests, "E0000047")
	}
	pending, queued := faults.pending(r)
	if pending == nil || !pending.Free {
		state, ok := take(caller.name, now)
		if !ok {
			state.set(h)
			return nil, nil, apierror.New(http.StatusTooManyRequests, "E0000047")
		}
		state.set(h)
	} else {
		bucket.roll(now)
		bucket.state(caller.name).set(h)
	}
	if pending != nil {
		noted.Fault = pending.Name
	}
	if queued {
		faults.queued = faults.queued[1:]
	}
	o.inFlight++
	return pending, o.leave, nil
}

func (o *Org) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.inFlight--
}

// pause waits for d and reports whether ctx lasted that long.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
