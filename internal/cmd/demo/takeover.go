// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// takeover is what happened to whom.
type takeover struct {
	User, Login            string
	Address, City, Country string
	At                     time.Time
	Names, Pushes          int
	Marks                  []mark
}

// mark is something on the timeline: an event that detections have marked, or several that make an alert together.
type mark struct {
	Time   time.Time
	Until  time.Time `json:",omitzero"`
	Rules  []string
	Text   string
	Actor  string
	About  string
	Place  string
	UUID   string
	Alert  bool // of a window, which Prometheus judges by examples/detections-alerts.yaml
	Result string
}

const (
	highRisk   = "High-risk sign-in"
	reportedIt = "User reported suspicious activity"
	// The window and the thresholds are those of OktaPasswordSpray and OktaPushBombing in examples/detections-alerts.yaml.
	window                = 10 * time.Minute
	moreNames, morePushes = 15, 5
)

// findTakeover looks for the newest sign-in with high risk that succeeded, and for all that came from its address. It
// returns nil where there is none.
func findTakeover(events []event) *takeover {
	at := -1
	for i, e := range events {
		if e.kind == "user.session.start" && e.result == "SUCCESS" && e.hasRule(highRisk) && e.address != "" {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	in := events[at]
	t := &takeover{User: in.actor, Login: in.login, Address: in.address, City: in.city, Country: in.country, At: in.time}
	for _, e := range events {
		if len(e.rules) > 0 && t.has(e) {
			t.Marks = append(t.Marks, mark{Time: e.time, Rules: e.rules, Text: e.message, Actor: e.actor, About: e.about(), Place: e.place(), UUID: e.uuid, Result: e.result})
		}
	}
	t.addSpray(events)
	t.addBombing(events)
	slices.SortStableFunc(t.Marks, func(x, y mark) int { return x.Time.Compare(y.Time) })
	return t
}

// byIntruder reports whether the event came from the intruder's address.
func (t *takeover) byIntruder(e event) bool { return t != nil && e.address == t.Address }

// has reports whether the event is a part of it: it came from the address, or the user has reported it.
func (t *takeover) has(e event) bool {
	return t.byIntruder(e) || t != nil && e.login == t.Login && e.hasRule(reportedIt) && !e.time.Before(t.At)
}

// query finds the same in VictoriaLogs.
func (t *takeover) query() string {
	return fmt.Sprintf(`client.address:=%s or (okta.actor.alternate_id:=%s security_rule.name:%s)`,
		strconv.Quote(t.Address), strconv.Quote(t.Login), strconv.Quote(reportedIt)) +
		" | fields _time, okta.event_type, okta.actor.alternate_id, okta.outcome.result, security_rule.name | sort by (_time)"
}

// addSpray marks failed sign-ins under many names.
func (t *takeover) addSpray(events []event) {
	failed := burst(events, func(e event) bool {
		return t.byIntruder(e) && e.kind == "user.session.start" && e.result == "FAILURE"
	})
	names := map[string]bool{}
	for _, e := range failed {
		names[e.login] = true
	}
	if t.Names = len(names); t.Names > moreNames {
		t.Marks = append(t.Marks, t.alert("Password spray", failed, fmt.Sprintf("Failed sign-ins under %d names", t.Names)))
	}
}

// addBombing marks pushes to the user.
func (t *takeover) addBombing(events []event) {
	sent := burst(events, func(e event) bool {
		return t.byIntruder(e) && e.kind == "system.push.send_factor_verify_push" && e.isTo(t.Login)
	})
	if t.Pushes = len(sent); t.Pushes > morePushes {
		t.Marks = append(t.Marks, t.alert("MFA push bombing", sent, fmt.Sprintf("%d pushes to one user", t.Pushes)))
	}
}

// burst returns the events that are in the window with the most of them.
func burst(events []event, wanted func(event) bool) (most []event) {
	var found []event
	for _, e := range events {
		if wanted(e) {
			found = append(found, e)
		}
	}
	for from, to := 0, 0; to < len(found); to++ {
		for found[to].time.Sub(found[from].time) > window {
			from++
		}
		if to-from >= len(most) {
			most = found[from : to+1]
		}
	}
	return most
}

func (t *takeover) alert(name string, of []event, text string) mark {
	about := t.User
	if strings.Contains(text, "names") {
		about = strconv.Itoa(t.Names) + " users"
	}
	return mark{
		Time: of[0].time, Until: of[len(of)-1].time, Rules: []string{name}, Text: text,
		Actor: t.Address, About: about, Place: of[0].place(), UUID: of[0].uuid, Alert: true,
	}
}
