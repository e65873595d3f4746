// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
)

// maxFailures is how many of one thing may fail within a minute: retries begin after half a second or more,
// and a request of an OAuth app may be sent again at once, once for each cause.
const maxFailures = 250

// network is what was seen on the way between a receiver and its org. The node's lock guards it.
type network struct {
	sentOnce       map[string]struct{} // proofs and assertions that were sent
	accessTokens   map[string]struct{} // that were sent
	failed         minuteCounter
	idleConnection bool // a connection waits for the next request
	cutOff         bool // a limit was passed: requests are not answered any more
	rate           rate
}

// minuteCounter counts what happened within the last minute.
type minuteCounter struct{ times []time.Time }

// add counts one more and returns how many there were in the minute before now.
func (c *minuteCounter) add(now time.Time) int {
	c.times = append(c.times, now)
	return c.within(now)
}

// within returns how many there were in the minute before now.
func (c *minuteCounter) within(now time.Time) int {
	for len(c.times) > 0 && now.Sub(c.times[0]) > time.Minute {
		c.times = c.times[1:]
	}
	return len(c.times)
}

// networkExtension puts the simulated network in the place of the real one.
type networkExtension struct {
	component.StartFunc
	component.ShutdownFunc
	process *process
}

// GetHTTPRoundTripper implements extensionmiddleware.HTTPClient.
func (e *networkExtension) GetHTTPRoundTripper(context.Context) (extensionmiddleware.WrapHTTPRoundTripperFunc, error) {
	return func(context.Context, http.RoundTripper) (http.RoundTripper, error) {
		return &networkTransport{process: e.process}, nil
	}, nil
}

// GetHTTPHandler implements extensionmiddleware.HTTPServer: it keeps the receiver's handler for the event hook.
func (e *networkExtension) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, handler http.Handler) (http.Handler, error) {
		e.process.node.locked(func() { e.process.hookHandler = handler })
		return handler, nil
	}, nil
}

// networkTransport is the only way out of a process.
type networkTransport struct{ process *process }

var errCutOff = errors.New("too many requests were sent, none is answered any more")

// RoundTrip checks a request, sends it to the org, and checks the answer.
func (t *networkTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.process.enter(requestCall)
	r, body, err := withReadBody(r)
	if err != nil {
		return nil, err
	}
	if err := t.admit(r, body); err != nil {
		if errors.Is(err, errCutOff) {
			<-r.Context().Done() // or a loop without a wait would never end
		}
		return nil, err
	}
	n := t.process.node
	resp, err := n.reach(r)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.network.idleConnection = err == nil
	if err != nil || resp.StatusCode != http.StatusOK {
		if failures := n.network.failed.add(time.Now()); failures == maxFailures {
			n.fail("requests", "%d requests failed within a minute, and were sent again", failures)
			n.network.cutOff = true
		}
	}
	if r.URL.Host != n.hosts.another {
		n.checkRate(r, resp)
	}
	if err != nil {
		return nil, err
	}
	t.process.openBodies++
	resp.Body = &countedBody{ReadCloser: resp.Body, process: t.process}
	return resp, nil
}

// reach sends a request to the org at its host.
func (n *node) reach(r *http.Request) (*http.Response, error) {
	switch r.URL.Host {
	case n.hosts.org, n.hosts.domain:
		return n.org.Transport().RoundTrip(r)
	case n.hosts.another:
		return n.anotherOrg.Transport().RoundTrip(r)
	}
	return nil, &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}
}

// withReadBody returns a copy of a request, and its body.
func withReadBody(r *http.Request) (*http.Request, string, error) {
	if r.Body == nil {
		return r, "", nil
	}
	body, err := io.ReadAll(r.Body)
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return nil, "", err
	}
	same := r.Clone(r.Context())
	same.Body = io.NopCloser(bytes.NewReader(body))
	return same, string(body), nil
}

// admit checks a request that is about to be sent, and refuses it when its process is gone.
func (t *networkTransport) admit(r *http.Request, body string) error {
	p, n := t.process, t.process.node
	n.mu.Lock()
	defer n.mu.Unlock()
	if p.ended || n.crashIfPlanned(p, onRequest) {
		return errProcessGone
	}
	if n.network.cutOff {
		return errCutOff
	}
	n.checkAddress(p, r)
	n.checkSentOnce(r, body)
	n.noteRangeRequest(p, r)
	n.coverage.add("requests", 1)
	n.trace.add(n.number, "request %s %s", r.Method, r.URL.RequestURI())
	// As net/http does, so that those who sign requests know whether a broken connection was an old one.
	if hooks := httptrace.ContextClientTrace(r.Context()); hooks != nil && hooks.GotConn != nil {
		hooks.GotConn(httptrace.GotConnInfo{Reused: n.network.idleConnection, WasIdle: n.network.idleConnection})
	}
	return nil
}

// countedBody is a response body that is counted until it is closed.
type countedBody struct {
	io.ReadCloser
	process *process
	once    sync.Once
}

// Close implements io.Closer.
func (b *countedBody) Close() error {
	b.once.Do(func() { b.process.node.locked(func() { b.process.openBodies-- }) })
	return b.ReadCloser.Close()
}
