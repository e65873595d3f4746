// SPDX-License-Identifier: Apache-2.0

// Package catalogue is Okta's catalogue of System Log event types: their names, and which of them can be sent by event hooks.
//
// The names and marks in event-types.txt are those of "Event types" in the Okta developer documentation (github.com/okta/okta-developer-docs,
// release 2026.08.1, licensed under Apache-2.0), cut down to what is needed here. Orgs send types that are not in it, such as those of betas: an
// unknown type is a reason to ask whether it is spelled right, and never a reason to drop an event.
package catalogue

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// text has one event type a line, sorted, followed by "hook" when event hooks can send it and by "oie" when only Identity Engine orgs have it.
//
//go:embed event-types.txt
var text string

// marks are what the catalogue tells of a type.
type marks struct{ hook, oie bool }

var types = sync.OnceValue(func() map[string]marks {
	known := make(map[string]marks, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		known[words[0]] = marks{hook: slices.Contains(words[1:], "hook"), oie: slices.Contains(words[1:], "oie")}
	}
	return known
})

// Known reports whether the catalogue has the event type. Case counts.
func Known(eventType string) bool {
	_, ok := types()[eventType]
	return ok
}

// HookEligible reports whether event hooks can send the event type (tag event-hook-eligible).
func HookEligible(eventType string) bool { return types()[eventType].hook }

// IdentityEngineOnly reports whether Classic Engine orgs never write the event type (tag oie-only).
func IdentityEngineOnly(eventType string) bool { return types()[eventType].oie }

// Types returns every event type, sorted.
func Types() []string { return where(func(marks) bool { return true }) }

// HookEligibleTypes returns every event type that event hooks can send, sorted.
func HookEligibleTypes() []string { return where(func(m marks) bool { return m.hook }) }

func where(chosen func(marks) bool) []string {
	var names []string
	for name, m := range types() {
		if chosen(m) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
