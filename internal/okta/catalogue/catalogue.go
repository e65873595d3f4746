// SPDX-License-Identifier: Apache-2.0

// Package catalogue is Okta's catalogue of System Log event types: their names, and which of them can be sent by
// event hooks.
//
// The names and marks in event-types.txt are those of "Event types" in the Okta developer documentation
// (github.com/okta/okta-developer-docs, release 2026.08.1, licensed under Apache-2.0), cut down to what is needed
// here. Orgs send types that are not in it, such as those of betas: an unknown type is a reason to ask whether it is
// spelled right, and never a reason to drop an event.
package catalogue

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

// text has one event type a line, sorted, followed by "hook" when event hooks can send it.
//
//go:embed event-types.txt
var text string

// types are the event types, and whether event hooks can send them.
var types = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		name, mark, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		known[name] = mark == "hook"
	}
	return known
})

// Known reports whether the catalogue has the event type. Case counts.
func Known(eventType string) bool {
	_, ok := types()[eventType]
	return ok
}

// HookEligible reports whether event hooks can send the event type (tag event-hook-eligible).
func HookEligible(eventType string) bool { return types()[eventType] }

// HookEligibleTypes returns every event type that event hooks can send, sorted.
func HookEligibleTypes() []string {
	return slices.DeleteFunc(names(), func(name string) bool { return !HookEligible(name) })
}

// names returns every event type, sorted.
func names() []string { return slices.Sorted(maps.Keys(types())) }
