// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"net/http"
	"slices"
)

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
	every  recurring
}

// Add queues faults. Each is used up by one request, in order.
func (q *Queue) Add(faults ...Fault) { q.queued = append(q.queued, faults...) }

// Always makes every request meet the fault when no queued one comes first.
func (q *Queue) Always(fault Fault) { q.always = &fault }

// Every makes each n-th request meet one of the faults, in order and again from the first, when no queued one comes
// first. A request that the next fault is not for meets the one after that; where none is for it, the request after it
// meets one.
func (q *Queue) Every(n int, faults ...Fault) { q.every = recurring{every: n, faults: faults} }

// Len returns how many queued faults were not met yet.
func (q *Queue) Len() int { return len(q.queued) }

// Pending returns the fault that this request meets, or nil, and what uses it up.
func (q *Queue) Pending(r *http.Request) (fault *Fault, use func()) {
	if len(q.queued) > 0 && q.queued[0].meets(r) {
		fault := q.queued[0]
		return &fault, func() { q.queued = q.queued[1:] }
	}
	if fault, use := q.every.pending(r); fault != nil {
		return fault, use
	}
	if q.always != nil && q.always.meets(r) {
		return q.always, q.every.count
	}
	return nil, q.every.count
}

// recurring is faults that come back.
type recurring struct {
	every, seen int
	faults      []Fault
}

// count notes a request that met none of the faults.
func (x *recurring) count() { x.seen++ }

// pending returns the fault that this request meets, or nil, and what uses it up.
func (x *recurring) pending(r *http.Request) (fault *Fault, use func()) {
	if x.every < 1 || x.seen+1 < x.every {
		return nil, nil
	}
	for i := range x.faults {
		met := x.faults[i]
		if !met.meets(r) {
			continue
		}
		return &met, func() {
			// The ones that were passed over keep their place at the front.
			x.faults = append(append(slices.Clone(x.faults[:i]), x.faults[i+1:]...), met)
			x.seen = 0
		}
	}
	return nil, nil
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
