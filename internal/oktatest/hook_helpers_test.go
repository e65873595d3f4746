// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

const (
	hooksURL   = orgURL + api.HooksPath
	endpointAt = "https://otel.example.com/okta/hook"
	hookSecret = "a-secret-of-the-tests"
)

// message is one delivery as an endpoint got it.
type message struct {
	at     time.Time
	header http.Header
	id     string
	uuids  []string
	raw    []byte
}

// endpoint is where a hook sends to. It answers verifications, notes deliveries, and answers those by its script, then
// with 200.
type endpoint struct {
	t *testing.T

	mu       sync.Mutex
	messages []message
	script   []http.HandlerFunc
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = fmt.Fprintf(w, `{"verification":%q}`, r.Header.Get("X-Okta-Verification-Challenge"))
		return
	}
	raw, err := io.ReadAll(r.Body)
	assert.NoError(e.t, err)
	var body struct {
		EventID string
		Data    struct{ Events []struct{ UUID string } }
	}
	assert.NoError(e.t, json.Unmarshal(raw, &body), string(raw))
	m := message{at: time.Now(), header: r.Header.Clone(), id: body.EventID, raw: raw}
	for _, event := range body.Data.Events {
		m.uuids = append(m.uuids, event.UUID)
	}
	e.mu.Lock()
	e.messages = append(e.messages, m)
	answer := func(http.ResponseWriter, *http.Request) {}
	if len(e.script) > 0 {
		answer, e.script = e.script[0], e.script[1:]
	}
	e.mu.Unlock()
	answer(w, r)
}

// got returns the deliveries so far.
func (e *endpoint) got() []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]message(nil), e.messages...)
}

// uuids returns those of the deliveries so far, one list a delivery.
func (e *endpoint) uuids() [][]string {
	var all [][]string
	for _, m := range e.got() {
		all = append(all, m.uuids)
	}
	return all
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// hang answers when the client has gone.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// half answers 200 and breaks off in the body.
func half(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "10")
	_, _ = io.WriteString(w, "half")
	panic(http.ErrAbortHandler)
}

// hooked runs a test in a bubble, with an org that sends session starts to an endpoint.
func hooked(t *testing.T, opts Options, test func(t *testing.T, org *Org, to *endpoint, id string)) {
	synctest.Test(t, func(t *testing.T) {
		to := &endpoint{t: t}
		opts.Hooks.Transport = RoundTripper(to)
		org := NewOrg(opts)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			org.RunHooks(ctx)
		}()
		id, err := org.RegisterHook(ctx, eventhooks.Spec{URI: endpointAt, Secret: hookSecret, Events: []string{"user.session.start"}, OrgURL: orgURL})
		require.NoError(t, err)
		test(t, org, to, id)
		cancel()
		<-ended
	})
}

func reportOf(t *testing.T, org *Org, id string) eventhooks.Report {
	t.Helper()
	reports := org.HookReports()
	at := slices.IndexFunc(reports, func(r eventhooks.Report) bool { return r.ID == id })
	require.GreaterOrEqual(t, at, 0)
	return reports[at]
}

// apiCall is a request to the Event Hooks API in the making.
type apiCall struct {
	method, path, body string
	authorization      string
	contentType        string
}

func (c apiCall) send(t *testing.T, org *Org) answer {
	t.Helper()
	setDefault(&c.authorization, "SSWS "+DefaultToken)
	setDefault(&c.contentType, "application/json; charset=utf-8")
	r, err := http.NewRequestWithContext(t.Context(), c.method, hooksURL+c.path, strings.NewReader(c.body))
	require.NoError(t, err)
	r.Header.Set("Authorization", c.authorization)
	r.Header.Set("Content-Type", c.contentType)
	return send(t, org, r)
}

// hookJSON is a hook that the API accepts, changed.
func hookJSON(t *testing.T, change func(hook, events, channel, config map[string]any)) string {
	t.Helper()
	events := map[string]any{"type": "EVENT_TYPE", "items": []any{"user.session.start", "group.user_membership.add"}}
	config := map[string]any{
		"uri": endpointAt, "headers": []any{map[string]any{"key": "X-Other-Header", "value": "my-header-value"}},
		"authScheme": map[string]any{"type": "HEADER", "key": "Authorization", "value": hookSecret},
	}
	channel := map[string]any{"type": "HTTP", "version": "1.0.0", "config": config}
	hook := map[string]any{"name": "otel", "events": events, "channel": channel}
	if change != nil {
		change(hook, events, channel, config)
	}
	raw, err := json.Marshal(hook)
	require.NoError(t, err)
	return string(raw)
}

// hookView is what the tests look at of a hook as the API shows it.
type hookView struct {
	ID           string
	Status       string
	Verification string `json:"verificationStatus"`
	Name         string
	Description  *string
	CreatedBy    string
	Events       struct{ Items []string }
	Channel      struct {
		Config struct {
			Headers []struct{ Key, Value string }
			Auth    map[string]string `json:"authScheme"`
		}
	}
	Links map[string]any `json:"_links"`
}

// hookIn reads the hook out of an answer.
func (a answer) hookIn(t *testing.T) hookView {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, a.body)
	var view hookView
	require.NoError(t, json.Unmarshal([]byte(a.body), &view))
	return view
}

// causes are those of an error answer.
func (a answer) causes(t *testing.T) (causes []string) {
	t.Helper()
	var e struct {
		ErrorCauses []struct{ ErrorSummary string }
	}
	require.NoError(t, json.Unmarshal([]byte(a.body), &e), a.body)
	for _, cause := range e.ErrorCauses {
		causes = append(causes, cause.ErrorSummary)
	}
	return causes
}
