// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// apiError is an error answer of the management API.
type apiError struct {
	status  int
	code    string
	summary string
	causes  []string
	header  http.Header
	noBody  bool
}

// Summaries of the codes the simulator uses (Okta, error code catalogue).
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
	"E0000020": "Bad request.",
	"E0000021": "Bad request.  Accept and/or Content-Type headers likely do not match supported values.",
	"E0000022": "The endpoint does not support the provided HTTP method",
	"E0000029": "Invalid paging request.",
	"E0000030": "Bad request. Invalid date. Dates must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZZ, e.g. 2013-01-01T12:00:00.000-07:00.",
	"E0000031": "Invalid search criteria.",
	"E0000047": "API call exceeded rate limit due to too many requests.",
	"E0000053": "Invalid SCIM filter.",
	"E0000054": "Invalid pagination properties.",
	"E0000063": "Invalid combination of parameters specified.",
}

// failure returns an error answer with the catalogue's summary.
func failure(status int, code string) *apiError {
	return &apiError{status: status, code: code, summary: summaries[code]}
}

// invalid returns a 400 with a summary of its own.
func invalid(code, format string, args ...any) *apiError {
	return &apiError{status: http.StatusBadRequest, code: code, summary: fmt.Sprintf(format, args...)}
}

// validation returns the 400 of a parameter that does not pass, one cause for each complaint.
func validation(field string, complaints ...string) *apiError {
	e := &apiError{status: http.StatusBadRequest, code: "E0000001", summary: "Api validation failed:"}
	for _, complaint := range complaints {
		cause := "'" + field + "': " + complaint
		e.summary += " " + cause
		e.causes = append(e.causes, cause)
	}
	return e
}

// badCursor returns the answer to a cursor that cannot be followed. Okta documents neither the code nor the text.
func badCursor(code string) *apiError {
	if code == "E0000001" {
		return validation("after", "The cursor is invalid or expired.")
	}
	return &apiError{status: http.StatusBadRequest, code: code, summary: summaries[code]}
}

// body is the JSON object of Okta's management API errors.
func (e *apiError) body(id string) []byte {
	type cause struct {
		Summary string `json:"errorSummary"`
	}
	causes := make([]cause, 0, len(e.causes))
	for _, c := range e.causes {
		causes = append(causes, cause{c})
	}
	raw, err := json.Marshal(struct {
		Code    string  `json:"errorCode"`
		Summary string  `json:"errorSummary"`
		Link    string  `json:"errorLink"`
		ID      string  `json:"errorId"`
		Causes  []cause `json:"errorCauses"`
	}{e.code, e.summary, e.code, id, causes})
	if err != nil { // strings always marshal
		panic(err)
	}
	return raw
}

func (e *apiError) write(w http.ResponseWriter, id string) {
	for name, values := range e.header {
		w.Header()[name] = values
	}
	if e.noBody {
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(e.status)
		return
	}
	body := e.body(id)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.status)
	_, _ = w.Write(body) // a client that went away is not the server's problem
}

// Error tells Go programs what the answer tells clients.
func (e *apiError) Error() string {
	if len(e.causes) > 0 {
		return e.code + ": " + strings.Join(e.causes, "; ")
	}
	return e.code + ": " + e.summary
}
