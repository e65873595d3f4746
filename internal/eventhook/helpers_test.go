// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/collector/config/configopaque"
)

const (
	testPath   = "/okta/hook"
	testSecret = "a-secret-of-the-test"
)

// hook is a handler and what came of its requests.
type hook struct {
	http.Handler
	secretErr error
	take      func(context.Context, []Event) error

	mu       sync.Mutex
	taken    []Event
	outcomes map[Outcome]int
	errs     []error
}

func newHook() *hook {
	h := &hook{outcomes: map[Outcome]int{}}
	h.take = func(context.Context, []Event) error { return nil }
	h.Handler = Handler(Settings{
		Path: testPath, Header: "Authorization", MaxBytes: 1 << 20,
		Secret: func() (configopaque.String, error) { return testSecret, h.secretErr },
		Take: func(ctx context.Context, events []Event) error {
			if err := h.take(ctx, events); err != nil {
				return err
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			h.taken = append(h.taken, events...)
			return nil
		},
		Answered: func(outcome Outcome, err error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.outcomes[outcome]++
			if err != nil {
				h.errs = append(h.errs, err)
			}
		},
	})
	return h
}

// serve answers one request without a socket.
func (h *hook) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// post is a delivery as Okta sends it.
func post(t *testing.T, target string, body io.Reader) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, body)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", testSecret)
	return r
}

// payload is a delivery's body with events of the given uuids.
func payload(uuids ...string) string {
	var events []string
	for _, uuid := range uuids {
		events = append(events, fmt.Sprintf(`{"uuid":%q,"published":"2026-11-21T12:00:00.159Z","eventType":"user.session.start","client":{"ipChain":[]}}`, uuid))
	}
	return `{"eventType":"com.okta.event_hook","eventId":"85b60edb","data":{"events":[` + strings.Join(events, ",") + `]}}`
}
