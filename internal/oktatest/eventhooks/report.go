// SPDX-License-Identifier: Apache-2.0

package eventhooks

import "slices"

// Report tells what became of one event hook's events so far.
type Report struct {
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
	// Attempts is how many requests were sent for them, retries and repetitions counted; verifications are not among
	// them.
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

func (r *Report) note(status int) {
	r.Statuses = append(r.Statuses, status)
	if len(r.Statuses) > statusesKept {
		r.Statuses = slices.Delete(r.Statuses, 0, len(r.Statuses)-statusesKept)
	}
}
