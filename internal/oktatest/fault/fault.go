// SPDX-License-Identifier: Apache-2.0

package fault

import "net/http"

// Fault is something that goes wrong with one answer. The constructors make the known ones; a test may make its own.
type Fault struct {
	// Name is shown in Request.Fault.
	Name string
	// Serve answers in the org's place. answer is what the org would have said; Serve may call it, with a writer of its
	// own, or not at all. To break the connection it panics with http.ErrAbortHandler. Required.
	Serve func(w http.ResponseWriter, r *http.Request, answer http.Handler)
	// Meets says which requests the fault is for; the others are answered as if it were not there, and do not use it
	// up. Nil means all.
	Meets func(r *http.Request) bool
	// Free faults do not count against the rate limit.
	Free bool
}

func (f Fault) meets(r *http.Request) bool { return f.Meets == nil || f.Meets(r) }

// Queue is the faults that the requests to one endpoint meet. The zero value holds none. It is not safe for concurrent
// use.
type Queue struct {
	queued []Fault
	always *Fault
}

// Add queues faults. Each is used up by one request, in order.
func (q *Queue) Add(faults ...Fault) { q.queued = append(q.queued, faults...) }

// Always makes every request meet the fault when no queued one comes first.
func (q *Queue) Always(fault Fault) { q.always = &fault }

// Len returns how many queued faults were not met yet.
func (q *Queue) Len() int { return len(q.queued) }

// Pending returns the fault that this request meets, or nil, and what uses it up.
func (q *Queue) Pending(r *http.Request) (fault *Fault, use func()) {
	if len(q.queued) > 0 && q.queued[0].meets(r) {
		fault := q.queued[0]
		return &fault, func() { q.queued = q.queued[1:] }
	}
	if q.always != nil && q.always.meets(r) {
		return q.always, func() {}
	}
	return nil, func() {}
}

// Together makes one request meet several faults: the first is outermost, and sees what the others have made of the
// answer.
func Together(faults ...Fault) Fault {
	together := faults[len(faults)-1]
	for i := len(faults) - 2; i >= 0; i-- {
		outer, inner := faults[i], together
		together = Fault{
			Name:  outer.Name + "+" + inner.Name,
			Free:  outer.Free || inner.Free,
			Meets: func(r *http.Request) bool { return outer.meets(r) && inner.meets(r) },
			Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
				outer.Serve(w, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.Serve(w, r, answer) }))
			},
		}
	}
	return together
}
