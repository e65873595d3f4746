// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
)

// Client reads the System Log of one org. It is safe for concurrent use.
type Client struct {
	http      *http.Client
	org       *url.URL
	userAgent string
	clock     *wire.Clock
	budget    *pacing.Budget
	jitter    *retry.Jitter
	observe   func(Request)
	malformed malformed
	rooms     rooms
	starts    *pacing.Starts
	others    int                       // the requests that the first one brings along
	sent      atomic.Int64              // requests
	came      atomic.Pointer[time.Time] // the last page
}

// Option changes how a client works.
type Option func(*Client)

// WithClock makes the client share the clock of an org with the transport that signs its requests.
func WithClock(clock *wire.Clock) Option { return func(c *Client) { c.clock = clock } }

// WithBudget makes the client wait for a permit of the budget before each request, with jitter for those
// waits. Without it the client sends at once.
func WithBudget(budget *pacing.Budget, jitter *retry.Jitter) Option {
	return func(c *Client) { c.budget, c.jitter = budget, jitter.For("permits") }
}

// WithStarts makes the client's first requests wait for their turn among those of the other clients of the process.
// others is how many requests the first one brings along, for its access token.
func WithStarts(starts *pacing.Starts, others int) Option {
	return func(c *Client) { c.starts, c.others = starts, others }
}

// NewClient returns a client for the org at orgURL, of which only scheme and host are used. The transport of
// httpClient adds the credential. userAgent names the program, as Okta asks every client to do.
func NewClient(orgURL *url.URL, httpClient *http.Client, userAgent string, options ...Option) *Client {
	own := *httpClient
	// A redirect is never followed: the credential must not go to another host.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c := &Client{
		http:      &own,
		org:       &url.URL{Scheme: orgURL.Scheme, Host: orgURL.Host},
		userAgent: userAgent,
		clock:     &wire.Clock{},
		observe:   func(Request) {},
	}
	for _, option := range options {
		option(c)
	}
	return c
}

// Page requests the page at a position. Every error is an [*oktaerr.Error], except those of a context that ended,
// which is a [pacing.ErrNoPermit] when that happened before the request was sent. The wait for a permit, where there
// is a budget, is not part of the HTTP client's timeout.
func (c *Client) Page(ctx context.Context, at Position) (*Page, error) {
	if err := c.turn(ctx); err != nil {
		return nil, err
	}
	permit, err := c.budget.Wait(ctx, c.jitter)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", pacing.ErrNoPermit, err)
	}
	sent := time.Now()
	page, err := c.page(pacing.WithPermit(ctx, &permit), at, &permit)
	switch {
	case err == nil:
		received := page.Received
		c.came.Store(&received)
		c.observe(Request{Took: time.Since(sent), Bytes: len(page.bytes())})
	case ctx.Err() == nil:
		c.observe(Request{Took: time.Since(sent), Err: err})
	}
	return page, err
}

// page requests the page at a position with a permit, which it ends. The transport may have exchanged that for
// another one ([pacing.AnotherPermit]).
func (c *Client) page(ctx context.Context, at Position, permit *pacing.Permit) (*Page, error) {
	asked := time.Now()
	resp, err := c.send(ctx, http.MethodGet, at.url(c.org), http.NoBody)
	if err != nil {
		permit.Done(wire.RateLimit{}, false)
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()

	answered := c.clock.Observe(resp.Header)
	limit := wire.RateLimitFrom(resp.Header, answered)
	permit.Done(limit, resp.StatusCode == http.StatusTooManyRequests)
	if resp.StatusCode != http.StatusOK {
		// Of a body that can't be read to its end the part that came is used: the status says enough.
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBytes))
		return nil, oktaerr.FromAnswer(resp, body, limit)
	}

	page := &Page{Asked: asked, Received: time.Now(), Answered: answered, RateLimit: limit, At: at, Next: at, client: c, room: c.rooms.take()}
	err = page.read(resp, at)
	c.rooms.before.Store(int64(len(page.bytes())))
	if err != nil {
		defer page.Release()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, oktaerr.Unusable(resp, page.bytes(), "[", err)
	}
	return page, nil
}

// freshTime is for how long the time that came with a page need not be asked for again: from the connection check to
// the beginning of polling. A refusal tells the time as well, but whoever asks for it wants to know that pages come.
const freshTime = 10 * time.Second

// Time asks Okta for the time on its clock, with a [Ping], unless a page has just told it.
func (c *Client) Time(ctx context.Context) (time.Time, error) {
	if came := c.came.Load(); came != nil && time.Since(*came) <= freshTime && c.clock.IsFresh(freshTime) {
		return c.clock.Now(), nil
	}
	page, err := c.Page(ctx, Ping())
	if err != nil {
		return time.Time{}, err
	}
	defer page.Release()
	return page.Answered, nil
}

// OrgID asks for the id of the org, which stays the same when the org gets another host. The address is public
// (Okta, Well-Known URIs API).
func (c *Client) OrgID(ctx context.Context) (string, error) {
	resp, err := c.Send(ctx, http.MethodGet, &url.URL{Path: "/.well-known/okta-organization"}, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBytes))
	if err != nil {
		return "", oktaerr.Unusable(resp, body, "{", fmt.Errorf("read the body: %w", oktaerr.WithoutURL(err)))
	}
	if resp.StatusCode != http.StatusOK {
		return "", oktaerr.FromAnswer(resp, body, wire.RateLimitFrom(resp.Header, c.clock.Observe(resp.Header)))
	}
	var org struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(body, &org); err != nil || !orgID.MatchString(org.ID) {
		return "", oktaerr.Unusable(resp, body, "{", errors.New("the answer names no org"))
	}
	return org.ID, nil
}

// orgID matches the id of an org: it becomes part of a storage key.
var orgID = regexp.MustCompile(`^[A-Za-z0-9]{1,64}$`)

// Org is scheme and host of the org.
func (c *Client) Org() *url.URL { return c.org }

// Clock is Okta's clock, which every answer corrects.
func (c *Client) Clock() *wire.Clock { return c.clock }

// Transport is what sends the requests, with the credential.
func (c *Client) Transport() http.RoundTripper { return c.http.Transport }

// Send sends a request to another API of the org. Of at only path and query are used; body may be empty. It waits for
// no permit: permits are for the rate limit of the System Log. Every error is an [*oktaerr.Error], except that of a
// context that ended.
func (c *Client) Send(ctx context.Context, method string, at *url.URL, body []byte) (*http.Response, error) {
	if err := c.turn(ctx); err != nil {
		return nil, err
	}
	return c.send(ctx, method, c.org.ResolveReference(at), bytes.NewReader(body))
}

// turn waits for the turn of a request, where the client has just started. The only error is the end of ctx.
func (c *Client) turn(ctx context.Context) error {
	sent, others := int(c.sent.Add(1)-1), 0
	if sent == 0 {
		others = c.others
	}
	return c.starts.Wait(ctx, sent, others)
}

func (c *Client) send(ctx context.Context, method string, address *url.URL, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address.String(), body)
	if err != nil {
		return nil, &oktaerr.Error{Kind: oktaerr.Misdirected, Err: err}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	return c.do(req)
}

// do sends a request. Every error is an [*oktaerr.Error], except that of a context that ended.
func (c *Client) do(req *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx := req.Context(); ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var oktaErr *oktaerr.Error
		if errors.As(err, &oktaErr) {
			return nil, oktaErr
		}
		return nil, oktaerr.NoAnswer(oktaerr.WithoutURL(err))
	}
	return resp, nil
}
