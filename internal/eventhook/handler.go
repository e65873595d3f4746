// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
)

// Outcome says how a request was answered. The set is closed, so that it can be a metric's attribute.
type Outcome string

// The outcomes. Of the refusals, Okta sends again what was answered with 503, and nothing else.
const (
	Accepted    Outcome = "accepted"     // 200: a delivery that was taken
	Verified    Outcome = "verified"     // 200: Okta's verification request, or, with ErrNoProof, one like it
	WrongPath   Outcome = "wrong_path"   // 404: not the hook's path
	WrongMethod Outcome = "wrong_method" // 405: neither GET nor POST
	WrongSecret Outcome = "wrong_secret" // 401: without the hook's secret
	NoChallenge Outcome = "no_challenge" // 400: a GET that is no verification request
	WrongType   Outcome = "wrong_type"   // 415: not JSON
	TooLarge    Outcome = "too_large"    // 413: larger than Settings.MaxBytes
	Incomplete  Outcome = "incomplete"   // 503: a body that was cut off, or came too slowly
	Malformed   Outcome = "malformed"    // 400: not a delivery of an event hook
	Busy        Outcome = "busy"         // 503: too many deliveries at a time
	NotTaken    Outcome = "not_taken"    // 503: the events could not be taken
	NoSecret    Outcome = "no_secret"    // 503: the secret can't be read
	Replayed    Outcome = "replayed"     // 409: too old to be Okta's, so somebody else sends it again
	Refused     Outcome = "refused"      // 4xx: refused before it was looked at, as with a Content-Encoding
	NoRequest   Outcome = "no_request"   // none: a connection that broke before it brought one
)

// OutcomeNames are the names of all outcomes there are.
func OutcomeNames() []string {
	var names []string
	for _, outcome := range []Outcome{
		Accepted, Verified, WrongPath, WrongMethod, WrongSecret, NoChallenge, WrongType, TooLarge, Incomplete,
		Malformed, Busy, NotTaken, NoSecret, Replayed, Refused, NoRequest,
	} {
		names = append(names, string(outcome))
	}
	return names
}

// Settings say what a handler answers to.
type Settings struct {
	// Path is the URL path of the hook. Requests to any other are answered 404.
	Path string
	// Header is the name of the header that holds the secret.
	Header string
	// Secret returns the header's value. It is asked for each request.
	Secret func() (configopaque.String, error)
	// MaxBytes bounds the body of a delivery.
	MaxBytes int64
	// Take takes the events of one delivery, until ctx ends. After an error Okta is asked to send the delivery again,
	// which it does once; but after [ErrReplayed], which refuses it for good. It must be safe for concurrent use.
	Take func(ctx context.Context, events []Event) error
	// Answered is told how each request was answered, and of what went wrong, where an error says it better. It must be
	// safe for concurrent use.
	Answered func(outcome Outcome, err error)
}

// Handler returns what answers Okta's requests: the one-time verification (GET) and deliveries (POST). The secret is
// the only proof that a request comes from Okta, which signs nothing: a delivery that has it not is refused before
// anything of its body is read.
func Handler(settings Settings) http.Handler {
	return &handler{Settings: settings}
}

type handler struct {
	Settings
	inHand inHand
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	noteReached(r.Context())
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	switch {
	case r.URL.Path != h.Path:
		h.refuse(w, http.StatusNotFound, WrongPath, nil)
	case r.Method == http.MethodGet:
		h.verify(w, r)
	case r.Method == http.MethodPost:
		h.deliver(ctx, w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		h.refuse(w, http.StatusMethodNotAllowed, WrongMethod, nil)
	}
}

// deliver answers a delivery. An answer of 4xx is for what is not Okta's, or would be no better the second time: Okta
// sends it never again. 5xx asks for it once more.
func (h *handler) deliver(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	if !h.authentic(w, r) {
		return
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		h.refuse(w, http.StatusUnsupportedMediaType, WrongType, nil)
		return
	}
	size := h.MaxBytes
	switch {
	case r.ContentLength > size:
		h.refuse(w, http.StatusRequestEntityTooLarge, TooLarge, nil)
		return
	case r.ContentLength >= 0:
		size = r.ContentLength
	}
	if !h.inHand.take(size) {
		h.refuse(w, http.StatusServiceUnavailable, Busy, nil)
		return
	}
	defer h.inHand.give(size)
	body, err := h.read(ctx, w, r)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		h.refuse(w, http.StatusRequestEntityTooLarge, TooLarge, nil)
		return
	case err != nil:
		h.refuse(w, http.StatusServiceUnavailable, Incomplete, err)
		return
	}
	events, err := readEvents(body)
	if err != nil {
		h.refuse(w, http.StatusBadRequest, Malformed, err)
		return
	}
	switch err := h.Take(ctx, events); {
	case errors.Is(err, ErrReplayed):
		h.refuse(w, http.StatusConflict, Replayed, nil)
	case err != nil:
		h.refuse(w, http.StatusServiceUnavailable, NotTaken, err)
	default:
		h.Answered(Accepted, nil)
		w.WriteHeader(http.StatusOK)
	}
}

// read reads the body of a delivery: bounded in size, and in time where the connection lets it.
func (h *handler) read(ctx context.Context, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	deadline, _ := ctx.Deadline()
	// A writer that knows no deadline has no connection that could keep it waiting, or the server's own bound.
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(deadline)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.MaxBytes))
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	_ = connection.SetReadDeadline(time.Time{})
	return body, nil
}

// refuse answers with a status and no word: nobody but Okta asks, and Okta reads nothing. The connection is not used
// again, so that nothing waits for the rest of a body that nobody wants.
func (h *handler) refuse(w http.ResponseWriter, status int, outcome Outcome, err error) {
	h.Answered(outcome, err)
	w.Header().Set("Connection", "close")
	w.WriteHeader(status)
}
