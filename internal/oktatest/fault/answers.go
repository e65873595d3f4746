// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

const (
	// DefaultPositionCode is the error code for a cursor that is unknown or refused; Okta documents none.
	DefaultPositionCode = "E0000001"
	// ConcurrencyWait is the wait that Okta suggests when too many requests are in flight; it promises nothing.
	ConcurrencyWait = 5 * time.Second
)

// Body is what an error answer carries.
type Body struct {
	contentType string
	text        []byte
}

// Bodies of errors that do not come from the API itself.
var (
	// NoBody is empty, as Okta's OAuth errors are.
	NoBody = Body{}
	// HTMLPage is the page of a gateway.
	HTMLPage = Body{"text/html; charset=utf-8", []byte("<!DOCTYPE html>\n<html><head><title>Unavailable</title></head><body><h1>We'll be right back</h1></body></html>\n")}
)

// OktaError is Okta's JSON error object. An empty summary means the catalogue's.
func OktaError(code, summary string) Body {
	refused := apierror.New(0, code)
	if summary != "" {
		refused.Summary = summary
	}
	return Body{"application/json", refused.Body("oaeSyntheticErrorId00001")}
}

func (b Body) send(w http.ResponseWriter, status int) {
	if b.contentType != "" {
		w.Header().Set("Content-Type", b.contentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(b.text)))
	w.WriteHeader(status)
	_, _ = w.Write(b.text) // a client that went away is not the server's problem
}

// Status answers with the given status and body.
func Status(status int, body Body) Fault {
	return Fault{Name: "status " + strconv.Itoa(status), Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		body.send(w, status)
	}}
}

// RateLimited answers 429 with a reset that far ahead of the answer's Date, rounded up to a second. It does not count
// against the limit.
func RateLimited(resetIn time.Duration) Fault {
	return tooMany("rate limited", resetIn, "60")
}

// RateLimitedHere is RateLimited with the limit that the org would have told anyway.
func RateLimitedHere(resetIn time.Duration) Fault {
	return tooMany("rate limited", resetIn, "")
}

// ConcurrencyLimited answers 429 the way Okta says that too many requests are in flight: limit and remaining are 0
// (Okta, concurrency limits).
func ConcurrencyLimited() Fault {
	return tooMany("concurrency limited", ConcurrencyWait, "0")
}

func tooMany(name string, resetIn time.Duration, limit string) Fault {
	return Fault{Name: name, Free: true, Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		now, err := http.ParseTime(w.Header().Get("Date"))
		if err != nil { // another fault took the date away
			now = time.Now()
		}
		if limit != "" {
			w.Header().Set("X-Rate-Limit-Limit", limit)
		}
		w.Header().Set("X-Rate-Limit-Remaining", "0")
		w.Header().Set("X-Rate-Limit-Reset", strconv.FormatInt(api.CeilSecond(now.Add(resetIn)), 10))
		OktaError("E0000047", "").send(w, http.StatusTooManyRequests)
	}}
}

// PositionRefused answers 400 with the given Okta error code (empty: DefaultPositionCode) to a request that carries a
// cursor, once. The org's RefusePositions refuses for good.
func PositionRefused(code string) Fault {
	code = cmp.Or(code, DefaultPositionCode)
	return Fault{
		Name:  "position refused",
		Meets: carriesCursor,
		Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			OktaError(code, apierror.BadCursor(code).Summary).send(w, http.StatusBadRequest)
		},
	}
}

// RedirectTo answers 302, as an -admin host does.
func RedirectTo(url string) Fault {
	return Fault{Name: "redirect", Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Location", url)
		NoBody.send(w, http.StatusFound)
	}}
}

// WWWAuthenticate answers an OAuth problem: the cause is in the WWW-Authenticate header and the body is empty. scheme
// is Bearer or DPoP.
func WWWAuthenticate(status int, scheme, code, description string) Fault {
	return Fault{Name: "www-authenticate " + code, Serve: func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		apierror.Challenge(status, scheme, code, description, r).Write(w)
	}}
}

