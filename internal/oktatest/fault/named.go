// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"net/http"
	"slices"
	"time"
)

// Named is a fault that can be asked for by a name.
type Named struct {
	// Name is what it is asked for by.
	Name string
	// Help says in a few words what happens.
	Help string
	// Fault is what happens.
	Fault Fault
}

const (
	// shortReset is how long a named 429 makes its client wait.
	shortReset = 5 * time.Second
	// slowPieces and slowPause make a named slow answer take some seconds.
	slowPieces, slowPause = 12, 250 * time.Millisecond
	// clockOff is how far a named Date is off.
	clockOff = 10 * time.Minute
)

// All returns every fault that has a name: first statuses, then answers that break, pages and links that are not what
// they should be, and headers.
func All() []Named {
	return []Named{
		{"429", "rate limit exceeded, resets in 5 s", RateLimitedHere(shortReset)},
		{"concurrency", "429 for too many requests at once", ConcurrencyLimited()},
		{"500", "internal server error", Status(http.StatusInternalServerError, OktaError("E0000009", ""))},
		{"502", "a gateway's bad gateway page", Status(http.StatusBadGateway, HTMLPage)},
		{"503", "a gateway's unavailable page", Status(http.StatusServiceUnavailable, HTMLPage)},
		{"504", "a gateway's time-out page", Status(http.StatusGatewayTimeout, HTMLPage)},
		{"read-only", "503 while Okta is in read-only mode", Status(http.StatusServiceUnavailable, OktaError("E0000010", ""))},
		{"forbidden", "403, the role was taken away", Status(http.StatusForbidden, OktaError("E0000006", ""))},
		{"expired-token", "401, the credential has expired", ExpiredCredential()},
		{"reset", "connection reset before the answer", ResetBeforeAnswer()},
		{"cut", "connection reset in the middle of the answer", ResetMidBody()},
		{"hang", "no answer until the client gives up", Hang()},
		{"stall", "half an answer, then nothing until the client gives up", HangMidBody()},
		{"slow", "the answer takes 3 s", SlowBody(slowPieces, slowPause)},
		{"truncated", "half of the JSON, as if it were all", TruncatedJSON()},
		{"invalid-json", "a byte that JSON does not allow", InvalidJSON()},
		{"half-gzip", "half of the gzip stream", HalfGzip()},
		{"wrong-length", "a Content-Length that is too long", WrongContentLength()},
		{"html", "200 with a sign-in page, as a proxy may", NotAnArray("text/html; charset=utf-8", string(HTMLPage.text))},
		{"redirect", "302 to another host", RedirectTo("https://login.example.com/")},
		{"duplicates", "the first event of a page twice", DuplicateEvents()},
		{"lag", "an empty page although there are new events, which come with the next", Lagging()},
		{"bad-cursor", "400, the position is refused", PositionRefused("")},
		{"no-next", "no next link", MissingNext()},
		{"foreign-next", "a next link at another host", NextLinkAt("login.example.com")},
		{"no-date", "no Date header", OmitDate()},
		{"wrong-date", "a Date that is 10 minutes ahead", DateOff(clockOff)},
		{"bad-rate-headers", "rate limit headers that are no numbers", BadRateHeaders()},
		{"retry-after", "a Retry-After header that Okta never sends", UnsolicitedRetryAfter("120")},
	}
}

// Names returns the names of all, in their order.
func Names() []string {
	var names []string
	for _, named := range All() {
		names = append(names, named.Name)
	}
	return names
}

// ByName returns the fault with the name, and whether there is one.
func ByName(name string) (Fault, bool) {
	all := All()
	at := slices.IndexFunc(all, func(n Named) bool { return n.Name == name })
	if at < 0 {
		return Fault{}, false
	}
	return all[at].Fault, true
}
