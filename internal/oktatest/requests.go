// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"net/url"
	"time"
)

// Request is one request the Org has received.
type Request struct {
	// Time is when it came in, on Okta's clock.
	Time time.Time
	// Method is the HTTP method.
	Method string
	// URL is path and query, as sent.
	URL string
	// Host is the host the client named.
	Host string
	// Header is a copy of the request's header.
	Header http.Header
	// Form is the body of a token request, as sent; nil for other requests.
	Form url.Values
	// Body is the body of a request to the Event Hooks API or to the management API, as sent; nil for other requests.
	Body []byte
	// Status is the status sent; 0 while there is none yet, and for ever when the connection broke before.
	Status int
	// Events is how many events the page held, before a fault got at it.
	Events int
	// Fault is the name of the fault it met, or empty.
	Fault string
}
