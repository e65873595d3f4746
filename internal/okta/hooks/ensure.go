// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"context"
	"errors"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// Desired is how an event hook should be.
type Desired struct {
	// Name is what the hook is known by: 1 to 255 characters. Those who desire a hook of the same name share it.
	Name string
	// URL is the public address of the receiver, https, at most 1,024 characters.
	URL string
	// EventTypes are the types of event to send, at most 300, all of them eligible for event hooks.
	EventTypes []string
	// Header is the name of the header that carries the secret.
	Header string
	// Secret is the header's value.
	Secret configopaque.String
	// RenewSecret sends the secret although nothing else may have changed. Okta takes a secret and never tells it, so
	// that it can't be compared; sending it each time would make Okta verify the hook anew, and hold back its events
	// for minutes, with each start of each collector.
	RenewSecret bool
}

// Ensure brings the event hook of the desired name in line: it creates the hook or changes what differs, has Okta
// verify it, and activates it. What the hook has beside (description, filter, further headers) is left as it is. It
// returns what it had to do, in the order in which it did it, also when an error came after that; nothing when the hook
// was as desired. It can be called again, and by several at a time.
func (e *Client) Ensure(ctx context.Context, desired Desired) (changed []string, err error) {
	hooks, err := e.List(ctx)
	if err != nil {
		return nil, err
	}
	hook, found := named(hooks, desired.Name)
	if hook, changed, err = e.bringInLine(ctx, &desired, hook, found); err == nil {
		changed, err = e.bringIntoUse(ctx, hook, changed)
	}
	return changed, explained(err, &desired, hooks)
}

// bringInLine makes the hook what is desired of it.
func (e *Client) bringInLine(ctx context.Context, desired *Desired, hook *Hook, found bool) (_ *Hook, changed []string, err error) {
	if !found {
		if hook, err = e.create(ctx, desired.applyTo(&Hook{Name: desired.Name})); err == nil {
			return e.chosen(ctx, hook)
		}
		// Okta may have refused the name because somebody else was first.
		if hook, found = e.appeared(ctx, desired.Name, err); !found {
			return nil, nil, err
		}
	}
	if changed = desired.Differences(hook); len(changed) == 0 {
		return hook, nil, nil
	}
	if hook, err = e.replace(ctx, desired.applyTo(hook)); err != nil {
		return nil, nil, err
	}
	return hook, changed, nil
}

// chosen looks whether somebody else has created a hook of the same name at the same time. All take
// the older one; the other is never verified, so it sends nothing.
func (e *Client) chosen(ctx context.Context, created *Hook) (_ *Hook, changed []string, err error) {
	hook, found, err := e.Find(ctx, created.Name)
	switch {
	case err != nil:
		return nil, []string{"created"}, err
	case !found || hook.ID == created.ID:
		return created, []string{"created"}, nil
	default:
		return hook, nil, nil
	}
}

// appeared looks once more for a hook that Okta refused to create.
func (e *Client) appeared(ctx context.Context, name string, refused error) (*Hook, bool) {
	var oktaErr *oktaerr.Error
	if !errors.As(refused, &oktaErr) || oktaErr.Kind != oktaerr.Rejected {
		return nil, false
	}
	hook, found, err := e.Find(ctx, name)
	return hook, err == nil && found
}

// bringIntoUse makes Okta send what the hook is for.
func (e *Client) bringIntoUse(ctx context.Context, hook *Hook, changed []string) ([]string, error) {
	var err error
	if !hook.Verified() {
		if hook, err = e.verify(ctx, hook); err != nil {
			return changed, err
		}
		changed = append(changed, "verified")
	}
	if !hook.Active() {
		if _, err = e.activate(ctx, hook); err != nil {
			return changed, err
		}
		changed = append(changed, "activated")
	}
	return changed, nil
}

// Find returns the event hook of a name, and whether there is one.
func (e *Client) Find(ctx context.Context, name string) (*Hook, bool, error) {
	hooks, err := e.List(ctx)
	if err != nil {
		return nil, false, err
	}
	hook, found := named(hooks, name)
	return hook, found, nil
}

// Remove deactivates and deletes the event hooks of a name, for good: all of them, since two who create one at the same
// time leave a twin behind. It returns how many it has removed, also when an error came after that.
func (e *Client) Remove(ctx context.Context, name string) (removed int, err error) {
	hooks, err := e.List(ctx)
	if err != nil {
		return 0, err
	}
	for i := range hooks {
		if hooks[i].Name != name {
			continue
		}
		if err := e.removeOne(ctx, &hooks[i]); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

func (e *Client) removeOne(ctx context.Context, hook *Hook) (err error) {
	// Okta deletes only what is not active.
	if hook.Active() {
		if hook, err = e.deactivate(ctx, hook); err != nil {
			return err
		}
	}
	return e.remove(ctx, hook)
}

// named returns the hook of a name. Of several, which two who create it at the same time may leave behind, all
// choose the same one: the oldest.
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

// Differences names what differs between the hook and what is desired, as far as Okta tells.
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

// sorted returns the different items in order: Okta may send them in any.
func sorted(items []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(items)))
}

// applyTo returns a copy of the hook that is as desired. The secret goes with it each time: a hook is replaced whole.
func (d *Desired) applyTo(hook *Hook) *Hook {
	changed := *hook
	changed.Events.Type = "EVENT_TYPE"
	changed.Events.Items = sorted(d.EventTypes)
	changed.Channel.Type, changed.Channel.Version = "HTTP", "1.0.0"
	changed.Channel.Config.URI = d.URL
	changed.Channel.Config.AuthScheme = AuthScheme{Type: "HEADER", Key: d.Header, Value: string(d.Secret)}
	// The rest is Okta's to say.
	changed.Status, changed.VerificationStatus, changed.Created = "", "", ""
	return &changed
}
