// SPDX-License-Identifier: Apache-2.0

package apierror

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Error is an error answer of the management API.
type Error struct {
	// Status is the HTTP status.
	Status int
	// Code is Okta's error code, such as E0000011.
	Code string
	// Summary is the text beside the code.
	Summary string
	// Causes are the complaints in detail; usually there are none.
	Causes []string
	// Header is sent in addition to what every answer carries.
	Header http.Header
	// NoBody is an answer whose cause is in Header only, as Okta's OAuth errors on a resource are.
	NoBody bool
}

// summaries are the texts of the codes that the simulator uses (Okta, error code catalogue).
var summaries = map[string]string{
	"E0000001": "Api validation failed: {0}",
	"E0000003": "The request body was not well-formed.",
	"E0000005": "Invalid session",
	"E0000006": "You do not have permission to perform the requested action",
	"E0000007": "Not found: {0}",
	"E0000008": "The requested path was not found",
	"E0000009": "Internal Server Error",
	"E0000010": "Service is in read only mode",
	"E0000011": "Invalid token provided",
	"E0000015": "You do not have permission to access the feature you are requesting",
	"E0000019": "Bad request.  Accept and/or Content-Type headers likely do not match supported values.",
	"E0000020": "Bad request.",
	"E0000021": "Bad request.  Accept and/or Content-Type headers likely do not match supported values.",
	"E0000022": "The endpoint does not support the provided HTTP method",
	"E0000029": "Invalid paging request.",
	"E0000030": "Bad request. Invalid date. Dates must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZZ, e.g. 2013-01-01T12:00:00.000-07:00.",
	"E0000031": "Invalid search criteria.",
	"E0000047": "API call exceeded rate limit due to too many requests.",
	"E0000053": "Invalid SCIM filter.",
	"E0000054": "Invalid pagination properties.",
	"E0000056": "Delete application forbidden.",
	"E0000063": "Invalid combination of parameters specified.",
	"E0000090": "The role specified is already assigned to the user.",
	"E0000091": "The provided role type was not the same as required role type.",
	"E0000227": "Roles can only be granted to service application type",
	"E0000263": "Attempted to assign a duplicate standard role assignment to an admin",
	"E0000268": "Another request is making changes to the role assignments. Please try again.",
}

// New returns an error answer with the summary that Okta's catalogue has for the code.
func New(status int, code string) *Error {
	return &Error{Status: status, Code: code, Summary: summaries[code]}
}

// Invalid returns a 400 with a summary of its own.
func Invalid(code, format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: code, Summary: fmt.Sprintf(format, args...)}
}

// Validation returns the 400 of a parameter that does not pass, one cause for each complaint.
func Validation(field string, complaints ...string) *Error {
	e := &Error{Status: http.StatusBadRequest, Code: "E0000001", Summary: "Api validation failed:"}
	for _, complaint := range complaints {
		cause := "'" + field + "': " + complaint
		e.Summary += " " + cause
		e.Causes = append(e.Causes, cause)
	}
	return e
}

// Refused returns the 400 of an object that does not pass: what was looked at, a field or a model, and the complaints
// in the words they have.
func Refused(what string, complaints ...string) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "E0000001", Summary: "Api validation failed: " + what, Causes: complaints}
}

// NotFound returns the 404 of an object that is not there. kind is what Okta calls its type.
func NotFound(id, kind string) *Error {
	return &Error{Status: http.StatusNotFound, Code: "E0000007", Summary: "Not found: Resource not found: " + id + " (" + kind + ")"}
}

// BadCursor returns the answer to a cursor that cannot be followed. Okta documents neither the code nor the text.
func BadCursor(code string) *Error {
	if code == "E0000001" {
		return Validation("after", "The cursor is invalid or expired.")
	}
	return New(http.StatusBadRequest, code)
}

// Body returns the JSON object of Okta's management API errors. The id is that of the error, not of the request.
func (e *Error) Body(id string) []byte {
	type cause struct {
		Summary string `json:"errorSummary"`
	}
	causes := make([]cause, 0, len(e.Causes))
	for _, c := range e.Causes {
		causes = append(causes, cause{c})
	}
	raw, err := json.Marshal(struct {
		Code    string  `json:"errorCode"`
		Summary string  `json:"errorSummary"`
		Link    string  `json:"errorLink"`
		ID      string  `json:"errorId"`
		Causes  []cause `json:"errorCauses"`
	}{e.Code, e.Summary, e.Code, id, causes})
	if err != nil { // strings always marshal
		panic(err)
	}
	return raw
}

// Write answers with the error. The id of the error follows from X-Okta-Request-Id, which must be set before.
func (e *Error) Write(w http.ResponseWriter) {
	for name, values := range e.Header {
		w.Header()[name] = values
	}
	if e.NoBody {
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(e.Status)
		return
	}
	body := e.Body(errorID(w.Header().Get("X-Okta-Request-Id")))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // a client that went away is not the server's problem
}

// Error tells Go programs what the answer tells clients.
func (e *Error) Error() string {
	if len(e.Causes) > 0 {
		return e.Code + ": " + strings.Join(e.Causes, "; ")
	}
	return e.Code + ": " + e.Summary
}

// errorID has the form of Okta's error ids.
func errorID(requestID string) string { return "oae" + requestID[:min(22, len(requestID))] }
