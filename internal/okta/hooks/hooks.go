// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

const eventHooksPath = "/api/v1/eventHooks"

// Client manages the event hooks of one org (Okta, Event Hooks API). Reading them takes the scope
// okta.eventHooks.read, changing them okta.eventHooks.manage. Every error wraps an [*oktaerr.Error], except those of
// a context that ended. It is safe for concurrent use.
type Client struct{ client *okta.Client }

// New returns a client for the event hooks of the org of an [okta.Client].
func New(client *okta.Client) *Client { return &Client{client: client} }

// Hook is an event hook as Okta describes it, which never includes the value of its secret header.
type Hook struct {
	ID                 string          `json:"id,omitempty"`
	Name               string          `json:"name"`
	Description        json.RawMessage `json:"description,omitempty"`
	Status             string          `json:"status,omitempty"`
	VerificationStatus string          `json:"verificationStatus,omitempty"`
	Created            string          `json:"created,omitempty"`
	Events             Events          `json:"events"`
	Channel            Channel         `json:"channel"`
}

// Events are the types of event that a hook sends.
type Events struct {
	Type   string          `json:"type"`
	Items  []string        `json:"items"`
	Filter json.RawMessage `json:"filter,omitempty"`
}

// Channel is where a hook sends to.
type Channel struct {
	Type    string        `json:"type"`
	Version string        `json:"version"`
	Config  ChannelConfig `json:"config"`
}

// ChannelConfig is the address that a hook sends to, and the headers that go with it.
type ChannelConfig struct {
	URI        string          `json:"uri"`
	Headers    json.RawMessage `json:"headers,omitempty"`
	AuthScheme AuthScheme      `json:"authScheme"`
}

// AuthScheme is the header by which the receiver recognises Okta. Okta accepts its value and never returns it.
type AuthScheme struct {
	Type  string `json:"type"`
	Key   string `json:"key"`
	Value string `json:"value,omitempty"`
}

// Active reports whether the hook is switched on.
func (h *Hook) Active() bool { return h.Status == "ACTIVE" }

// Verified reports whether the receiver at the hook's address has answered Okta's verification request. A hook sends
// events only when it is both active and verified.
func (h *Hook) Verified() bool { return h.VerificationStatus == "VERIFIED" }

