// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// noon is Okta's time in tests that fix it.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const orgURL = "https://acme.okta.com"

// clockAt returns options of an org whose clock stands still.
func clockAt(now time.Time) Options { return Options{Now: func() time.Time { return now }} }

// event returns a small event with a name instead of a uuid.
func event(name string, published time.Time) Event {
	return Event{
		JSON:      fmt.Appendf(nil, `{"uuid":%q,"published":%q,"eventType":"user.session.start"}`, name, published.Format(logevent.TimeLayout)),
		UUID:      name,
		Published: published,
	}
}

// persistedAt is an event that is committed later than it is published.
func persistedAt(name string, published, persisted time.Time) Event {
	e := event(name, published)
	e.Persisted = persisted
	return e
}

type answer struct {
	status int
	header http.Header
	body   string
}

// links returns the URLs of the answer's links by relation.
func (a answer) links() map[string]string {
	links := map[string]string{}
	for _, line := range a.header["Link"] {
		for _, m := range regexp.MustCompile(`<([^>]*)>; rel="(\w+)"`).FindAllStringSubmatch(line, -1) {
			links[m[2]] = m[1]
		}
	}
	return links
}

// cursor is the `after` of the next link.
func (a answer) cursor(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(a.links()["next"])
	require.NoError(t, err)
	return u.Query().Get("after")
}

func (a answer) uuids(t *testing.T) []string {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, a.body)
	var events []struct{ UUID string }
	require.NoError(t, json.Unmarshal([]byte(a.body), &events))
	uuids := []string{}
	for _, e := range events {
		uuids = append(uuids, e.UUID)
	}
	return uuids
}

func (a answer) errorCode(t *testing.T) string {
	t.Helper()
	var e struct{ ErrorCode, ErrorSummary, ErrorLink, ErrorID string }
	require.NoError(t, json.Unmarshal([]byte(a.body), &e), a.body)
	require.Equal(t, e.ErrorCode, e.ErrorLink)
	require.NotEmpty(t, e.ErrorSummary)
	return e.ErrorCode
}

// request is a GET of target, which is a URL or what follows the path of the logs API, with DefaultToken.
func request(t *testing.T, target string) *http.Request {
	t.Helper()
	if !strings.HasPrefix(target, "http") {
		target = orgURL + api.LogsPath + target
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "SSWS "+DefaultToken)
	return r
}

// get asks the org through its transport and reads the whole body.
func get(t *testing.T, org *Org, target string) answer {
	t.Helper()
	return send(t, org, request(t, target))
}

func send(t *testing.T, org *Org, r *http.Request) answer {
	t.Helper()
	a, err := trySend(org.Transport(), r)
	require.NoError(t, err)
	return a
}

// trySend returns the error of the exchange or of its body.
func trySend(transport http.RoundTripper, r *http.Request) (answer, error) {
	response, err := transport.RoundTrip(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close() //nolint:errcheck // reading has told already
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

func since(t time.Time) string { return "since=" + url.QueryEscape(t.Format(logevent.TimeLayout)) }

// pass lets virtual time go by.
func pass(d time.Duration) { <-time.After(d) }
