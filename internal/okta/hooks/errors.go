// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// maxActive is how many active and verified event hooks an org may have (Okta, event hooks: limits).
const maxActive = 25

// actionError is a failed change of a hook. Its text is made when it is asked for, since [explained] may find the cause
// after the error was made.
type actionError struct {
	action, name string
	err          error
}

func failedAction(action string, hook *Hook, err error) error {
	if err == nil {
		return nil
	}
	return &actionError{action, wire.Printable(hook.Name, 255), err}
}

// Error names the action, the hook and what went wrong.
func (e *actionError) Error() string {
	return fmt.Sprintf("%s the event hook %q: %v", e.action, e.name, e.err)
}

// Unwrap returns the cause.
func (e *actionError) Unwrap() error { return e.err }

// ofHooks gives an error the cause that it has where event hooks were asked for: scope, role and request have other
// remedies here than for the System Log.
func ofHooks(err error) error {
	var e *oktaerr.Error
	if !errors.As(err, &e) || e.TokenEndpoint {
		return err
	}
	switch {
	case e.Cause == oktaerr.CauseScope:
		e.Cause = oktaerr.CauseHookScope
	case e.Kind == oktaerr.Forbidden && (e.Cause == oktaerr.CauseRole || e.Cause == oktaerr.CauseForbidden):
		e.Cause = oktaerr.CauseHookRole
	case e.Status == http.StatusNotFound && e.Code == "E0000007":
		// It was in the list a moment ago, so it was deleted since.
		e.Kind, e.Cause = oktaerr.Unavailable, oktaerr.CauseHookGone
	case e.Kind == oktaerr.Rejected:
		e.Cause = oktaerr.CauseHookRequest
	}
	return err
}

// explained sets the cause of a refusal from what is known of the org's hooks, since Okta's text may not tell it.
func explained(err error, desired *Desired, hooks []Hook) error {
	var e *oktaerr.Error
	if !errors.As(err, &e) || e.Kind != oktaerr.Rejected {
		return err
	}
	others := 0
	for _, hook := range hooks {
		if hook.Name != desired.Name && hook.Active() && hook.Verified() {
			others++
		}
	}
	ineligible := desired.ineligible()
	switch {
	case others >= maxActive:
		e.Cause = oktaerr.CauseHookLimit
	case e.Cause == oktaerr.CauseHookVerify:
		// The receiver or its ingress may just be starting.
		e.Kind = oktaerr.Unavailable
	case len(ineligible) > 0:
		e.Cause = oktaerr.CauseHookTypes
		e.Err = fmt.Errorf("event hooks can't carry %s", strings.Join(ineligible, ", "))
	}
	return err
}

// ineligible are the desired types that Okta's catalogue does not mark for event hooks. An unknown type has a known one
// beside it that may be meant.
func (d *Desired) ineligible() []string {
	var types []string
	for _, name := range d.EventTypes {
		switch {
		case catalogue.HookEligible(name):
		case !catalogue.Known(name) && catalogue.Closest(name) != "":
			types = append(types, fmt.Sprintf("%s (which is unknown, is it %s?)", wire.Printable(name, 100), catalogue.Closest(name)))
		default:
			types = append(types, wire.Printable(name, 100))
		}
	}
	return types
}
