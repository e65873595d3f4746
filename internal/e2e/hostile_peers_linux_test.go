// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// hostilePeer is what somebody does to a collector, and what the collector must have said of it then.
type hostilePeer struct {
	name string
	does func(t *testing.T, b *hostileBed)
	said []string
}

// hostilePeers are Okta's API as a hostile server would answer, what stands in between, and strangers at the event
// hook.
func hostilePeers() []hostilePeer {
	answers := func(faults ...fault.Fault) func(*testing.T, *hostileBed) {
		return func(_ *testing.T, b *hostileBed) { b.org.Inject(faults...) }
	}
	tokens := func(faults ...fault.Fault) func(*testing.T, *hostileBed) {
		return func(t *testing.T, b *hostileBed) {
			b.org.InjectToken(faults...)
			b.org.RevokeTokens(hostileClient)
		}
	}
	hooks := func(faults ...fault.Fault) func(*testing.T, *hostileBed) {
		return func(_ *testing.T, b *hostileBed) { b.org.InjectHooks(faults...) }
	}
	says := func(n int, text string) func(*testing.T, *hostileBed) {
		return func(t *testing.T, b *hostileBed) { connect(t, b.hook, n, text) }
	}
	return []hostilePeer{
		{"elements of a page", answers(fault.Unpacks("[", 23<<20, "]")), []string{"the page has more than"}},
		{"values of an event", answers(fault.HugeEvents(8 << 20)), nil},
		{"more than a page", answers(fault.Unpacks("[", 1<<30, "]")), []string{"the page is larger than 24 MiB"}},
		{"echoes", answers(fault.Echo(500), fault.Echo(503)), []string{"[REDACTED]"}},
		{
			"strangers' answers",
			answers(fault.FromStranger(407, fault.HTMLPage), fault.FromStranger(451, fault.NoBody), fault.FromStranger(403, fault.HTMLPage),
				fault.FromStranger(511, fault.HTMLPage), fault.FromStranger(200, fault.HTMLPage)),
			[]string{"the answer is not okta's"},
		},
		{"a scope with escapes", tokens(fault.TokenWith("scope", strings.Repeat("okta.logs.read \x1b[2J", 4<<10))), nil},
		{"an endless token", tokens(fault.OversizedBody(-1)), []string{"which no access token is"}},
		{"an echo of the client secret", tokens(fault.Echo(500), fault.Echo(503)), nil},
		{"elements of a list of hooks", hooks(fault.Unpacks("[", 1<<20-1<<16, "]")), []string{"no list of at most 500 elements"}},
		{"a list of hooks without end", hooks(fault.Unpacks("[", 1<<30, "]")), []string{"it is larger than 4 MiB"}},
		// After the first a new token is tried; after the second the registration waits, while polling goes on.
		{"an echo with 401", hooks(fault.Echo(401), fault.Echo(401)), []string{"list the event hooks: okta answered 401 Unauthorized"}},
		{"silent connections", says(300, ""), nil},
		{"unfinished headers", says(150, "POST /okta/hook HTTP/1.1\r\nHost: x\r\nX-Large: "+strings.Repeat("a", 1<<20)), nil},
		{"garbage connections", says(300, "\x16\x03\x01 garbage\r\n\r\n"), nil},
		{"large deliveries", func(_ *testing.T, b *hostileBed) { deliverMany(b.hook) }, []string{"Deliveries of the event hook are refused"}},
		{"a replay", replay, nil},
		{"hosts and codings", func(t *testing.T, b *hostileBed) {
			for n := range 300 {
				r := delivery(t, b, "{}")
				r.Host = fmt.Sprint(strangersHost, n)
				r.Header.Set("Content-Encoding", "compress")
				assert.Equal(t, http.StatusBadRequest, answerTo(r))
			}
		}, nil},
	}
}

// replay sends what Okta announced hours ago, of an event that nobody remembers.
func replay(t *testing.T, b *hostileBed) {
	long := time.Now().Add(-5 * time.Hour).UTC().Format(time.RFC3339)
	body := fmt.Sprintf(`{"eventTime":%q,"data":{"events":[{"uuid":"captured","published":%q,"eventType":"user.session.start"}]}}`, long, long)
	assert.Equal(t, http.StatusConflict, answerTo(delivery(t, b, body)))
}

// delivery is one with the right secret.
func delivery(t *testing.T, b *hostileBed, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+b.hook+"/okta/hook", strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", hookSecret)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// answerTo is the status of the answer to a request, 0 for none.
func answerTo(r *http.Request) int {
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// connect opens connections that last as long as the test, and says something on each.
func connect(t *testing.T, address string, n int, says string) {
	t.Helper()
	for range n {
		var dialer net.Dialer
		connection, err := dialer.DialContext(t.Context(), "tcp", address)
		require.NoError(t, err)
		t.Cleanup(func() { _ = connection.Close() })
		_ = connection.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(connection, says) // the server may have closed it
	}
}

// deliverMany sends large deliveries with the right secret, eight at a time.
func deliverMany(address string) {
	body := `{"data":{"events":[` + strings.Repeat("0,", 2<<20-100) + `0]}}`
	answered := make(chan struct{})
	for range 8 {
		go func() {
			defer func() { answered <- struct{}{} }()
			request, err := http.NewRequest(http.MethodPost, "http://"+address+"/okta/hook", strings.NewReader(body)) //nolint:noctx // it is answered soon
			if err != nil {
				panic(err) // the address is good
			}
			request.Header.Set("Authorization", hookSecret)
			request.Header.Set("Content-Type", "application/json")
			if answer, err := http.DefaultClient.Do(request); err == nil {
				_ = answer.Body.Close()
			}
		}()
	}
	for range 8 {
		<-answered
	}
}
