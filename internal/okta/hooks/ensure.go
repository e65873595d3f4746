// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// Desired is what an event hook should be.
type Desired struct {
	// Name identifies the hook: 1 to 255 characters. Collectors with the same name share one hook.
	Name string
	// URL is the public address of the receiver, https, at most 1,024 characters.
	URL string
	// EventTypes are the types of event to send, at most 300, all of them eligible for event hooks.
	EventTypes []string
	// Header is the name of the header that carries the secret.
	Header string
	// Secret is the header's value.
	Secret configopaque.String
	// RenewSecret sends the secret even when nothing else differs. Okta never returns a secret, so it can't be
	// compared. It is not sent each time, since Okta then verifies the hook anew and holds its events back for
	// minutes, at each start of each collector.
	RenewSecret bool
	// Description is that of a hook that is created. One that is there keeps its own.
	Description string
}

// Ensure makes the event hook of the desired name what is desired: it creates the hook or changes what differs, has
// Okta verify it, and activates it. Its description, filter and further headers are left as they are. It returns what
// it changed, in order, even when an error followed, and nothing when the hook was as desired. It can be called again,
// and by several collectors at the same time.
func (c *Client) Ensure(ctx context.Context, desired Desired) (changed []string, err error) {
	hooks, err := c.List(ctx)
	if err != nil {
		return nil, err
	}
	hook, found := named(hooks, desired.Name)
	if hook, changed, err = c.bringInLine(ctx, &desired, hook, found); err == nil {
		changed, err = c.bringIntoUse(ctx, hook, changed)
	}
	return changed, explained(err, &desired, hooks)
}

// bringInLine creates the hook, or changes what differs from the desired one.
func (c *Client) bringInLine(ctx context.Context, desired *Desired, hook *Hook, found bool) (_ *Hook, changed []string, err error) {
	if !found {
		if hook, err = c.create(ctx, desired.applyTo(desired.described())); err == nil {
			return c.chosen(ctx, hook)
		}
		// Okta may have refused the name because another collector has just created the hook.
		if hook, found = c.appeared(ctx, desired.Name, err); !found {
			return nil, nil, err
		}
	}
	if changed = desired.Differences(hook); len(changed) == 0 {
		return hook, nil, nil
	}
	if hook, err = c.replace(ctx, desired.applyTo(hook)); err != nil {
		return nil, nil, err
	}
	return hook, changed, nil
}

// described is a new hook with the desired name and description.
func (d *Desired) described() *Hook {
	hook := &Hook{Name: d.Name}
	if text, err := json.Marshal(d.Description); err == nil && d.Description != "" {
		hook.Description = text
	}
	return hook
}

// chosen returns the hook to use after one was created: another collector may have created one of the same name at the
// same time. All use the older one. The other one is never verified, so it sends nothing.
func (c *Client) chosen(ctx context.Context, created *Hook) (_ *Hook, changed []string, err error) {
	hook, found, err := c.Find(ctx, created.Name)
	switch {
	case err != nil:
		return nil, []string{"created"}, err
	case !found || hook.ID == created.ID:
		return created, []string{"created"}, nil
	default:
		return hook, nil, nil
	}
}

// appeared finds the hook after Okta refused to create it, if there is one now.
func (c *Client) appeared(ctx context.Context, name string, refused error) (*Hook, bool) {
	var oktaErr *oktaerr.Error
	if !errors.As(refused, &oktaErr) || oktaErr.Kind != oktaerr.Rejected {
		return nil, false
	}
	hook, found, err := c.Find(ctx, name)
	return hook, err == nil && found
}

// bringIntoUse has Okta verify and activate the hook.
func (c *Client) bringIntoUse(ctx context.Context, hook *Hook, changed []string) ([]string, error) {
	var err error
	if !hook.Verified() {
		if hook, err = c.verify(ctx, hook); err != nil {
			return changed, err
		}
		changed = append(changed, "verified")
	}
	if !hook.Active() {
		if _, err = c.activate(ctx, hook); err != nil {
			return changed, err
		}
		changed = append(changed, "activated")
	}
	return changed, nil
}

// Find returns the event hook of a name, and whether there is one.
func (c *Client) Find(ctx context.Context, name string) (*Hook, bool, error) {
	hooks, err := c.List(ctx)
	if err != nil {
		return nil, false, err
	}
	hook, found := named(hooks, name)
	return hook, found, nil
}

// Remove deactivates and deletes an event hook, for good.
func (c *Client) Remove(ctx context.Context, hook *Hook) (err error) {
	// Okta deletes only a hook that is not active.
	if hook.Active() {
		if hook, err = c.deactivate(ctx, hook); err != nil {
			return err
		}
	}
	return c.remove(ctx, hook)
}

// named returns the hook of a name. There can be several when collectors created them at the same time: all collectors
// choose the oldest.
func named(hooks []Hook, name string) (*Hook, bool) {
	var oldest *Hook
	for i := range hooks {
		hook := &hooks[i]
		if hook.Name != name {
			continue
		}
		if oldest == nil || hook.Created < oldest.Created || hook.Created == oldest.Created && hook.ID < oldest.ID {
			oldest = hook
		}
	}
	return oldest, oldest != nil
}

// Differences names what differs between the hook and the desired one, as far as Okta's description shows.
func (d *Desired) Differences(hook *Hook) []string {
	var differ []string
	if !slices.Equal(sorted(d.EventTypes), sorted(hook.Events.Items)) {
		differ = append(differ, "event types")
	}
	if d.URL != hook.Channel.Config.URI {
		differ = append(differ, "url")
	}
	if !strings.EqualFold(d.Header, hook.Channel.Config.AuthScheme.Key) {
		differ = append(differ, "header")
	}
	if d.RenewSecret {
		differ = append(differ, "secret")
	}
	return differ
}

// sorted returns the items in order and each once: Okta may send them in any order.
func sorted(items []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(items)))
}

// applyTo returns a copy of the hook that is as desired. It always has the secret, since a hook is replaced as a whole.
func (d *Desired) applyTo(hook *Hook) *Hook {
	changed := *hook
	changed.Events.Type = "EVENT_TYPE"
	changed.Events.Items = sorted(d.EventTypes)
	changed.Channel.Type, changed.Channel.Version = "HTTP", "1.0.0"
	changed.Channel.Config.URI = d.URL
	changed.Channel.Config.AuthScheme = AuthScheme{Type: "HEADER", Key: d.Header, Value: string(d.Secret)}
	// Okta sets these.
	changed.Status, changed.VerificationStatus, changed.Created = "", "", ""
	return &changed
}
