// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

const (
	// mostFailures is how many of one thing may fail within a minute: retries begin after half a
	// second or more, and a request of an OAuth app may be sent again at once, once for each cause.
	mostFailures = 250
)

// network is what was seen on the way between a receiver and the world. The member's lock guards it.
type network struct {
	used     map[string]struct{} // proofs and assertions that were sent
	access   map[string]struct{} // access tokens that were sent
	failed   meter
	pooled   bool // a connection waits for the next request
	stranded bool // a limit was passed: requests are not answered any more
	rate     rate
}

// meter counts what happened within the last minute.
type meter struct{ times []time.Time }

// count counts one more and returns how many there were in the minute before now.
func (c *meter) count(now time.Time) int {
	c.times = append(c.times, now)
	return c.within(now)
}

// within returns how many there were in the minute before now.
func (c *meter) within(now time.Time) int {
	for len(c.times) > 0 && now.Sub(c.times[0]) > time.Minute {
		c.times = c.times[1:]
	}
	return len(c.times)
}

// wire is the only way out of a process.
type wire struct {
	life *life
	org  http.RoundTripper
}

var errStranded = errors.New("too many requests were sent, there is no answer any more")

// RoundTrip looks at a request before it sends it to the org.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	r, form, err := readable(r)
	if err != nil {
		return nil, err
	}
	if err := w.leaves(r, form); err != nil {
		if errors.Is(err, errStranded) {
			<-r.Context().Done() // or a loop without a wait would never end
		}
		return nil, err
	}
	resp, err := w.org.RoundTrip(r)

	m := w.life.member
	m.mu.Lock()
	defer m.mu.Unlock()
	m.network.pooled = err == nil
	if err != nil || resp.StatusCode != http.StatusOK {
		if n := m.network.failed.count(time.Now()); n == mostFailures {
			m.fails("requests", "%d requests failed within a minute, and were sent again", n)
			m.network.stranded = true
		}
	}
	m.checkRate(r, resp)
	if err != nil {
		return nil, err
	}
	w.life.bodies++
	resp.Body = &countedBody{ReadCloser: resp.Body, life: w.life}
	return resp, nil
}

// readable returns a copy of a request together with its body.
func readable(r *http.Request) (*http.Request, string, error) {
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

// leaves checks a request that is about to be sent, and refuses it when there is nobody to send it.
func (w *wire) leaves(r *http.Request, form string) error {
	l, m := w.life, w.life.member
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.over || m.crashIfArmed(l, onRequest) {
		return errGone
	}
	if m.network.stranded {
		return errStranded
	}
	m.checkAddress(r)
	m.checkFresh(r, form)
	m.tally.add("requests", 1)
	// As net/http does, so that those who sign requests know whether a broken connection was an old one.
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{Reused: m.network.pooled, WasIdle: m.network.pooled})
	}
	return nil
}

// checkAddress finds requests that leave for anywhere but the org, and credentials that stand where
// others read them. It needs the lock.
func (m *member) checkAddress(r *http.Request) {
	if r.URL.Scheme != "https" || r.URL.Host != m.host || r.Host != "" && r.Host != m.host {
		m.fails("credential", "a request left for %s://%s, with credential: %t", r.URL.Scheme, r.URL.Host, r.Header.Get("Authorization") != "")
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "DPoP "); ok {
		m.network.access[token] = struct{}{}
	}
	for secret := range m.secrets() {
		if strings.Contains(r.URL.String(), secret) {
			m.fails("credential", "a URL holds a credential")
		}
	}
	if a := r.Header.Get("Authorization"); !m.setup.oauth && a != "SSWS "+m.token {
		m.fails("credential", "a request carried another credential than the org's own")
	}
}

// secrets yields all credentials of the member that may stand in headers only. It needs the lock.
func (m *member) secrets() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, secret := range []string{m.token, appKey().pem, hookSecret} {
			if !yield(secret) {
				return
			}
		}
		for secret := range m.network.access {
			if !yield(secret) {
				return
			}
		}
	}
}

// checkFresh finds proofs and assertions that are sent a second time, which Okta takes for a replay.
// It needs the lock.
func (m *member) checkFresh(r *http.Request, form string) {
	for _, s := range []string{r.Header.Get("DPoP"), form} {
		if s == "" {
			continue
		}
		if _, twice := m.network.used[s]; twice {
			m.fails("credential", "a proof or assertion was sent twice, with %s %s", r.Method, r.URL.Path)
		}
		m.network.used[s] = struct{}{}
	}
}

// countedBody is a response body of which it is known whether it was closed.
type countedBody struct {
	io.ReadCloser
	life *life
	once sync.Once
}

// Close implements io.Closer.
func (b *countedBody) Close() error {
	b.once.Do(func() {
		b.life.member.mu.Lock()
		defer b.life.member.mu.Unlock()
		b.life.bodies--
	})
	return b.ReadCloser.Close()
}
