// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// Kind is what a failed request means for its sender.
type Kind int

const (
	// Unavailable means: no answer came, or none that can be used. The same request may succeed later.
	Unavailable Kind = iota
	// RateLimited means: too many requests. The same request succeeds after Error.Wait.
	RateLimited
	// Unauthorized means: Okta does not accept the credential.
	Unauthorized
	// Forbidden means: Okta knows the credential, but it may not read the System Log.
	Forbidden
	// Rejected means: Okta does not accept the request itself: its position, its filter or its q.
	Rejected
	// Misdirected means: the address is not that of the System Log, or its answer leads elsewhere.
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

// Error is a request that brought no page, or that could not be sent because no access token was issued. It holds
// what Okta said, the cause and its remedy, and never a credential.
type Error struct {
	Kind Kind
	// Cause is why it failed, as far as that is known. It gives the remedy.
	Cause Cause
	// TokenEndpoint: it was the request for an access token that failed.
	TokenEndpoint bool
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Code, Summary and ErrorID are errorCode, errorSummary and errorId of Okta's error object. With an OAuth
	// error or a challenge Code and Summary are its error and error_description.
	Code, Summary, ErrorID string
	// RequestID is Okta's id of the request, which its support asks for.
	RequestID string
	// Wait is how long Okta asked to wait before the next request, 0 when it did not say.
	Wait time.Duration
	// Via names what has answered, by its Server and Via headers, where that may not be Okta.
	Via string
	// Err is the error on this side, nil when Okta answered with an error of its own.
	Err error

	marked bool // the answer bears a mark of Okta's
}

// AtPosition is the error of a request that was refused at its position, while one for an earlier time was not. Okta
// does not document how it refuses a position: what it says, such as "not found" or "invalid search criteria", would
// lay the blame on org_url or on filter.
func AtPosition(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	at := *e
	at.Kind, at.Cause = Rejected, CausePosition
	at.Err = errors.New("the position is refused and an earlier time is not: polling goes back to that when it is refused again")
	return &at
}

// SeesNothing is the error of an answer without events that must have some, as it comes to admin roles that see too
// little: Okta does not refuse them.
func SeesNothing(says string) *Error {
	return &Error{Kind: Forbidden, Cause: CauseRole, Status: http.StatusOK, Err: errors.New(says)}
}

// Error says what happened, what Okta said, and what to do.
func (e *Error) Error() string {
	remedy := e.Cause.Remedy()
	// An Err about the address or a file says itself what to do, and more exactly.
	if remedy == "" || (e.Cause == CauseAddress || e.Cause == CauseCredentialFile) && e.Err != nil {
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
		fmt.Fprintf(&b, "%s answered %s", e.answerer(who), strings.TrimSpace(fmt.Sprint(e.Status, " ", http.StatusText(e.Status))))
	}
	if e.Via != "" {
		fmt.Fprintf(&b, " (%s)", e.Via)
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
	// Err may hold what a server or its certificate says.
	return wire.Printable(b.String(), maxErrorText)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// FromAnswer makes an error of an answer that is not a page. body is the part of its body that was read.
func FromAnswer(resp *http.Response, body []byte, limit wire.RateLimit) *Error {
	e := newError(resp, kindOf(resp.StatusCode))
	e.read(body)
	if code, summary, challenged := wire.Challenge(resp.Header); challenged {
		// To an API token Okta answers with an error object: a challenge for an access token is of somebody else.
		e.Code, e.Summary, e.marked = code, summary, e.marked || code != "" && schemeOf(resp) != "SSWS"
		if e.Kind == Rejected {
			// Okta answers 400 with a challenge to a bad DPoP proof: the credential is refused, not the position.
			e.Kind = Unauthorized
		}
	}
	if e.Kind == RateLimited {
		e.Wait = wire.WaitAfter429(limit, resp.Header)
	}
	e.conclude(resp, body)
	e.blameCredentialSent(resp)
	return e
}

// blameCredentialSent names the kind of credential that was sent where the answer names the other one.
func (e *Error) blameCredentialSent(resp *http.Response) {
	switch sent := schemeOf(resp); {
	case e.Cause == CauseAPIToken && (sent == "BEARER" || sent == "DPOP"):
		e.Cause = CauseAccessToken
	case e.Cause == CauseAccessToken && sent == "SSWS":
		e.Cause = CauseAPIToken
	}
}

// schemeOf is the scheme of the credential that an answered request had, in upper case; "" where that is not known.
func schemeOf(resp *http.Response) string {
	if resp.Request == nil {
		return ""
	}
	scheme, _, _ := strings.Cut(resp.Request.Header.Get("Authorization"), " ")
	return strings.ToUpper(scheme)
}

// newError is what the status and the headers of an answer tell.
func newError(resp *http.Response, kind Kind) *Error {
	e := &Error{Kind: kind, Status: resp.StatusCode, RequestID: wire.Printable(resp.Header.Get("X-Okta-Request-Id"), 100)}
	e.marked = e.RequestID != ""
	return e
}

// conclude finds the cause once all that Okta says is read.
func (e *Error) conclude(resp *http.Response, body []byte) {
	if to := resp.Header.Get("Location"); to != "" && e.Kind == Misdirected {
		e.Err = redirectError(to, e.marked)
	}
	if e.Err == nil && e.Code == "" {
		e.Err = foreignEncoding(resp, body)
	}
	e.Cause = causeOf(e.Kind, e.Status, e.Code, e.Summary)
	if !e.marked {
		e.blameStranger(resp)
	}
}

// read takes Okta's error object from the body. Any other body, such as a proxy's page, is ignored.
func (e *Error) read(body []byte) {
	var said struct {
		ErrorCode    string `json:"errorCode"`
		ErrorSummary string `json:"errorSummary"`
		ErrorID      string `json:"errorId"`
	}
	if json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &said) == nil {
		e.Code = wire.Printable(said.ErrorCode, 40)
		e.Summary = wire.Printable(said.ErrorSummary, 500)
		e.ErrorID = wire.Printable(said.ErrorID, 100)
		e.marked = e.marked || oktaCode.MatchString(e.Code)
	}
}

// kindOf decides by the status alone: Okta uses one error code with several statuses.
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
