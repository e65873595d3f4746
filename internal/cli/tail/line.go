// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

// screen is what lines are made for. The zero value is no terminal: no colours, and nothing is cut.
type screen struct {
	colours bool
	width   int // in columns; 0 means that there is no end
	zone    *time.Location
}

// Colours are those of the terminal, which people have set to what they can read.
const (
	dim, bold                = "2", "1"
	red, green, yellow, cyan = "31", "32", "33", "36"
	alarm                    = "1;31"
	timeWidth, severityWidth = 8, 5
	timeLayout, wholeTime    = "15:04:05", "2006-01-02T15:04:05.000Z"
	mark                     = "▲ "
)

func (s screen) paint(colour, text string) string {
	if !s.colours || colour == "" || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// widths are those of the columns between severity and the end of the line.
type widths struct{ kind, actor, target, address, outcome int }

var (
	// whole are the widths that take nearly every event uncut, least those that still say something.
	whole = widths{kind: 35, actor: 26, target: 26, address: 36, outcome: 30}
	least = widths{kind: 20, actor: 13, target: 12, address: 22, outcome: 12}
)

func (w widths) sum() int { return w.kind + w.actor + w.target + w.address + w.outcome }

// share gives each column its part of the width of the terminal.
func (s screen) share() widths {
	const gaps = 6
	room := s.width - timeWidth - severityWidth - gaps
	if s.width == 0 || room >= whole.sum() {
		return whole
	}
	part := func(from, to int) int {
		if room < least.sum() {
			return max(1, room*from/least.sum())
		}
		return from + (room-least.sum())*(to-from)/(whole.sum()-least.sum())
	}
	w := widths{
		kind: part(least.kind, whole.kind), actor: part(least.actor, whole.actor),
		target: part(least.target, whole.target), address: part(least.address, whole.address),
	}
	w.outcome = max(1, room-w.sum())
	return w
}

// line returns the line of an event. On a terminal one more follows for each detection that has marked it; elsewhere,
// where whatever reads it takes lines for events, they are at its end.
func (s screen) line(e event) string {
	var b strings.Builder
	b.WriteString(s.paint(dim, s.clock(e.time)))
	b.WriteByte(' ')
	severity := cut(clean(e.severity), severityWidth)
	b.WriteString(s.paint(severityColour(e.level), pad(severity, severityWidth)))
	b.WriteByte(' ')
	if e.kind == "" {
		b.WriteString(s.rest(clean(e.text), timeWidth+severityWidth+2))
	} else {
		s.columns(&b, e)
	}
	before := "\n" + strings.Repeat(" ", timeWidth+severityWidth+2)
	if s.width == 0 {
		before = "  "
	}
	text := strings.TrimRight(b.String(), " ")
	for _, rule := range e.rules {
		text += before + s.paint(alarm, s.rest(mark+clean(rule), timeWidth+severityWidth+2))
	}
	return text + "\n"
}

func (s screen) columns(b *strings.Builder, e event) {
	w := s.share()
	column := func(text, colour string, to int, shorten func(string, int) string) {
		text = clean(text)
		if s.width > 0 {
			text = shorten(text, to)
		}
		b.WriteString(s.paint(colour, pad(text, to)))
		b.WriteByte(' ')
	}
	column(e.kind, cyan, w.kind, cutType)
	column(e.actor, bold, w.actor, cutName)
	column(e.target, "", w.target, cutName)
	column(join(" ", e.address, e.place), dim, w.address, cutPlace)
	outcome := clean(e.result)
	if outcomeColour(e.result) != green {
		outcome = clean(join(" ", e.result, e.reason))
	}
	if s.width > 0 {
		outcome = cut(outcome, w.outcome)
	}
	b.WriteString(s.paint(outcomeColour(e.result), outcome))
}

// heading stands above the first line of each day and org.
func (s screen) heading(e event) string {
	if s.width == 0 {
		return ""
	}
	said := join("  ", clean(e.org), s.day(e.time))
	if said == "" {
		return ""
	}
	return s.paint(dim, s.rest("── "+said+" ", 0)+strings.Repeat("─", max(0, s.width-length(said)-4))) + "\n"
}

// rest cuts a text that begins at a column to the end of the line.
func (s screen) rest(text string, from int) string {
	if s.width == 0 {
		return text
	}
	return cut(text, max(1, s.width-from))
}

func (s screen) clock(t time.Time) string {
	switch {
	case t.IsZero():
		return pad("-", timeWidth)
	case s.width == 0:
		return t.UTC().Format(wholeTime)
	default:
		return t.In(s.zone).Format(timeLayout)
	}
}

func (s screen) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.zone).Format("Monday, 2 January 2006")
}

func severityColour(level plog.SeverityNumber) string {
	switch {
	case level >= plog.SeverityNumberError:
		return red
	case level >= plog.SeverityNumberWarn:
		return yellow
	default:
		return dim
	}
}

// outcomeColour is for the results that Okta documents; all others are none of success.
func outcomeColour(result string) string {
	switch result {
	case "SUCCESS", "ALLOW":
		return green
	case "FAILURE", "DENY":
		return red
	default:
		return yellow
	}
}
