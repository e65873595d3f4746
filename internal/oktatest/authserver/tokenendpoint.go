// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// maxForm is the size of a token request, in bytes, above which it is refused. Okta documents none; an assertion has
// about a thousand.
const maxForm = 1 << 20

// Begin reads a request to the token endpoint. It returns what answers the request, and the form that was posted; or
// why the request gets no further, which is the management API's error. The answer is to be called with the same
// request.
func (s *Server) Begin(r *http.Request) (answer http.Handler, form url.Values, refused *apierror.Error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost:
		return nil, nil, apierror.New(http.StatusMethodNotAllowed, "E0000022")
	case media != "application/x-www-form-urlencoded":
		return nil, nil, apierror.New(http.StatusBadRequest, "E0000021")
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	unreadable := r.ParseForm()
	form = url.Values{}
	for name, values := range r.PostForm {
		form[name] = slices.Clone(values)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		decided, refused := grant{}, unreadableForm
		if unreadable == nil {
			decided, refused = s.decide(r)
		}
		if refused != nil {
			s.refuse(w, r, refused)
			return
		}
		s.send(w, r, decided)
	}), form, nil
}

// refuse answers a refusal and notes it.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, refused *failure) {
	s.mu.Lock()
	if refused.code == nonceWanted.code {
		s.challenges++
	} else {
		s.failed[refused.code]++
	}
	s.mu.Unlock()
	s.logGrant(r, grantRecord{clientID: claimedClient(r), failure: refused})
	refused.write(w)
}

// send issues a token and answers it.
func (s *Server) send(w http.ResponseWriter, r *http.Request, decided grant) {
	now := s.env.Now()
	tokenType := "Bearer"
	if decided.thumbprint != "" {
		tokenType = "DPoP"
	}
	s.mu.Lock()
	token, id := s.issue(r, decided, now)
	if decided.thumbprint != "" && !s.options.NonceOnlyInChallenges {
		w.Header().Set(nonceHeader, s.currentNonce(now))
	}
	s.mu.Unlock()
	s.logGrant(r, grantRecord{clientID: decided.who.id, method: decided.who.method, scopes: decided.scopes, tokenID: id})
	api.SendJSON(w, struct {
		Type    string `json:"token_type"`
		Seconds int64  `json:"expires_in"`
		Token   string `json:"access_token"`
		Scope   string `json:"scope"`
	}{tokenType, int64(decided.who.app.TokenLifetime / time.Second), token, strings.Join(decided.scopes, " ")})
}
