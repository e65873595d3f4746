// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

// slots is how many deliveries the hook takes at a time.
const slots = 32

// stall begins a delivery with the right secret and does not end it.
func (e *endpoint) stall(t *testing.T) net.Conn {
	conn := e.connect(t)
	_, err := fmt.Fprintf(conn, "POST /okta/hook HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", hookSecretOfTests)
	require.NoError(t, err)
	return conn
}

// answerOf reads what is answered to a delivery that was begun.
func answerOf(t *testing.T, conn net.Conn) string {
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
	answer, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(answer)
}

// The receiver's own server, with all that it wraps around the handler, cuts off a body that does not come.
func TestSlowDeliveryIsCutOffByTheServer(t *testing.T) {
	e := startEndpoint(t, nil)
	began := time.Now()
	assert.Contains(t, answerOf(t, e.stall(t)), "503 Service Unavailable")
	server := defaultEventHook()
	assert.Less(t, time.Since(began), server.ReadTimeout/2, "long before the server's own bound")
}

// Oversized and slow deliveries with the right secret take time and memory; Okta's are answered in time all the same.
func TestDeliveriesAreAnsweredBesideLargeAndSlowOnes(t *testing.T) {
	e := startEndpoint(t, nil)
	large := strings.Repeat(" ", 5<<20)
	done := make(chan struct{})
	var others sync.WaitGroup
	untilDone := func(send func()) {
		others.Go(func() {
			for {
				send()
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range slots / 2 {
		untilDone(func() { assert.Contains(t, answerOf(t, e.stall(t)), "503 Service Unavailable") })
	}
	for range 4 {
		untilDone(func() {
			// The connection may break before the answer is read: nobody waits for the rest.
			status := e.send(t, http.MethodPost, hookSecretOfTests, strings.NewReader(large))
			assert.Contains(t, []int{0, http.StatusRequestEntityTooLarge}, status)
		})
	}
	var longest time.Duration
	for n := range 20 {
		began := time.Now()
		e.ring(t, n)
		longest = max(longest, time.Since(began))
		eventually(t, func() bool { return len(e.sink.uuids()) == n+1 })
	}
	close(done)
	others.Wait()
	t.Logf("the longest wait for an answer was %v", longest)
	assert.Less(t, longest, eventhooks.DefaultTimeout)
	assert.NotEmpty(t, e.logs.FilterMessageSnippet("A delivery of the event hook is too large").All(), "they came as far as that")
}

// Where slow deliveries take all there is, Okta is asked at once to send its own again, and that one is taken.
func TestDeliveryIsAskedForAgainWhileSlowOnesTakeAllThereIs(t *testing.T) {
	e := startEndpoint(t, nil)
	done := make(chan struct{})
	var slow sync.WaitGroup
	for range slots {
		// Each that is answered begins anew, also one that was refused because the delivery below was in hand before it.
		slow.Go(func() {
			for {
				assert.Contains(t, answerOf(t, e.stall(t)), "503 Service Unavailable")
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	body := `{"data":{"events":[]}}`
	eventually(t, func() bool {
		began := time.Now()
		status := e.send(t, http.MethodPost, hookSecretOfTests, strings.NewReader(body))
		assert.Less(t, time.Since(began), eventhooks.DefaultTimeout)
		return status == http.StatusServiceUnavailable
	})
	close(done)
	slow.Wait()
	e.ring(t, 1)
	eventually(t, func() bool { return len(e.sink.uuids()) == 1 })
}
