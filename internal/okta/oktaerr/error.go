// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
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

// kindNames are the kinds' names, for metrics and for a component's status.
var kindNames = []string{
	Unavailable:  "unavailable",
	RateLimited:  "rate_limited",
	Unauthorized: "unauthorized",
	Forbidden:    "forbidden",
	Rejected:     "rejected",
	Misdirected:  "misdirected",
}

// String is the kind's name, such as "rate_limited".
func (k Kind) String() string { return kindNames[k] }

// KindNames are the names of all kinds.
func KindNames() []string { return slices.Clone(kindNames) }

// Error is a request that brought no page, or no access token to make it with. It carries what Okta
// said, the cause and what to do about it, and never a credential.
type Error struct {
	Kind Kind
	// Cause is what is behind it, and where its remedy comes from.
	Cause Cause
	// TokenEndpoint: it was the request for an access token that failed.
	TokenEndpoint bool
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Code, Summary and ErrorID are errorCode, errorSummary and errorId of Okta's error object, or
	// Code and Summary are error and error_description of an OAuth error or challenge.
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
	remedy := e.Cause.Remedy()
	// An error about the address says itself what to do, and better.
	if remedy == "" || e.Cause == CauseAddress && e.Err != nil {
		return e.What()
	}
	return e.What() + ": " + e.Cause.Meaning() + ": " + remedy
}

// What says what happened and what Okta said: [Error.Error] without its cause and remedy.
func (e *Error) What() string {
	var b strings.Builder
	who := "okta"
	if e.TokenEndpoint {
		who = "okta's token endpoint"
	}
	switch {
	case e.Cause == CauseCredentialFile:
		b.WriteString("no credential to send to okta")
	case e.Status == 0:
		b.WriteString("no answer from " + who)
	default:
		fmt.Fprintf(&b, "%s answered %d %s", who, e.Status, http.StatusText(e.Status))
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
	return b.String()
}

// Unwrap returns the cause, if there is one on this side of the wire.
func (e *Error) Unwrap() error { return e.Err }

// FromAnswer makes an error of an answer that is not a page. body is as much of it as was read.
func FromAnswer(resp *http.Response, body []byte, limit wire.RateLimit) *Error {
	e := &Error{
		Kind:      kindOf(resp.StatusCode),
		Status:    resp.StatusCode,
		RequestID: wire.Printable(resp.Header.Get("X-Okta-Request-Id"), 100),
	}
	e.read(body)
	if code, summary, challenged := wire.Challenge(resp.Header); challenged {
		e.Challenged = true
		e.Code, e.Summary = code, summary
		if e.Kind == Rejected {
			// Okta answers 400 to a bad DPoP proof: that is about the credential, not the request.
			e.Kind = Unauthorized
		}
	}
	if e.Kind == RateLimited {
		e.Wait = wire.WaitAfter429(limit, resp.Header)
	}
	if to := resp.Header.Get("Location"); to != "" && e.Kind == Misdirected {
		e.Err = redirectError(to)
	}
	e.Cause = causeOf(e.Kind, e.Status, e.Code, e.Summary)
	return e
}

// read takes from an error's body what Okta said. What is neither Okta's error object nor that of
// OAuth 2.0 (an empty body, a proxy's page) says nothing worth repeating.
func (e *Error) read(body []byte) {
	var said struct {
		ErrorCode    string `json:"errorCode"`
		ErrorSummary string `json:"errorSummary"`
		ErrorID      string `json:"errorId"`
	}
	if json.Unmarshal(body, &said) == nil {
		e.Code = wire.Printable(said.ErrorCode, 40)
		e.Summary = wire.Printable(said.ErrorSummary, 500)
		e.ErrorID = wire.Printable(said.ErrorID, 100)
	}
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

// Unusable makes an error of an answer that could not be used because of err.
func Unusable(resp *http.Response, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		e = NoAnswer(err)
	}
	e.Status = resp.StatusCode
	e.RequestID = wire.Printable(resp.Header.Get("X-Okta-Request-Id"), 100)
	return e
}

// redirectError says where a redirect leads.
func redirectError(location string) error {
	to, err := url.Parse(location)
	if err != nil || to.Host == "" {
		return errors.New("the answer is a redirect, which is not followed: check org_url")
	}
	return fmt.Errorf("the answer redirects to %s, which is not followed: set org_url to https://%s if that is the org's own host",
		wire.Printable(to.Host, 255), wire.Printable(to.Host, 255))
}
