// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"slices"
	"time"
)

// answer is what the page shows.
type answer struct {
	Org      string
	Events   int
	Takeover *takeover
	// Others is how many events detections have marked that are not part of it.
	Others    int
	Countries []bar
	Failures  []bin
	Targets   []bar
	Links     links
	Now       time.Time
}

// bar is one of several amounts: those of the intruder, and all others.
type bar struct {
	Name     string
	Intruder int
	Usual    int
}

// bin is what failed in a part of the day.
type bin struct {
	From     time.Time
	Intruder int
	Usual    int
}

// links lead to VictoriaLogs' own page, with the query ready.
type links struct {
	All, Takeover, Others, Failures string
}

const (
	// binWidth is that of the bars of failures: 48 of them are a day.
	binWidth = 30 * time.Minute
	// mostBars is how many countries and targets are shown.
	mostBars = 7
)

// newAnswer makes the answer of a day's events.
func newAnswer(rows []row, now time.Time, link func(query, view string) string) answer {
	a := answer{Events: len(rows), Now: now, Links: links{
		All: link("*", "table"), Others: link(`security_rule.name:*`, "table"), Failures: link(`okta.outcome.result:in(FAILURE, DENY)`, "table"),
	}}
	events := make([]event, len(rows))
	for i, r := range rows {
		events[i] = eventOf(r)
		a.Org = cmp.Or(r["okta.org.domain"], a.Org)
	}
	a.Takeover = findTakeover(events)
	if a.Takeover != nil {
		a.Links.Takeover = link(a.Takeover.query(), "table")
	}
	for _, e := range events {
		if len(e.rules) > 0 && !a.Takeover.has(e) {
			a.Others++
		}
	}
	a.Countries, a.Targets = a.countries(events), a.targets(events)
	a.Failures = a.failures(events, now)
	return a
}

// countries counts successful sign-ins.
func (a answer) countries(events []event) []bar {
	counted := counter{}
	for _, e := range events {
		if e.kind == "user.session.start" && e.result == "SUCCESS" && e.country != "" {
			counted.add(e.country, a.Takeover.byIntruder(e))
		}
	}
	return counted.most()
}

// targets counts what events are about, beside who acts.
func (a answer) targets(events []event) []bar {
	counted := counter{}
	for _, e := range events {
		if name := e.about(); name != "" {
			counted.add(name, a.Takeover.byIntruder(e))
		}
	}
	return counted.most()
}

// failures counts what was refused, in parts of the day that end now.
func (a answer) failures(events []event, now time.Time) []bin {
	const bins = int(24 * time.Hour / binWidth)
	first := now.Truncate(binWidth).Add(-time.Duration(bins-1) * binWidth)
	counted := make([]bin, bins)
	for i := range counted {
		counted[i].From = first.Add(time.Duration(i) * binWidth)
	}
	for _, e := range events {
		if e.time.Before(first) || e.result != "FAILURE" && e.result != "DENY" {
			continue
		}
		at := &counted[min(int(e.time.Sub(first)/binWidth), bins-1)]
		if a.Takeover.byIntruder(e) {
			at.Intruder++
		} else {
			at.Usual++
		}
	}
	return counted
}

// counter counts by name.
type counter map[string]*bar

func (c counter) add(name string, byIntruder bool) {
	if c[name] == nil {
		c[name] = &bar{Name: name}
	}
	if byIntruder {
		c[name].Intruder++
	} else {
		c[name].Usual++
	}
}

// most returns the largest, and always the ones in which the intruder has the most part.
func (c counter) most() []bar {
	all := []bar{}
	for _, b := range c {
		all = append(all, *b)
	}
	slices.SortFunc(all, func(x, y bar) int {
		return cmp.Or(y.Intruder-x.Intruder, y.Usual-x.Usual, cmp.Compare(x.Name, y.Name))
	})
	return all[:min(len(all), mostBars)]
}
