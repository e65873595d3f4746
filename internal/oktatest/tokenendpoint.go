// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// maxForm is the size of a token request, in bytes, above which it is refused. Okta documents none; an assertion has about a thousand.
const maxForm = 1 << 20

// serveToken answers one request to the token endpoint.
func (o *Org) serveToken(w http.ResponseWriter, r *http.Request, noted *Request) {
	if refused := o.checkTokenRequest(r); refused != nil {
		refused.Write(w)
		return
	}
	readable := o.readForm(r, noted)
	met, refused := o.admitToken(w.Header(), r, noted)
	if refused != nil {
		refused.Write(w)
		return
	}
	if !api.Pause(r.Context(), o.opts.OAuth.Latency) {
		panic(http.ErrAbortHandler)
	}
	o.setDate(w.Header())
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		decided, refused := grant{}, unreadableForm
		if readable {
			decided, refused = o.decide(r)
		}
		if refused != nil {
			o.refuseGrant(w, r, refused)
			return
		}
		o.sendToken(w, r, decided)
	})
	if met != nil {
		met.Serve(w, r, answer)
		return
	}
	answer(w, r)
}

// checkTokenRequest refuses what is not a form that was posted. These errors are the management API's.
func (o *Org) checkTokenRequest(r *http.Request) *apierror.Error {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case o.opts.RequireHTTPS && api.Scheme(r) != "https", r.Method != http.MethodPost:
		return apierror.New(http.StatusMethodNotAllowed, "E0000022")
	case media != "application/x-www-form-urlencoded":
		return apierror.New(http.StatusBadRequest, "E0000021")
	}
	return nil
}

// readForm reads the body into r.PostForm and notes it. It reports whether it could.
func (o *Org) readForm(r *http.Request, noted *Request) bool {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	err := r.ParseForm()
	form := url.Values{}
	for name, values := range r.PostForm {
		form[name] = slices.Clone(values)
	}
	o.update(func() { noted.Form = form })
	return err == nil
}

// admitToken applies the rate limit and hands out the fault, if any, that this request meets. A request over the limit uses up no fault.
func (o *Org) admitToken(h http.Header, r *http.Request, noted *Request) (*fault.Fault, *apierror.Error) {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	pending, use := o.oauth.faults.Pending(r)
	o.oauth.bucket.roll(now)
	state, allowed := o.oauth.bucket.state(""), true
	if pending == nil || !pending.Free {
		state, allowed = o.oauth.bucket.take("", now)
	}
	if !allowed {
		state.set(h)
		return nil, apierror.New(http.StatusTooManyRequests, "E0000047")
	}
	state.set(h)
	if pending != nil {
		noted.Fault = pending.Name
	}
	use()
	return pending, nil
}

// refuseGrant answers a refusal and notes it.
func (o *Org) refuseGrant(w http.ResponseWriter, r *http.Request, refused *oauthFailure) {
	now := o.Now()
	o.mu.Lock()
	if refused.code == nonceWanted.code {
		o.oauth.challenges++
	} else {
		o.oauth.failed[refused.code]++
	}
	o.logGrant(r, grantRecord{clientID: claimedClient(r), failure: refused}, now)
	o.mu.Unlock()
	refused.write(w)
}

// sendToken mints a token and answers it.
func (o *Org) sendToken(w http.ResponseWriter, r *http.Request, decided grant) {
	now := o.Now()
	tokenType := "Bearer"
	if decided.thumbprint != "" {
		tokenType = "DPoP"
	}
	o.mu.Lock()
	token := o.mint(r, decided, now)
	if decided.thumbprint != "" && !o.opts.OAuth.NonceOnlyInChallenges {
		w.Header().Set(nonceHeader, o.currentNonce(now))
	}
	o.mu.Unlock()
	api.SendJSON(w, struct {
		Type    string `json:"token_type"`
		Seconds int64  `json:"expires_in"`
		Token   string `json:"access_token"`
		Scope   string `json:"scope"`
	}{tokenType, int64(decided.who.app.TokenLifetime / time.Second), token, strings.Join(decided.scopes, " ")})
}
