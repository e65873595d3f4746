// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
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

// Describes reports whether the hook's description contains a text.
func (h *Hook) Describes(text string) bool {
	var description string
	return json.Unmarshal(h.Description, &description) == nil && strings.Contains(description, text)
}

// List returns all event hooks of the org.
func (c *Client) List(ctx context.Context) ([]Hook, error) {
	var all []Hook
	err := c.client.List(ctx, okta.Path(eventHooksPath), bounds, func(text json.RawMessage) error {
		var hook Hook
		if json.Unmarshal(text, &hook) != nil {
			return errors.New("it is no event hook")
		}
		all = append(all, hook)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the event hooks: %w", ofHooks(err))
	}
	return all, nil
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
	return failedAction("delete", hook, c.call(ctx, http.MethodDelete, okta.Path(eventHooksPath, hook.ID), nil, nil))
}

// change sends a request that changes a hook, and returns the changed hook.
func (c *Client) change(ctx context.Context, action, method string, hook *Hook, body any, path ...string) (*Hook, error) {
	var changed Hook
	if err := c.call(ctx, method, okta.Path(eventHooksPath, path...), body, &changed); err != nil {
		return nil, failedAction(action, hook, err)
	}
	if changed.ID == "" {
		return nil, failedAction(action, hook, okta.Unusable("the answer is no event hook"))
	}
	return &changed, nil
}

// call sends one request about event hooks and decodes the answer's body into answer, unless that is nil.
func (c *Client) call(ctx context.Context, method string, at *url.URL, body, answer any) error {
	_, err := c.client.Call(ctx, method, at, body, answer)
	return ofHooks(err)
}
