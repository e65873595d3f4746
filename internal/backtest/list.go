// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"go.opentelemetry.io/collector/pdata/plog"
)

// Match is an event that matches a rule.
type Match struct {
	// Time is when the event was published, in UTC; zero when that can't be read.
	Time time.Time
	// Rule is the name of the rule.
	Rule string
	// Actor is who did it: the alternateId, or else the display name or the id; empty when the exported record has none.
	Actor string
	// Address is the address of the client; empty when the exported record has none.
	Address string
	// UUID is the event's uuid; empty when it has none.
	UUID string
}

// What a record has of each of these, the first one that is there. They are the record's when it is exported: a
// configuration may have removed or replaced them.
var (
	uuidAttributes    = []string{"log.record.uid", "okta.uuid"}
	actorAttributes   = []string{"okta.actor.alternate_id", "okta.actor.display_name", "okta.actor.id", "user.name", "user.id"}
	addressAttributes = []string{"client.address", "okta.client.ip_address"}
	keptAttributes    = slices.Concat([]string{"security_rule.name"}, uuidAttributes, actorAttributes, addressAttributes)
)

// quotedList writes texts as elements of a list of OTTL.
func quotedList(list []string) string {
	elements := make([]string, len(list))
	for i, element := range list {
		elements[i] = strconv.Quote(element)
	}
	return strings.Join(elements, ", ")
}

// firstOf returns the first of a record's attributes that is there and not empty.
func firstOf(record plog.LogRecord, names []string) string {
	for _, name := range names {
		if value, ok := record.Attributes().Get(name); ok && value.AsString() != "" {
			return value.AsString()
		}
	}
	return ""
}

// match returns the event of a record, as one that matches a rule.
func (r *Result) match(record plog.LogRecord, rule string) Match {
	m := Match{Rule: rule, Actor: firstOf(record, actorAttributes), Address: firstOf(record, addressAttributes), UUID: firstOf(record, uuidAttributes)}
	if uuid, ok := r.uuids[m.UUID]; ok {
		m.UUID = uuid
	}
	if record.Timestamp() != 0 {
		m.Time = record.Timestamp().AsTime().UTC()
	}
	return m
}

// sortList puts the list in the order of time; those of one time stay in the order in which they came, and what has no
// time comes last.
func (r *Result) sortList() {
	slices.SortStableFunc(r.List, func(a, b Match) int {
		switch {
		case a.Time.IsZero() == b.Time.IsZero():
			return a.Time.Compare(b.Time)
		case a.Time.IsZero():
			return 1
		}
		return -1
	})
}

// timeLayout is how times are written: as Okta does.
const timeLayout = "2006-01-02T15:04:05.000Z"

// when is the time of a match as it is written.
func (m Match) when() string {
	if m.Time.IsZero() {
		return Undated
	}
	return m.Time.Format(timeLayout)
}

// printable returns a value as a terminal shows it. Values are those of whoever tried to sign in, and a terminal acts
// on control characters.
func printable(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(value, ""))
}

// printList writes a line for each match.
func (r *Result) printList(to io.Writer) {
	_, _ = fmt.Fprint(to, "\n") // into memory
	columns := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	row := func(cells ...string) {
		for i, cell := range cells {
			cells[i] = cmp.Or(printable(cell), "-")
		}
		_, _ = fmt.Fprintln(columns, "  "+strings.Join(cells, "\t")) // into memory
	}
	row("time (UTC)", "rule", "actor", "address", "uuid")
	for _, m := range r.List {
		row(m.when(), m.Rule, m.Actor, m.Address, m.UUID)
	}
	_ = columns.Flush() // into memory
}
