// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

// ServeHTTP answers one request as the org's API would.
func (o *Org) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == organizationPath {
		o.serveOrganization(w, r)
		return
	}
	noted := o.record(r, o.Now())
	w = &statusNote{ResponseWriter: w, org: o, noted: noted}
	o.setCommonHeaders(w.Header(), o.ids.Next())
	if r.URL.Path == api.TokenPath {
		o.serveToken(w, r, noted)
		return
	}
	o.noteBody(r, noted)
	caller, refused := o.check(r, w.Header())
	if refused != nil {
		refused.Write(w)
		return
	}
	met, leave, refused := o.admit(w.Header(), r, caller, noted)
	if refused != nil {
		refused.Write(w)
		return
	}
	defer leave()
	answer := o.answer(r, caller, noted)
	if !api.AboutHooks(r) && !api.AboutManagement(r) {
		if !api.Pause(r.Context(), o.opts.PageLatency) {
			panic(http.ErrAbortHandler)
		}
		o.setDate(w.Header())
	}
	if met != nil {
		met.Serve(w, r, answer)
		return
	}
	answer(w, r)
}

// answer is what the part of the API says to the request that it is for.
func (o *Org) answer(r *http.Request, caller principal, noted *Request) http.HandlerFunc {
	switch {
	case api.AboutHooks(r):
		return func(w http.ResponseWriter, r *http.Request) { o.hooks.Serve(w, r, caller.clientID) }
	case api.AboutManagement(r):
		return func(w http.ResponseWriter, r *http.Request) {
			o.management.Serve(w, r, management.Caller{ClientID: caller.clientID, Admin: caller.admin})
		}
	default:
		return func(w http.ResponseWriter, r *http.Request) { o.serveLogs(w, r, caller, noted) }
	}
}

// check refuses requests that never get as far as the part of the API that they are for.
func (o *Org) check(r *http.Request, h http.Header) (principal, *apierror.Error) {
	if o.opts.RequireHTTPS && api.Scheme(r) != "https" {
		return principal{}, apierror.New(http.StatusMethodNotAllowed, "E0000022")
	}
	caller, refused := o.authenticate(r, h)
	switch {
	case refused != nil:
		return principal{}, refused
	case api.AboutHooks(r):
		return caller, forbiddenUnless(caller.mayHook(), eventhooks.Check(r))
	case api.AboutManagement(r):
		return caller, forbiddenUnless(caller.admin != authserver.AdminOfNothing, management.Check(r))
	case r.URL.Path != api.LogsPath:
		return principal{}, apierror.New(http.StatusNotFound, "E0000008")
	case r.Method != http.MethodGet:
		return principal{}, apierror.New(http.StatusMethodNotAllowed, "E0000022")
	}
	return caller, forbiddenUnless(caller.mayRead(), nil)
}

// forbiddenUnless refuses a request that was refused already, or one whose caller may not make it.
func forbiddenUnless(may bool, refused *apierror.Error) *apierror.Error {
	if refused == nil && !may {
		return apierror.New(http.StatusForbidden, "E0000006")
	}
	return refused
}

// admit applies the limits and hands out the fault, if any, that this request meets. A request over a limit uses up no
// fault.
func (o *Org) admit(h http.Header, r *http.Request, caller principal, noted *Request) (met *fault.Fault, leave func(), refused *apierror.Error) {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	bucket, take, faults := o.bucket, o.takeWithState, &o.faults
	switch {
	case api.AboutHooks(r):
		bucket, take, faults = o.hookBucket, o.hookBucket.take, &o.hookFaults
	case api.AboutManagement(r):
		bucket = o.managementBuckets[management.BucketOf(r)]
		take, faults = bucket.take, &o.managementFaults
	}
	if limit := o.opts.ConcurrencyLimit; limit > 0 && o.inFlight >= limit {
		o.bucket.report.Concurrent++
		rateState{reset: now.Add(fault.ConcurrencyWait)}.set(h)
		return nil, nil, apierror.New(http.StatusTooManyRequests, "E0000047")
	}
	pending, use := faults.Pending(r)
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
	use()
	o.inFlight++
	return pending, o.leave, nil
}

func (o *Org) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.inFlight--
}
