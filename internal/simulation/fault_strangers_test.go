// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// mostCaptured is how many deliveries a stranger keeps: the first ones, which are old soon, and the last.
const mostCaptured = 20

// capture keeps the body of a delivery of the org's for those who send it again. It needs the lock.
func (n *node) capture(body string) {
	if len(n.captured) == mostCaptured {
		n.captured = append(n.captured[:mostCaptured/2], n.captured[mostCaptured/2+1:]...)
	}
	n.captured = append(n.captured, body)
}

// strangers is somebody who has found the address of the event hook, and has captured deliveries of it.
type strangers struct{ replay bool }

func (f strangers) String() string {
	if f.replay {
		return "somebody sends again what the event hook was sent"
	}
	return "strangers send rubbish to the event hook"
}

func (f strangers) apply(n *node) {
	n.mu.Lock()
	bodies, secret := append([]string(nil), n.captured...), hookSecret
	n.mu.Unlock()
	if !f.replay {
		secret = "a guess of sixteen bytes"
		bodies = append(bodies, strings.Repeat("[", 1<<10))
	}
	send := func(secret, body string) {
		n.coverage.add("met: deliveries of strangers", 1)
		r, err := http.NewRequest(http.MethodPost, hookURL, strings.NewReader(body)) //nolint:noctx // it is answered at once
		if err != nil {
			panic(err) // the address is good
		}
		r.Header.Set("Authorization", secret)
		r.Header.Set("Content-Type", "application/json")
		began := time.Now()
		answer, err := oktatest.RoundTripper(hookEndpoint{n}).RoundTrip(r)
		if err != nil {
			return // no process listens
		}
		_ = answer.Body.Close()
		n.locked(func() {
			if took := time.Since(began); took > 2500*time.Millisecond {
				n.fail("requests", "the event hook has answered a stranger after %s", took)
			}
			if secret != hookSecret && answer.StatusCode/100 == 2 {
				n.fail("credential", "the event hook has taken a delivery without its secret")
			}
			n.coverage.add(fmt.Sprint("met: strangers answered ", answer.StatusCode), 1)
		})
	}
	for _, body := range bodies {
		send(secret, body)
	}
	for _, rubbish := range []string{`{"data":{"events":[` + strings.Repeat("0,", 2000) + `0]}}`, "[]", "\x00", strings.Repeat(" ", 5<<20)} {
		send(hookSecret, rubbish)
	}
}
