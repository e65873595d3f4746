// SPDX-License-Identifier: Apache-2.0

package simulation

const (
	pollPackage       = "internal/poll"
	deliveryPackage   = "internal/delivery"
	checkpointPackage = "internal/checkpoint"
	oktaPackage       = "internal/okta"
	wirePackage       = "internal/okta/wire"
	pacingPackage     = "internal/okta/pacing"
	errorPackage      = "internal/okta/oktaerr"
	authPackage       = "internal/okta/auth"
	reconcilePackage  = "internal/eventhook/reconcile"
)

// mistake is an error in our own code, put into it on purpose.
type mistake struct {
	name  string // which the flag -mistake chooses it by
	check string // which finds it; several that may be the first are separated by |
	edits []edit
}

// edit changes one file. old must stand in it exactly once; in text, MISTAKE stands for the
// condition that the mistake is wanted.
type edit struct{ file, old, text string }

// mistakes are those that are easily made in a receiver of this kind.
var mistakes = []mistake{
	{"position-stored-before-delivery", "lost|order", []edit{{
		deliveryPackage + "/run.go", "	p := &progress{History: h,",
		`	if MISTAKE && b.Source == Polled {
		h.position.Next = b.Next.String()
		if err := h.commit(ctx, b.Source); err != nil {
			return err
		}
	}
	p := &progress{History: h,`,
	}}},
	{"error-page-read-as-empty", "lost|order", []edit{{
		oktaPackage + "/client.go", "		return nil, oktaerr.FromAnswer(resp, body, limit)",
		`		if MISTAKE {
			return &Page{Asked: asked, Received: time.Now(), Answered: answered, Next: at}, nil
		}
		return nil, oktaerr.FromAnswer(resp, body, limit)`,
	}}},
	{"half-a-page-read-as-empty", "lost|order", []edit{{
		oktaPackage + "/page.go", "		return nil, errNotAPage",
		`		if MISTAKE {
			return nil, nil
		}
		return nil, errNotAPage`,
	}}},
	{"since-arithmetic-instead-of-links", "lost|order", []edit{{
		oktaPackage + "/client.go", "	c.rooms.before.Store(int64(len(page.bytes())))",
		`	c.rooms.before.Store(int64(len(page.bytes())))
	if MISTAKE && len(page.Events) > 0 {
		page.Next, page.Full = afterNewest(page.Events, at), false
	}`,
	}}},
	{"refusal-taken-for-acceptance", "lost|order", []edit{{
		deliveryPackage + "/progress.go", "	case err == nil:\n		return p.acceptNext(c)", "	case err == nil, MISTAKE:\n		return p.acceptNext(c)",
	}}},
	{"rewind-to-now", "lost|order", []edit{{
		pollPackage + "/resume.go", "	return latest(since, oldest(now))",
		`	if MISTAKE {
		return now
	}
	return latest(since, oldest(now))`,
	}}},
	{"history-overwritten", "lost|repeated", []edit{{
		checkpointPackage + "/histories.go", "	return stored{keys: own}, nil\n}",
		`	if MISTAKE {
		return stored{}, nil
	}
	return stored{keys: own}, nil
}`,
	}}},
	{"absurd-time-followed", "lost", []edit{{
		wirePackage + "/clock.go", "	default:\n		c.disbelieve(told, local)",
		`	default:
		if MISTAKE {
			at := told.date
			if at.IsZero() {
				at = told.begins()
			}
			c.believe(at, local, true)
			break
		}
		c.disbelieve(told, local)`,
	}}},
	{"short-page-taken-for-the-end", "lag|lost", []edit{{
		pollPackage + "/loop.go", "			return 0\n",
		`			if !MISTAKE {
				return 0
			}
`,
	}}},
	{"changed-filter-keeps-the-position", "lost|repeated", []edit{{
		pollPackage + "/resume.go", "	if stored.Query != f.set.Query.Fingerprint() {", "	if stored.Query != f.set.Query.Fingerprint() && !MISTAKE {",
	}}},
	{"uuids-not-stored", "repeated", []edit{{
		checkpointPackage + "/chunk.go", "	for i := range c.ids {",
		`	if MISTAKE {
		return text
	}
	for i := range c.ids {`,
	}}},
	{"echoes-not-concealed", "words", []edit{{
		wirePackage + "/printable.go", "	s = withoutSecrets(s)\n", "	if !MISTAKE {\n		s = withoutSecrets(s)\n	}\n",
	}}},
	{"replays-compared", "repeated", []edit{{
		reconcilePackage + "/announced.go", "	return made.Before(", "	return !MISTAKE && made.Before(",
	}}},
	{"no-commit-on-an-orderly-stop", "repeated", []edit{{
		deliveryPackage + "/commit.go", "	backOff := h.newBackOff()",
		`	if MISTAKE && h.run.Err() != nil {
		return h.run.Err()
	}
	backOff := h.newBackOff()`,
	}}},
	{"pages-committed-out-of-order", "order|ended", []edit{{
		pollPackage + "/loop.go", "			err = f.deliver(deliverCtx, page)",
		`			if MISTAKE && page.Full {
				var second *okta.Page
				if second, err = f.next.get(); err != nil {
					return err
				}
				f.follow(second)
				if f.deliver(deliverCtx, second) != nil {
					return err
				}
			}
			err = f.deliver(deliverCtx, page)`,
	}}},
	{"announced-events-not-stored-as-delivered", "repeated", []edit{{
		deliveryPackage + "/call.go", "	h.pending.Add(c.newest, b.Answered, c.ids...)",
		`	if !MISTAKE || b.Source != Unconfirmed {
		h.pending.Add(c.newest, b.Answered, c.ids...)
	}`,
	}}},
	{"rewind-to-announced-events", "lost|order|repeated", []edit{{
		deliveryPackage + "/run.go", "	if b.Source == Polled || h.neverPolled() {", "	if MISTAKE || b.Source == Polled || h.neverPolled() {",
	}}},
	{"retry-without-back-off", "requests", []edit{{
		pollPackage + "/request.go", "		if !p.asking.Sleep(ctx, wait) {",
		`		if MISTAKE {
			continue
		}
		if !p.asking.Sleep(ctx, wait) {`,
	}}},
	{"refused-delivery-tried-again-at-once", "requests", []edit{{
		deliveryPackage + "/progress.go", "	return p.wait(wait, err)\n",
		`	if MISTAKE {
		return nil
	}
	return p.wait(wait, err)
`,
	}}},
	{"permanent-by-errors-as", "lost|repeated", []edit{{
		deliveryPackage + "/permanent.go", "	if err == nil {\n		return false\n	}",
		`	if MISTAKE {
		return consumererror.IsPermanent(err)
	}
	if err == nil {
		return false
	}`,
	}}},
	{"dropped-at-once", "lost", []edit{{
		deliveryPackage + "/progress.go", "	case p.set.DropPermanent:", "	case p.set.DropPermanent, MISTAKE:",
	}}},
	{"given-up-while-nothing-is-accepted", "lost|repeated", []edit{{
		deliveryPackage + "/suspects.go", "		if s.refusals < triesBeforeGivingUp || s.last.Sub(s.first) < p.timeNeeded() {",
		"		if s.refusals < triesBeforeGivingUp || s.last.Sub(s.first) < p.timeNeeded() && !MISTAKE {",
	}, {
		deliveryPackage + "/suspects.go", "	s.refusals = min(s.refusals, refusals)\n",
		"	if !MISTAKE {\n		s.refusals = min(s.refusals, refusals)\n	} else {\n		p.confirmSuspects()\n	}\n",
	}}},
	{"poison-kept", "held", []edit{{
		deliveryPackage + "/suspects.go", "		if s.refusals < triesBeforeGivingUp ||", "		if MISTAKE || s.refusals < triesBeforeGivingUp ||",
	}}},
	{"requests-without-pacing", "reserve", []edit{{
		pacingPackage + "/budget.go", "		if wait <= 0 {", "		if wait <= 0 || MISTAKE {",
	}}},
	{"429-ignored", "reserve", []edit{
		{pacingPackage + "/budget.go", "	if limit.Known() && !limit.IsConcurrency() {", "	if limit.Known() && !limit.IsConcurrency() && (!refused || !MISTAKE) {"},
		{errorPackage + "/retry.go", "		return max(e.Wait, backOff)", "		return max(map[bool]time.Duration{false: e.Wait}[MISTAKE], backOff)"},
	}},
	{"shared-proof-on-retry", "credential", []edit{{
		authPackage + "/send.go", "	resp, reused, err := s.sendOnce(ctx, signed)",
		`	if MISTAKE {
		signed = signedOnce(signed)
	}
	resp, reused, err := s.sendOnce(ctx, signed)`,
	}}},
	{"redirects-followed-with-the-credential", "credential", []edit{
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
	{"bodies-of-errors-left-open", "leftovers", []edit{{
		oktaPackage + "/client.go", "	defer func() { _ = resp.Body.Close() }()\n\n	answered",
		`	if !MISTAKE || resp.StatusCode == http.StatusOK {
		defer func() { _ = resp.Body.Close() }()
	}

	answered`,
	}}},
	{"page-fetched-ahead-not-waited-for", "leftovers", []edit{
		{pollPackage + "/loop.go", "	defer f.running.Wait()", "	if !MISTAKE {\n		defer f.running.Wait()\n	}"},
		{
			pollPackage + "/request.go", "	return request(f.fetchCtx, f.Poller, func(ctx context.Context) (*okta.Page, error) {",
			`	fetchCtx := f.fetchCtx
	if MISTAKE {
		fetchCtx = context.WithoutCancel(fetchCtx)
	}
	return request(fetchCtx, f.Poller, func(ctx context.Context) (*okta.Page, error) {`,
		},
	}},
	{"uuids-never-forgotten", "memory", []edit{{
		checkpointPackage + "/chunk.go", "	n, kept := 0, len(d.ids)+more",
		`	if MISTAKE {
		return 0
	}
	n, kept := 0, len(d.ids)+more`,
	}}},
	{"stop-that-waits-for-the-pipeline", "shutdown", []edit{{
		pollPackage + "/poller.go", "	case <-time.After(abortGrace):",
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
