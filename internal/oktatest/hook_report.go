// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"slices"
	"time"
)

// HookReport tells what became of one event hook's events so far.
type HookReport struct {
	// ID is the hook's id.
	ID string
	// Name is the hook's name.
	Name string
	// Active and Verified are its status; both must be true for it to be sent events.
	Active, Verified bool
	// Waiting is how many events wait to be sent.
	Waiting int
	// Deliveries is how many messages were begun, retries and repetitions not counted.
	Deliveries int
	// Attempts is how many requests were sent for them, retries and repetitions counted; verifications are not among them.
	Attempts int
	// Delivered and DeliveredEvents are how many messages the endpoint accepted, and the events in them.
	Delivered, DeliveredEvents int
	// Lost and LostEvents are how many messages were given up, and the events in them.
	Lost, LostEvents int
	// Duplicates is how many events and messages were repeated on purpose.
	Duplicates int
	// Statuses are those of the newest attempts, a hundred at most, newest last; 0 stands for no answer.
	Statuses []int
}

func (r *HookReport) note(status int) {
	r.Statuses = append(r.Statuses, status)
	if len(r.Statuses) > statusesKept {
		r.Statuses = slices.Delete(r.Statuses, 0, len(r.Statuses)-statusesKept)
	}
}

// HookUse tells how much of the daily limit of event hooks is used.
type HookUse struct {
	// Began is when the current 24 hours began, on Okta's clock: with the first event after the ones before.
	Began time.Time
	// Events is how many were sent, or queued to be sent, since then.
	Events int
	// Warned is set when they have reached 70 % of the limit, where Okta warns the org's admins.
	Warned bool
	// Over is how many events were not sent because of the limit, since the Org was made.
	Over int
}

// HookReports returns a report on every event hook, in the order of their making.
func (o *Org) HookReports() []HookReport {
	o.mu.Lock()
	defer o.mu.Unlock()
	reports := make([]HookReport, 0, len(o.hooks.hooks))
	for _, h := range o.hooks.hooks {
		report := h.report
		report.ID, report.Name, report.Active, report.Verified, report.Waiting = h.id, h.config.Name, !h.inactive, h.verified, len(h.waiting)
		report.Statuses = slices.Clone(report.Statuses)
		reports = append(reports, report)
	}
	return reports
}

// HookReport returns the report on one event hook; ok is false when there is none with the id.
func (o *Org) HookReport(id string) (report HookReport, ok bool) {
	for _, report := range o.HookReports() {
		if report.ID == id {
			return report, true
		}
	}
	return HookReport{}, false
}

// HookUse returns how much of the daily limit is used.
func (o *Org) HookUse() HookUse {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.hooks.day.use
}