// NotAnArray answers 200 with something that is not a page. An empty contentType means application/json; an empty body
// is one of the ways.
func NotAnArray(contentType, body string) Fault {
	contentType = cmp.Or(contentType, "application/json")
	return Fault{Name: "not an array", Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		Body{contentType, []byte(body)}.send(w, http.StatusOK)
	}}
}

// MissingNext leaves the next link out of the answer.
func MissingNext() Fault {
	return onHeader("missing next", func(_ int, h http.Header) { changeNext(h, func(string) string { return "" }) })
}

// MissingLinks leaves all links out of the answer, as a proxy may that knows no Link header.
func MissingLinks() Fault {
	return onHeader("missing links", func(_ int, h http.Header) { h.Del("Link") })
}

// NextLinkTo makes the next link point to the given URL, for example on a foreign host.
func NextLinkTo(url string) Fault {
	return onHeader("next link to "+url, func(_ int, h http.Header) {
		changeNext(h, func(string) string { return "<" + url + `>; rel="next"` })
	})
}

// NextLinkToItself makes the next link lead back to the page that it stands on, as a proxy may that rewrites links.
func NextLinkToItself() Fault {
	return Fault{Name: "next link to itself", Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		NextLinkTo(api.Origin(r)+r.URL.RequestURI()).Serve(w, r, answer)
	}}
}

// NextLinkAt makes the next link name another host, as a gateway or a custom domain does; path and query stay.
func NextLinkAt(host string) Fault {
	return onHeader("next link at "+host, func(_ int, h http.Header) {
		changeNext(h, func(next string) string {
			scheme, rest, _ := strings.Cut(next, "://")
			_, path, _ := strings.Cut(rest, "/")
			return scheme + "://" + host + "/" + path
		})
	})
}

// CursorStatus answers a request that carries a cursor with the given status and body, as a gateway may that does not
// let such requests pass.
func CursorStatus(status int, body Body) Fault {
	f := Status(status, body)
	f.Name = "cursor " + f.Name
	f.Meets = carriesCursor
	return f
}

func carriesCursor(r *http.Request) bool { return r.URL.Query().Get("after") != "" }

// FoldedLinks sends the links in one header line, as a proxy may.
func FoldedLinks() Fault {
	return onHeader("folded links", func(_ int, h http.Header) {
		changeNext(h, func(next string) string { return next })
		if links := h["Link"]; len(links) == 2 {
			h["Link"] = []string{links[0] + ", " + links[1]}
		}
	})
}

// OmitDate leaves the Date header out.
func OmitDate() Fault {
	// A nil value, and not an absent one, keeps net/http from adding its own.
	return onHeader("no date", func(_ int, h http.Header) { h["Date"] = nil })
}

// BadRateHeaders sends rate limit headers that are no numbers.
func BadRateHeaders() Fault {
	return onHeader("bad rate headers", func(_ int, h http.Header) {
		h.Set("X-Rate-Limit-Limit", "many")
		h.Set("X-Rate-Limit-Remaining", "-1.5")
		h.Set("X-Rate-Limit-Reset", "soon")
	})
}

// UnsolicitedRetryAfter adds a Retry-After header with any value, such as "120" or a date, to whatever the answer is.
func UnsolicitedRetryAfter(value string) Fault {
	return onHeader("retry-after", func(_ int, h http.Header) { h.Set("Retry-After", value) })
}

// DateOff sends a Date that is off by some time.
func DateOff(by time.Duration) Fault {
	return onHeader("date off", func(_ int, h http.Header) {
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			h.Set("Date", date.Add(by).UTC().Format(http.TimeFormat))
		}
	})
}

// ResetOff sends an X-Rate-Limit-Reset that is off by some time.
func ResetOff(by time.Duration) Fault {
	return onHeader("reset off", func(_ int, h http.Header) {
		if reset, err := strconv.ParseInt(h.Get("X-Rate-Limit-Reset"), 10, 64); err == nil {
			h.Set("X-Rate-Limit-Reset", strconv.FormatInt(reset+int64(by/time.Second), 10))
		}
	})
}
