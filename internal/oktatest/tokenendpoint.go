// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxForm is the size of a token request, in bytes, above which it is refused. Okta documents none; an assertion has about a thousand.
const maxForm = 1 << 20

// serveToken answers one request to the token endpoint.
func (o *Org) serveToken(w http.ResponseWriter, r *http.Request, noted *Request, id string) {
	if refused := o.checkTokenRequest(r); refused != nil {
		refused.write(w, errorID(id))
		return
	}
	readable := o.readForm(r, noted)
	fault, refused := o.admitToken(w.Header(), r, noted)
	if refused != nil {
		refused.write(w, errorID(id))
		return
	}
	if !pause(r.Context(), o.opts.OAuth.Latency) {
		panic(http.ErrAbortHandler)
	}
	o.setDate(w.Header())
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !readable {
			o.refuseGrant(w, r, unreadableForm)
			return
		}
		o.answerToken(w, r)
	})
	if fault != nil {
		fault.Serve(w, r, answer)
		return
	}
	answer(w, r)
}

// checkTokenRequest refuses what is not a form that was posted. These errors are the management API's.
func (o *Org) checkTokenRequest(r *http.Request) *apiError {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case o.opts.RequireHTTPS && scheme(r) != "https", r.Method != http.MethodPost:
		return failure(http.StatusMethodNotAllowed, "E0000022")
	case media != "application/x-www-form-urlencoded":
		return failure(http.StatusBadRequest, "E0000021")
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
func (o *Org) admitToken(h http.Header, r *http.Request, noted *Request) (*Fault, *apiError) {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	pending, queued := o.oauth.faults.pending(r)
	o.oauth.bucket.roll(now)
	state, allowed := o.oauth.bucket.state(""), true
	if pending == nil || !pending.Free {
		state, allowed = o.oauth.bucket.take("", now)
	}
	if !allowed {
		o.setTooMany(h, state, now)
		return nil, failure(http.StatusTooManyRequests, "E0000047")
	}
	state.set(h)
	if pending != nil {
		noted.Fault = pending.Name
	}
	if queued {
		o.oauth.faults.queued = o.oauth.faults.queued[1:]
	}
	return pending, nil
}

// answerToken grants or refuses. Okta does not document the order of its checks; this one goes from the request to who asks, from where, with
// what proof, and for what. A refused request keeps what it has used up until then: the jti of its assertion, then that of its proof.
func (o *Org) answerToken(w http.ResponseWriter, r *http.Request) {
	if refused := checkGrantRequest(r); refused != nil {
		o.refuseGrant(w, r, refused)
		return
	}
	who, refused := o.authenticateClient(r)
	if refused != nil {
		o.refuseGrant(w, r, refused)
		return
	}
	if refused := who.mayAsk(r.PostForm.Get("grant_type")); refused != nil {
		o.refuseGrant(w, r, refused)
		return
	}
	thumbprint, refused := o.bind(r, who.app)
	if refused != nil {
		o.refuseGrant(w, r, refused)
		return
	}
	who.burn()
	scopes, refused := who.app.grants(r.PostForm.Get("scope"))
	if refused != nil {
		o.refuseGrant(w, r, refused)
		return
	}
	o.sendToken(w, r, who, scopes, thumbprint)
}

// grantTypes are those the org authorization server knows; a machine may use the last one only.
var grantTypes = []string{"authorization_code", "refresh_token", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code",
	"urn:ietf:params:oauth:grant-type:token-exchange", "urn:openid:params:grant-type:ciba", ClientCredentials}

func checkGrantRequest(r *http.Request) *oauthFailure {
	grantType := r.PostForm.Get("grant_type")
	query := r.URL.Query()
	switch {
	case r.Header.Get("Origin") != "":
		return browserRequest
	case query.Has("client_assertion"), query.Has("client_secret"), query.Has("client_id"):
		return credentialsInQuery
	case grantType == "":
		return invalidRequest(fmt.Sprintf("The token request must specify a 'grant_type'. Valid values: [%s]", strings.Join(grantTypes, ", ")))
	case !slices.Contains(grantTypes, grantType):
		return &oauthFailure{status: http.StatusBadRequest, code: "unsupported_grant_type", description: fmt.Sprintf(
			"The authorization grant type is not supported by the authorization server. Configured grant types: [%s].", strings.Join(grantTypes, ", "))}
	}
	return nil
}

// mayAsk refuses a client that is known but not entitled.
func (c client) mayAsk(grantType string) *oauthFailure {
	switch {
	case !slices.Contains(c.app.GrantTypes, grantType), grantType != ClientCredentials:
		return &oauthFailure{status: http.StatusBadRequest, code: "unauthorized_client", description: fmt.Sprintf(
			"The client is not authorized to use the provided grant type. Configured grant types: [%s].", strings.Join(c.app.GrantTypes, ", "))}
	case c.app.Kind == WebApp:
		return notService
	case c.app.OutsideZone:
		return outsideZone
	}
	return nil
}

// grants returns those of the requested scopes that the app was granted.
func (a App) grants(requested string) ([]string, *oauthFailure) {
	var granted []string
	scopes := strings.Fields(requested)
	for _, scope := range scopes {
		switch {
		case strings.ContainsFunc(scope, func(c rune) bool { return c < '!' || c > '~' || c == '"' || c == '\\' }): // RFC 6749 §3.3
			return nil, malformedScope
		case scope == "openid":
			return nil, openIDScope
		case !strings.HasPrefix(scope, "okta."):
			return nil, unknownScope
		case slices.Contains(a.Scopes, scope) && !slices.Contains(granted, scope):
			granted = append(granted, scope)
		}
	}
	switch {
	case len(scopes) == 0:
		return nil, noScopes
	case len(granted) == 0:
		return nil, scopeNotGranted
	}
	return granted, nil
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
func (o *Org) sendToken(w http.ResponseWriter, r *http.Request, who client, scopes []string, thumbprint string) {
	now := o.Now()
	tokenType := "Bearer"
	if thumbprint != "" {
		tokenType = "DPoP"
	}
	o.mu.Lock()
	token := o.mint(r, who, scopes, thumbprint, now)
	if thumbprint != "" && !o.opts.OAuth.NonceOnlyInChallenges {
		w.Header().Set(nonceHeader, o.currentNonce(now))
	}
	o.mu.Unlock()
	body, err := json.Marshal(struct {
		Type    string `json:"token_type"`
		Seconds int64  `json:"expires_in"`
		Token   string `json:"access_token"`
		Scope   string `json:"scope"`
	}{tokenType, int64(who.app.TokenLifetime / time.Second), token, strings.Join(scopes, " ")})
	if err != nil { // strings and numbers always marshal
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	sendBody(w, http.StatusOK, body)
}
