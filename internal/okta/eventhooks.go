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
	"strings"
)

const (
	eventHooksPath = "/api/v1/eventHooks"
	// maxHookBytes bounds the body of an answer about event hooks: a hook with 300 types is below 20 kB.
	maxHookBytes = 8 << 20
	// mostHookPages bounds how far the list of event hooks is followed. An org has a few dozen.
	mostHookPages = 100
)

// EventHooks manages the event hooks of one org (Okta, Event Hooks API). Reading them takes the scope
// okta.eventHooks.read, changing them okta.eventHooks.manage. Every error is an [*Error] inside, but for those of a
// context that ended. It is safe for concurrent use.
type EventHooks struct{ client *Client }

// NewEventHooks returns the event hooks of the client's org.
func NewEventHooks(client *Client) *EventHooks { return &EventHooks{client: client} }

// EventHook is an event hook as Okta has it. The value of its secret header is never told.
type EventHook struct {
	ID                 string          `json:"id,omitempty"`
	Name               string          `json:"name"`
	Description        json.RawMessage `json:"description,omitempty"`
	Status             string          `json:"status,omitempty"`
	VerificationStatus string          `json:"verificationStatus,omitempty"`
	Created            string          `json:"created,omitempty"`
	Events             HookEvents      `json:"events"`
	Channel            HookChannel     `json:"channel"`
}

// HookEvents are the types of event that a hook sends.
type HookEvents struct {
	Type   string          `json:"type"`
	Items  []string        `json:"items"`
	Filter json.RawMessage `json:"filter,omitempty"`
}

// HookChannel is where a hook sends to.
type HookChannel struct {
	Type    string     `json:"type"`
	Version string     `json:"version"`
	Config  HookConfig `json:"config"`
}

// HookConfig is the address that a hook sends to, and the headers that go with it.
type HookConfig struct {
	URI        string          `json:"uri"`
	Headers    json.RawMessage `json:"headers,omitempty"`
	AuthScheme HookAuthScheme  `json:"authScheme"`
}

// HookAuthScheme is the header that proves Okta to the receiver. Okta takes its value and never gives it back.
type HookAuthScheme struct {
	Type  string `json:"type"`
	Key   string `json:"key"`
	Value string `json:"value,omitempty"`
}

// Active reports whether the hook is switched on.
func (h *EventHook) Active() bool { return h.Status == "ACTIVE" }

// Verified reports whether Okta has found the receiver at the hook's address. A hook sends events only when it is both
// active and verified.
func (h *EventHook) Verified() bool { return h.VerificationStatus == "VERIFIED" }

// List returns all event hooks of the org.
func (e *EventHooks) List(ctx context.Context) ([]EventHook, error) {
	var all []EventHook
	at := &url.URL{Path: eventHooksPath}
	for range mostHookPages {
		var page []EventHook
		header, err := e.call(ctx, http.MethodGet, at, nil, &page)
		if err != nil {
			return nil, fmt.Errorf("list the event hooks: %w", err)
		}
		all = append(all, page...)
		link, ok := linkTo(header, "next")
		if !ok {
			return all, nil
		}
		if at, err = e.nextPage(link); err != nil {
			return nil, fmt.Errorf("list the event hooks: %w", err)
		}
	}
	return nil, &Error{Kind: Unavailable, Err: fmt.Errorf("the list of event hooks has more than %d pages", mostHookPages)}
}

// nextPage is where the list goes on: in this org and nowhere else, since the credential goes with the request.
func (e *EventHooks) nextPage(link string) (*url.URL, error) {
	u, err := url.Parse(link)
	if err == nil {
		u = e.client.org.ResolveReference(u)
	}
	if err != nil || !sameOrigin(u, e.client.org) || u.User != nil || u.Path != eventHooksPath {
		return nil, &Error{Kind: Misdirected, Cause: CauseAddress, Err: errors.New("the next link leads out of the list of event hooks: set org_url to the host that okta uses in its links")}
	}
	return &url.URL{Path: u.Path, RawQuery: u.RawQuery}, nil
}

func (e *EventHooks) create(ctx context.Context, hook *EventHook) (*EventHook, error) {
	return e.change(ctx, "create", http.MethodPost, hook, hook)
}

func (e *EventHooks) replace(ctx context.Context, hook *EventHook) (*EventHook, error) {
	body := *hook
	body.ID = "" // which the path says
	return e.change(ctx, "change", http.MethodPut, hook, &body, hook.ID)
}

func (e *EventHooks) verify(ctx context.Context, hook *EventHook) (*EventHook, error) {
	verified, err := e.change(ctx, "verify", http.MethodPost, hook, nil, hook.ID, "lifecycle", "verify")
	var refused *Error
	if errors.As(err, &refused) && refused.Kind == Rejected {
		refused.Cause = CauseHookVerify
	}
	return verified, err
}

func (e *EventHooks) activate(ctx context.Context, hook *EventHook) (*EventHook, error) {
	return e.change(ctx, "activate", http.MethodPost, hook, nil, hook.ID, "lifecycle", "activate")
}

func (e *EventHooks) deactivate(ctx context.Context, hook *EventHook) (*EventHook, error) {
	return e.change(ctx, "deactivate", http.MethodPost, hook, nil, hook.ID, "lifecycle", "deactivate")
}

func (e *EventHooks) remove(ctx context.Context, hook *EventHook) error {
	_, err := e.call(ctx, http.MethodDelete, hookURL(hook.ID), nil, nil)
	return failedAction("delete", hook, err)
}

// change sends what changes a hook, and returns the hook as it is then.
func (e *EventHooks) change(ctx context.Context, action, method string, hook *EventHook, body any, path ...string) (*EventHook, error) {
	var changed EventHook
	if _, err := e.call(ctx, method, hookURL(path...), body, &changed); err != nil {
		return nil, failedAction(action, hook, err)
	}
	if changed.ID == "" {
		return nil, failedAction(action, hook, &Error{Kind: Unavailable, Status: http.StatusOK, Err: errors.New("the answer is no event hook")})
	}
	return &changed, nil
}

// hookURL is the path below the list of event hooks. An id that Okta has given can't lead anywhere else.
func hookURL(path ...string) *url.URL {
	escaped := eventHooksPath
	for _, part := range path {
		escaped += "/" + url.PathEscape(part)
	}
	return &url.URL{Path: strings.Join(append([]string{eventHooksPath}, path...), "/"), RawPath: escaped}
}

// call sends one request and reads its answer into answer, unless that is nil.
func (e *EventHooks) call(ctx context.Context, method string, at *url.URL, body, answer any) (http.Header, error) {
	resp, err := e.send(ctx, method, at, body)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answered := e.client.clock.Observe(resp.Header)
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxHookBytes))
	if resp.StatusCode/100 != 2 {
		return nil, hookError(resp, text, rateLimitFrom(resp.Header, answered))
	}
	if err == nil && answer != nil {
		err = json.Unmarshal(text, answer)
	}
	if err != nil {
		return nil, failed(resp, fmt.Errorf("read the answer: %w", withoutURL(err)))
	}
	return resp.Header, nil
}

func (e *EventHooks) send(ctx context.Context, method string, at *url.URL, body any) (*http.Response, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("write the event hook: %w", err)
		}
	}
	// A reader of no bytes is no body at all.
	req, err := http.NewRequestWithContext(ctx, method, e.client.org.ResolveReference(at).String(), bytes.NewReader(text))
	if err != nil {
		return nil, &Error{Kind: Misdirected, Err: err}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", e.client.userAgent)
	return e.client.do(req)
}
