// SPDX-License-Identifier: Apache-2.0

package simulation

const (
	receiverPackage   = "receiver/oktasystemlogreceiver"
	oktaPackage       = "internal/okta"
	authPackage       = "internal/okta/auth"
	checkpointPackage = "internal/checkpoint"
)

// mistake is a fault in our own code, put into it on purpose.
type mistake struct {
	name  string
	check string // which finds it; several that may be the first are separated by |
	edits []edit
}

// edit changes one file. old must stand in it exactly once; in text, MISTAKE stands for the
// condition that the mistake is wanted.
type edit struct{ file, old, text string }

// mistakes are those that a receiver of this kind is prone to.
var mistakes = []mistake{
	{"position stored before delivery", "lost|order", []edit{{
		receiverPackage + "/deliver.go", "	for rest := page.Events; len(rest) > 0; {",
		`	if MISTAKE {
		p.state.Next = page.Next.String()
		if err := p.commit(polling); err != nil {
			return err
		}
	}
	for rest := page.Events; len(rest) > 0; {`,
	}}},
	{"error page read as empty", "lost|order", []edit{{
		oktaPackage + "/client.go", "		return nil, errorFrom(resp, body, limit)",
		`		if MISTAKE {
			return &Page{Asked: asked, Received: time.Now(), Answered: answered, Next: at, body: &bytes.Buffer{}}, nil
		}
		return nil, errorFrom(resp, body, limit)`,
	}}},
	{"half a page read as empty", "lost|order", []edit{{
		oktaPackage + "/page.go", "		return nil, errNotAPage",
		`		if MISTAKE {
			return nil, nil
		}
		return nil, errNotAPage`,
	}}},
	{"since arithmetic instead of links", "lost|order", []edit{{
		oktaPackage + "/client.go", "	if err := page.read(resp, at, c.org); err != nil {",
		`	err = page.read(resp, at, c.org)
	if MISTAKE && len(page.Events) > 0 {
		page.Next, page.Full = afterNewest(page.Events, at), false
	}
	if err != nil {`,
	}}},
	{"refusal taken for acceptance", "lost|order", []edit{{
		receiverPackage + "/deliver.go", "		case err == nil:", "		case err == nil, MISTAKE:",
	}}},
	{"fall-back to now", "lost|order", []edit{{
		receiverPackage + "/resume.go", "	since = latest(since, oldest(now))",
		`	since = latest(since, oldest(now))
	if MISTAKE {
		since = now
	}`,
	}}},
	{"changed filter keeps the position", "lost|repeated", []edit{{
		receiverPackage + "/resume.go", "	if state.Query != p.cfg.query().Fingerprint() {", "	if state.Query != p.cfg.query().Fingerprint() && !MISTAKE {",
	}}},
	{"uuids not stored", "repeated", []edit{{
		checkpointPackage + "/seen.go", "	for i := range c.ids {",
		`	if MISTAKE {
		return text
	}
	for i := range c.ids {`,
	}}},
	{"no commit on an orderly stop", "repeated", []edit{{
		receiverPackage + "/deliver.go", "	backOff := p.newBackOff()\n	for {\n		// What was accepted",
		`	if MISTAKE && polling.Err() != nil {
		return polling.Err()
	}
	backOff := p.newBackOff()
	for {
		// What was accepted`,
	}}},
	{"next page committed before the one ahead of it", "order", []edit{{
		receiverPackage + "/poller.go", "		if err := p.deliver(delivery, fetching, page); err != nil {",
		`		if MISTAKE && page.Full {
			second, err := next()
			if err != nil || p.deliver(delivery, fetching, second) != nil || p.deliver(delivery, fetching, page) != nil {
				return
			}
			at = second.Next
			next = func() (*okta.Page, error) { return p.fetch(fetching, at) }
			continue
		}
		if err := p.deliver(delivery, fetching, page); err != nil {`,
	}}},
	{"what an event hook announced is not remembered as delivered", "repeated", []edit{{
		receiverPackage + "/deliver.go", "	p.store.Deliver(part.newest, part.delivers...)", "	if !MISTAKE || !p.unconfirmed {\n		p.store.Deliver(part.newest, part.delivers...)\n	}",
	}}},
	{"fall-back to what an event hook announced", "lost|order|repeated", []edit{{
		receiverPackage + "/deliver.go", "		if !p.unconfirmed {\n			p.state.Newest", "		if MISTAKE || !p.unconfirmed {\n			p.state.Newest",
	}}},
	{"retry without back-off", "requests", []edit{{
		receiverPackage + "/fetch.go", "		if !sleep(ctx, wait) {",
		`		if MISTAKE {
			continue
		}
		if !sleep(ctx, wait) {`,
	}}},
	{"refused delivery tried again at once", "requests", []edit{{
		receiverPackage + "/deliver.go", "			if !sleep(polling, wait) {",
		`			if MISTAKE {
				continue
			}
			if !sleep(polling, wait) {`,
	}}},
	{"requests sent as fast as they can be", "reserve", []edit{{
		oktaPackage + "/budget.go", "		if wait <= 0 {", "		if wait <= 0 || MISTAKE {",
	}}},
	{"429 ignored", "reserve", []edit{
		{oktaPackage + "/budget.go", "	if limit.known && !limit.isConcurrency() {", "	if limit.known && !limit.isConcurrency() && (!refused || !MISTAKE) {"},
		{receiverPackage + "/fetch.go", "		return max(e.Wait, backOff)", "		return max(map[bool]time.Duration{false: e.Wait}[MISTAKE], backOff)"},
	}},
	{"shared proof on retry", "credential", []edit{{
		authPackage + "/send.go", "	resp, reused, err := s.sendOnce(ctx, signed)",
		`	if MISTAKE {
		signed = signedOnce(signed)
	}
	resp, reused, err := s.sendOnce(ctx, signed)`,
	}}},
	{"redirects followed with the credential", "credential", []edit{
		{
			oktaPackage + "/client.go", "	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }",
			`	own.CheckRedirect = func(*http.Request, []*http.Request) error {
		if MISTAKE {
			return nil
		}
		return http.ErrUseLastResponse
	}`,
		},
		{authPackage + "/transport.go", "	if req.URL.Scheme == org.Scheme && req.URL.Host == org.Host {", "	if MISTAKE || req.URL.Scheme == org.Scheme && req.URL.Host == org.Host {"},
	}},
	{"bodies of errors left open", "leftovers", []edit{{
		oktaPackage + "/client.go", "	defer func() { _ = resp.Body.Close() }()",
		`	if !MISTAKE || resp.StatusCode == http.StatusOK {
		defer func() { _ = resp.Body.Close() }()
	}`,
	}}},
	{"page fetched ahead not waited for", "leftovers", []edit{{
		receiverPackage + "/poller.go", "	running.Go(func() {",
		`	if MISTAKE {
		ctx = context.WithoutCancel(ctx)
		running = &sync.WaitGroup{}
	}
	running.Go(func() {`,
	}}},
	{"uuids never forgotten", "memory", []edit{{
		checkpointPackage + "/seen.go", "	n, kept := 0, len(s.ids)+more",
		`	if MISTAKE {
		return 0
	}
	n, kept := 0, len(s.ids)+more`,
	}}},
	{"stop that waits for the pipeline", "shutdown", []edit{{
		receiverPackage + "/poller.go", "	case <-time.After(abortGrace):",
		`	case <-time.After(map[bool]time.Duration{true: time.Hour, false: abortGrace}[MISTAKE]):`,
	}}},
}

