// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// breaker is a real server in front of a simulated org. It notes each proof that arrives, and breaks
// connections that were used before in the middle of a request, as often as it is told to.
type breaker struct {
	org *oktatest.Org

	mu      sync.Mutex
	breaks  int
	served  map[string]bool // remote addresses
	broken  int
	proofs  map[string]int
	lengths []int64
}

func (b *breaker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.proofs[r.Header.Get("DPoP")]++
	if r.Method == http.MethodGet {
		b.lengths = append(b.lengths, r.ContentLength)
	}
	breaks := b.breaks > 0 && b.served[r.RemoteAddr]
	if breaks {
		b.breaks--
		b.broken++
	}
	b.served[r.RemoteAddr] = true
	b.mu.Unlock()
	if breaks {
		panic(http.ErrAbortHandler)
	}
	b.org.ServeHTTP(w, r)
}

func (b *breaker) breakNext(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.breaks = n
}

func overSockets(t *testing.T, http2 bool) (*breaker, *httptest.Server, http.RoundTripper, *url.URL) {
	t.Helper()
	r := newRig(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, OAuth: authserver.Options{RateLimit: oktatest.NoRateLimit}}, requireDPoP)
	b := &breaker{org: r.org, served: map[string]bool{}, proofs: map[string]int{}}
	server := httptest.NewUnstartedServer(b)
	server.EnableHTTP2 = http2
	server.StartTLS()
	t.Cleanup(server.Close)
	org, err := url.Parse(server.URL)
	require.NoError(t, err)
	r.settings.Org = org
	r.next = server.Client().Transport
	return b, server, r.transport(t), org
}

func getFrom(t *testing.T, transport http.RoundTripper, org *url.URL) (int, error) {
	t.Helper()
	client := okta.NewClient(org, &http.Client{Transport: transport, Timeout: time.Minute}, "test/1")
	page, err := client.Page(t.Context(), okta.Query{PageSize: 10}.Since(time.Now().Add(-time.Hour)))
	if err != nil {
		return 0, err
	}
	return len(page.Events), nil
}

// net/http sends a GET again by itself when a connection that was used before breaks. A proof must
// not go out twice: the request is sent again, but signed afresh.
func TestBrokenConnectionsResendNoProof(t *testing.T) {
	b, _, transport, org := overSockets(t, false)
	for range 20 {
		_, err := getFrom(t, transport, org)
		require.NoError(t, err)
		b.breakNext(1)
		_, err = getFrom(t, transport, org)
		require.NoError(t, err, "a dead connection is no failure")
	}
	assert.GreaterOrEqual(t, b.broken, 20, "connections were broken in the middle of a request")
	for proof, times := range b.proofs {
		require.Equal(t, 1, times, "%s", proof)
	}
	assert.Zero(t, b.lengths[0], "no trace of a body on the wire")
	assert.Equal(t, 1, b.org.Issued())
}

// This is what the test above guards against, and proves that its server can tell.
func TestNetHTTPResendsByItself(t *testing.T) {
	b, server, _, org := overSockets(t, false)
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, org.String(), http.NoBody)
		require.NoError(t, err)
		req.Header.Set("DPoP", "the same")
		resp, err := server.Client().Transport.RoundTrip(req)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		b.breakNext(1)
	}
	assert.Equal(t, 3, b.proofs["the same"], "two requests, of which one went out twice")
}

func TestHTTP2CarriesNoBodyEither(t *testing.T) {
	b, _, transport, org := overSockets(t, true)
	for range 5 {
		_, err := getFrom(t, transport, org)
		require.NoError(t, err)
	}
	assert.Equal(t, []int64{0, 0, 0, 0, 0}, b.lengths, "no empty DATA frame on a GET")
	for proof, times := range b.proofs {
		require.Equal(t, 1, times, "%s", proof)
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	closed := 0
	next := &closer{close: func() { closed++ }}
	r := newRig(t, oktatest.Options{}, nil)
	r.next = next
	for _, transport := range []http.RoundTripper{r.transport(t), SSWS(acme, Static("x"), next)} {
		(&http.Client{Transport: transport}).CloseIdleConnections()
	}
	assert.Equal(t, 2, closed)
}

type closer struct {
	http.RoundTripper
	close func()
}

func (c *closer) CloseIdleConnections() { c.close() }
