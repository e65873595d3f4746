// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"cmp"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// event is what a line shows of a record.
type event struct {
	time           time.Time
	org            string
	severity       string
	level          plog.SeverityNumber
	kind           string // the event type; empty for a record of somebody else
	actor, target  string
	address, place string
	result, reason string
	text           string
	rules          []string
}

// eventOf reads a record. The names of the attributes are those of the component's README.
func eventOf(resource pcommon.Resource, record plog.LogRecord) event {
	a := attributes(record.Attributes())
	e := event{
		time:     recordTime(record),
		org:      attributes(resource.Attributes()).text("okta.org.domain"),
		severity: record.SeverityText(),
		level:    record.SeverityNumber(),
		kind:     a.text("okta.event_type"),
		actor:    a.first("okta.actor.alternate_id", "okta.actor.display_name", "okta.actor.id", "user.name"),
		address:  a.first("client.address", "okta.client.ip_address"),
		place:    join(", ", a.text("geo.locality.name"), a.text("okta.client.geographical_context.country")),
		result:   a.text("okta.outcome.result"),
		reason:   a.text("okta.outcome.reason"),
		text:     record.Body().AsString(),
		rules:    a.list("security_rule.name"),
	}
	if e.severity == "" && e.level != plog.SeverityNumberUnspecified {
		e.severity = e.level.String()
	}
	e.target = a.target()
	if e.kind == "" && record.EventName() != "" {
		e.text = join(" ", record.EventName(), e.text)
	}
	return e
}

func recordTime(record plog.LogRecord) time.Time {
	stamp := cmp.Or(record.Timestamp(), record.ObservedTimestamp())
	if stamp == 0 {
		return time.Time{}
	}
	return stamp.AsTime()
}

// attributes are those of a record or of its resource.
type attributes pcommon.Map

func (a attributes) text(name string) string {
	value, ok := pcommon.Map(a).Get(name)
	if !ok {
		return ""
	}
	return value.AsString()
}

// first returns the first of the attributes that says something: Okta writes unknown where it has nothing to say.
func (a attributes) first(names ...string) string {
	for _, name := range names {
		if text := a.text(name); text != "" && text != "unknown" {
			return text
		}
	}
	return ""
}

func (a attributes) list(name string) (items []string) {
	value, ok := pcommon.Map(a).Get(name)
	if !ok || value.Type() != pcommon.ValueTypeSlice {
		return nil
	}
	for _, item := range value.Slice().All() {
		items = append(items, item.AsString())
	}
	return items
}

// target names whom or what the event is about: a user beside the one who acts, else an app, else the first that is
// not the one who acts. An AppUser is the user of an app, and the app says more.
func (a attributes) target() string {
	value, ok := pcommon.Map(a).Get("okta.target")
	if !ok || value.Type() != pcommon.ValueTypeSlice {
		return ""
	}
	found, rank := "", 0
	for _, item := range value.Slice().All() {
		if item.Type() != pcommon.ValueTypeMap {
			continue
		}
		target := attributes(item.Map())
		if id := target.text("id"); id != "" && id == a.text("okta.actor.id") {
			continue
		}
		if r := targetRanks[target.text("type")]; found == "" || r > rank {
			found, rank = target.name(), r
		}
	}
	return found
}

// targetRanks says which target is shown where there are several; the others have 1.
var targetRanks = map[string]int{"User": 4, "AppInstance": 3, "UserGroup": 2, "AppUser": -1}

func (a attributes) name() string {
	if a.text("type") == "User" {
		return a.first("alternate_id", "display_name", "id")
	}
	return a.first("display_name", "alternate_id", "id")
}

func join(separator string, parts ...string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, separator)
}