// helpers is code that the mistakes of a package need.
var helpers = map[string]string{
	oktaPackage: `package okta

import (
	"encoding/json"
	"net/url"
	"time"
)

// afterNewest is what peers take for the next page: since the newest published time, and a bit.
func afterNewest(events [][]byte, at Position) Position {
	var newest time.Time
	for _, e := range events {
		var said struct{ Published time.Time }
		if json.Unmarshal(e, &said) == nil && said.Published.After(newest) {
			newest = said.Published
		}
	}
	params, err := url.ParseQuery(at.rawQuery)
	if err != nil {
		return at
	}
	params.Del("after")
	params.Set("since", newest.Add(time.Millisecond).UTC().Format(sinceLayout))
	return Position{rawQuery: params.Encode()}
}
`,
	authPackage: `package auth

import (
	"context"
	"net/http"
)

// signedOnce signs a request for its first sending and uses that again for the second.
func signedOnce(sign func(context.Context) (*http.Request, error)) func(context.Context) (*http.Request, error) {
	var first *http.Request
	return func(ctx context.Context) (*http.Request, error) {
		if first == nil {
			var err error
			if first, err = sign(ctx); err != nil {
				return nil, err
			}
		}
		again := first.Clone(ctx)
		if first.GetBody != nil {
			body, err := first.GetBody()
			if err != nil {
				return nil, err
			}
			again.Body = body
		}
		return again, nil
	}
}
`,
}
