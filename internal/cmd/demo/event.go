// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"slices"
	"time"
)

// event is a row that was understood.
type event struct {
	time                time.Time
	uuid, kind, message string
	result              string
	actor, login        string
	address             string
	city, country       string
	targets             []target
	rules               []string
}

type target struct {
	ID          string `json:"id"`
	Type        string `json:"type"`
	AlternateID string `json:"alternate_id"`
	DisplayName string `json:"display_name"`
}

func (t target) name() string { return firstSaid(t.DisplayName, t.AlternateID, t.ID) }

// eventOf reads a row. What can't be read of it is left out.
func eventOf(r row) event {
	e := event{
		uuid: r["log.record.uid"], kind: r["okta.event_type"], message: r["_msg"], result: r["okta.outcome.result"],
		actor: firstSaid(r["okta.actor.display_name"], r["okta.actor.alternate_id"], r["okta.actor.id"]), login: r["okta.actor.alternate_id"],
		address: r["client.address"], city: r["geo.locality.name"], country: r["okta.client.geographical_context.country"],
	}
	e.time, _ = time.Parse(time.RFC3339Nano, r["_time"])
	_ = json.Unmarshal([]byte(r["security_rule.name"]), &e.rules)
	_ = json.Unmarshal([]byte(r["okta.target"]), &e.targets)
	return e
}

// about is whom or what the event is about beside the one who acts.
func (e event) about() string {
	for _, t := range e.targets {
		if t.AlternateID != e.login && t.Type != "AppUser" && t.Type != "AuthenticatorEnrollment" {
			return t.name()
		}
	}
	return ""
}

// isTo reports whether a user is a target of the event.
func (e event) isTo(login string) bool {
	return slices.ContainsFunc(e.targets, func(t target) bool { return t.Type == "User" && t.AlternateID == login })
}

// place is where it came from.
func (e event) place() string {
	if e.city == "" || e.country == "" {
		return e.city + e.country
	}
	return e.city + ", " + e.country
}

// firstSaid returns the first text that says something.
func firstSaid(texts ...string) string {
	for _, text := range texts {
		if text != "" && text != "unknown" {
			return text
		}
	}
	return ""
}

func (e event) hasRule(name string) bool {
	return slices.Contains(e.rules, name)
}
