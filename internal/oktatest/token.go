// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// serveToken answers one request to the token endpoint. It has a rate limit and faults of its own.
func (o *Org) serveToken(w http.ResponseWriter, r *http.Request, noted *Request) {
	if o.opts.RequireHTTPS && api.Scheme(r) != "https" {
		apierror.New(http.StatusMethodNotAllowed, "E0000022").Write(w)
		return
	}
	answer, form, refused := o.Begin(r)
	if refused != nil {
		refused.Write(w)
		return
	}
	o.update(func() { noted.Form = form })
	met, refused := o.admitToken(w.Header(), r, noted)
	if refused != nil {
		refused.Write(w)
		return
	}
	if !api.Pause(r.Context(), o.opts.OAuth.Latency) {
		panic(http.ErrAbortHandler)
	}
	o.setDate(w.Header())
	if met != nil {
		met.Serve(w, r, answer)
		return
	}
	answer.ServeHTTP(w, r)
}

// admitToken applies the rate limit and hands out the fault, if any, that this request meets. A request over the limit
// uses up no fault.
func (o *Org) admitToken(h http.Header, r *http.Request, noted *Request) (*fault.Fault, *apierror.Error) {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	pending, use := o.tokenFaults.Pending(r)
	o.tokenBucket.roll(now)
	state, allowed := o.tokenBucket.state(""), true
	if pending == nil || !pending.Free {
		state, allowed = o.tokenBucket.take("", now)
	}
	state.set(h)
	if !allowed {
		return nil, apierror.New(http.StatusTooManyRequests, "E0000047")
	}
	if pending != nil {
		noted.Fault = pending.Name
	}
	use()
	return pending, nil
}
