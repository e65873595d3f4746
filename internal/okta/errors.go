// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Kind is what a failed request means for the one who sent it.
type Kind int

const (
	// Unavailable means: nothing, or nothing usable, was answered. The same request may succeed later.
	Unavailable Kind = iota
	// RateLimited means: too many requests. The same request succeeds after Error.Wait.
	RateLimited
	// Unauthorized means: Okta does not accept the credential.
	Unauthorized
	// Forbidden means: Okta knows the credential, but it may not read the System Log.
	Forbidden
	// Rejected means: Okta does not accept the request itself: its position, its filter or its q.
	Rejected
	// Misdirected means: there is no System Log at this address, or it leads elsewhere.
	Misdirected
)

// Error is a request that brought no page. It carries what Okta said and what to do about it, and
// never a credential.
type Error struct {
	Kind Kind
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Code, Summary and ErrorID are errorCode, errorSummary and errorId of Okta's error object, or
	// Code and Summary are error and error_description of an OAuth challenge.
	Code, Summary, ErrorID string
	// RequestID is Okta's name for the request, which its support asks for.
	RequestID string
	// Challenged: the answer had a WWW-Authenticate header, so it is about the credential, whatever
	// its status.
	Challenged bool
	// Wait is how long Okta wants to be left alone, 0 when it did not say.
	Wait time.Duration
	// Err is what went wrong on the way, nil when Okta answered with an error of its own.
	Err error
}

// Error says what happened, what Okta said, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Status == 0 {
		b.WriteString("no answer from okta")
	} else {
		fmt.Fprintf(&b, "okta answered %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Code != "" || e.Summary != "" {
		fmt.Fprintf(&b, ": %s %q", e.Code, e.Summary)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.ErrorID != "" {
		fmt.Fprintf(&b, ", error id %s", e.ErrorID)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, ", request id %s", e.RequestID)
	}
	if remedy := e.remedy(); remedy != "" {
		b.WriteString(": " + remedy)
	}
	return b.String()
}

// Unwrap returns the cause, if there is one on this side of the wire.
func (e *Error) Unwrap() error { return e.Err }

// remedy is what an operator can do. The causes are those of Okta's error catalogue and its pages
// on API tokens and OAuth service apps.
func (e *Error) remedy() string {
	switch {
	case e.Code == "E0000011":
		return "the API token is wrong, was revoked, was not used for 30 days, or belongs to an admin who was deactivated: create a new one and set it in api_token or api_token_file"
	case e.Code == "E0000015":
		return "the org does not have this feature: ask Okta to switch the System Log API on"
	case e.Code == "E0000005":
		return "the request came without a credential that okta recognises: check api_token, and that no proxy removes the Authorization header"
	case e.Code == "E0000006":
		return "the credential may not read the System Log: give its admin, or the service app, the Read-only Administrator role"
	case e.Code == "insufficient_scope":
		return "the access token lacks a scope: have a super admin grant okta.logs.read to the app"
	case e.Kind == Unauthorized:
		return "check the credential"
	case e.Kind == Forbidden:
		return "check the admin role and the scopes of the credential, and whether a network zone keeps this address out"
	case e.Kind == Misdirected && e.Err == nil:
		return "check org_url: it is the org's own address, such as https://acme.okta.com, without a path"
	case e.Code == "E0000053", e.Code == "E0000031":
		return "check filter"
	default:
		return ""
	}
}

// errorFrom makes an error of an answer that is not a page. body is as much of it as was read.
func errorFrom(resp *http.Response, body []byte, limit RateLimit) *Error {
	e := &Error{
		Kind:      kindOf(resp.StatusCode),
		Status:    resp.StatusCode,
		RequestID: printable(resp.Header.Get("X-Okta-Request-Id"), 100),
	}
	var said struct {
		ErrorCode    string `json:"errorCode"`
		ErrorSummary string `json:"errorSummary"`
		ErrorID      string `json:"errorId"`
	}
	// What is not Okta's error object (an empty body, a proxy's page) says nothing worth repeating.
	if json.Unmarshal(body, &said) == nil {
		e.Code = printable(said.ErrorCode, 40)
		e.Summary = printable(said.ErrorSummary, 500)
		e.ErrorID = printable(said.ErrorID, 100)
	}
	if challenge := resp.Header.Get("WWW-Authenticate"); challenge != "" {
		e.Challenged = true
		e.Code = printable(challengeParam(challenge, "error"), 40)
		e.Summary = printable(challengeParam(challenge, "error_description"), 500)
		if e.Kind == Rejected {
			// Okta answers 400 to a bad DPoP proof: that is about the credential, not the request.
			e.Kind = Unauthorized
		}
	}
	if e.Kind == RateLimited {
		e.Wait = waitAfter429(limit, resp.Header)
	}
	return e
}

// kindOf goes by the status alone: Okta uses one error code with several statuses.
func kindOf(status int) Kind {
	switch {
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status == http.StatusUnauthorized:
		return Unauthorized
	case status == http.StatusForbidden:
		return Forbidden
	case status == http.StatusBadRequest:
		return Rejected
	case status == http.StatusRequestTimeout, status >= 500, status < 300:
		return Unavailable
	default:
		return Misdirected
	}
}

// challengeParam reads one parameter of a WWW-Authenticate challenge (RFC 9110, section 11.6.1).
func challengeParam(challenge, name string) string {
	_, params, _ := strings.Cut(strings.TrimSpace(challenge), " ")
	for params != "" {
		var param string
		param, params = cut(params, ',')
		key, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

// printable makes text from the network fit for a log line: no control characters, bounded.
func printable(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
