// SPDX-License-Identifier: Apache-2.0

package oktatest

import "slices"

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
