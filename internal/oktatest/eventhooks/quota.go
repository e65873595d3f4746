// SPDX-License-Identifier: Apache-2.0

package eventhooks

import "time"

// hookQuota counts the events of 24 hours (Okta, event hook limits: "applicable events").
type hookQuota struct {
	began  time.Time // with the first event after the 24 hours before
	events int
}

// take counts an event and reports whether it may still be sent.
func (q *hookQuota) take(now time.Time, limit int) bool {
	if q.began.IsZero() || now.Sub(q.began) >= hookDay {
		*q = hookQuota{began: now}
	}
	if limit >= 0 && q.events >= limit {
		return false
	}
	q.events++
	return true
}