// List returns all event hooks of the org.
func (c *Client) List(ctx context.Context) ([]Hook, error) {
	var all []Hook
	at, left := &url.URL{Path: eventHooksPath}, maxListBytes
	for range maxPages {
		var page json.RawMessage
		header, err := c.call(ctx, http.MethodGet, at, nil, &page)
		if left -= len(page); err == nil && left < 0 {
			err = &oktaerr.Error{Kind: oktaerr.Unavailable, Err: fmt.Errorf("the list is larger than %d MiB", maxListBytes>>20)}
		}
		if err == nil {
			if all, err = appendHooks(all, page); err != nil {
				err = oktaerr.Unusable(&http.Response{StatusCode: http.StatusOK, Header: header}, page, "[", err)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("list the event hooks: %w", err)
		}
		link, ok := wire.Link(header, "next")
		if !ok {
			return all, nil
		}
		if at, err = nextPage(link); err != nil {
			return nil, fmt.Errorf("list the event hooks: %w", err)
		}
	}
	return nil, &oktaerr.Error{Kind: oktaerr.Unavailable, Err: fmt.Errorf("the list of event hooks has more than %d pages", maxPages)}
}

// appendHooks adds the hooks of a page of the list.
func appendHooks(all []Hook, page []byte) ([]Hook, error) {
	texts, err := jsontape.Split(page, maxHooks-len(all))
	if err != nil {
		return nil, &oktaerr.Error{Kind: oktaerr.Unavailable, Status: http.StatusOK, Err: fmt.Errorf("the answer is no list of at most %d event hooks: %w", maxHooks, err)}
	}
	for _, text := range texts {
		var hook Hook
		if err := json.Unmarshal(text, &hook); err != nil {
			return nil, &oktaerr.Error{Kind: oktaerr.Unavailable, Status: http.StatusOK, Err: errors.New("the list holds something that is no event hook")}
		}
		all = append(all, hook)
	}
	return all, nil
}

// nextPage is where the list continues: in this org and nowhere else, whatever host the link names, since the
// credential goes with the request.
func nextPage(link string) (*url.URL, error) {
	target, err := wire.ParseTarget(link)
	if err != nil || target.Path != eventHooksPath {
		return nil, &oktaerr.Error{Kind: oktaerr.Misdirected, Cause: oktaerr.CauseNextLink, Err: errors.New("the next link leads out of the list of event hooks")}
	}
	return &url.URL{Path: target.Path, RawQuery: target.Query}, nil
}

func (c *Client) create(ctx context.Context, hook *Hook) (*Hook, error) {
	return c.change(ctx, "create", http.MethodPost, hook, hook)
}

func (c *Client) replace(ctx context.Context, hook *Hook) (*Hook, error) {
	body := *hook
	body.ID = "" // it is in the path
	return c.change(ctx, "change", http.MethodPut, hook, &body, hook.ID)
}

func (c *Client) verify(ctx context.Context, hook *Hook) (*Hook, error) {
	verified, err := c.change(ctx, "verify", http.MethodPost, hook, nil, hook.ID, "lifecycle", "verify")
	var refused *oktaerr.Error
	if errors.As(err, &refused) && refused.Kind == oktaerr.Rejected {
		refused.Cause = oktaerr.CauseHookVerify
	}
	return verified, err
}

func (c *Client) activate(ctx context.Context, hook *Hook) (*Hook, error) {
	return c.change(ctx, "activate", http.MethodPost, hook, nil, hook.ID, "lifecycle", "activate")
}

func (c *Client) deactivate(ctx context.Context, hook *Hook) (*Hook, error) {
	return c.change(ctx, "deactivate", http.MethodPost, hook, nil, hook.ID, "lifecycle", "deactivate")
}

func (c *Client) remove(ctx context.Context, hook *Hook) error {
	_, err := c.call(ctx, http.MethodDelete, hookURL(hook.ID), nil, nil)
	return failedAction("delete", hook, err)
}

// change sends a request that changes a hook, and returns the changed hook.
func (c *Client) change(ctx context.Context, action, method string, hook *Hook, body any, path ...string) (*Hook, error) {
	var changed Hook
	if _, err := c.call(ctx, method, hookURL(path...), body, &changed); err != nil {
		return nil, failedAction(action, hook, err)
	}
	if changed.ID == "" {
		return nil, failedAction(action, hook, &oktaerr.Error{Kind: oktaerr.Unavailable, Status: http.StatusOK, Err: errors.New("the answer is no event hook")})
	}
	return &changed, nil
}

// hookURL is the address of a path below the list of event hooks. Each part is escaped, so that no id leads elsewhere.
func hookURL(path ...string) *url.URL {
	escaped := eventHooksPath
	for _, part := range path {
		escaped += "/" + url.PathEscape(part)
	}
	return &url.URL{Path: strings.Join(append([]string{eventHooksPath}, path...), "/"), RawPath: escaped}
}

// call sends one request and decodes the answer's body into answer, unless that is nil. It returns the answer's
// headers.
func (c *Client) call(ctx context.Context, method string, at *url.URL, body, answer any) (http.Header, error) {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("write the event hook: %w", err)
		}
	}
	resp, err := c.client.Send(ctx, method, at, sent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answered := c.client.Clock().Observe(resp.Header)
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes+1))
	if resp.StatusCode/100 != 2 {
		return nil, hookError(resp, text, wire.RateLimitFrom(resp.Header, answered))
	}
	if err == nil && len(text) > maxAnswerBytes {
		err = fmt.Errorf("it is larger than %d MiB", maxAnswerBytes>>20)
	}
	if err == nil && answer != nil {
		err = json.Unmarshal(text, answer)
	}
	if err != nil {
		return nil, oktaerr.Unusable(resp, text, "[{", fmt.Errorf("read the answer: %w", oktaerr.WithoutURL(err)))
	}
	return resp.Header, nil
}
