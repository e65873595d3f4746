// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"cmp"
	"sort"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// page is what one request gets.
type page struct {
	events  []entry
	hasNext bool
	cursor  string // of the next page; empty repeats the query without one
}

// maxScans bounds the memory of how far filtered queries have looked.
const maxScans = 1024

// poll returns the next page of a polling query: in persistence order, without end.
func (o *Org) poll(q *query, now time.Time) (page, *apierror.Error) {
	o.mu.Lock()
	events := o.journal.visible(now)
	at, millisecond, refused := o.pollingStart(events, q)
	key := scanKey{q.terms, q.after}
	// A filtered query whose last page was empty stands on the same cursor again; what it has looked at it need not
	// look at twice.
	from := max(at, o.scans[key])
	o.mu.Unlock()
	if refused != nil {
		return page{}, refused
	}
	found, last, scanned := o.scan(events, from, q, now)

	o.mu.Lock()
	defer o.mu.Unlock()
	if len(found) > 0 {
		delete(o.scans, key)
		millisecond = millisecondOf(events[last])
		return page{found, true, o.cursors.issue(pollingCursor(events, last+1, millisecond))}, nil
	}
	p := page{hasNext: !o.opts.OmitNextWhenEmpty, cursor: q.after}
	if q.after == "" && !o.opts.NoCursorWhenFirstIsEmpty {
		p.cursor = pollingCursor(events, at, millisecond)
		key.cursor = p.cursor
	}
	switch {
	case q.matches == nil || scanned == from:
	case o.opts.MoveWhenEmpty && !q.seesNothing:
		p.cursor, p.hasNext = pollingCursor(events, scanned, millisecondOf(events[scanned-1])), true
	case key.cursor != "":
		o.rememberScan(key, scanned)
	}
	o.cursors.issue(p.cursor)
	return p, nil
}

// pollingStart returns where a polling query goes on, and the millisecond a cursor for that place has. It needs the
// lock.
func (o *Org) pollingStart(events []entry, q *query) (at int, millisecond int64, refused *apierror.Error) {
	if q.after == "" {
		// Persistence time, not published: a delayed event is later in the log however old it says it is.
		return firstPersisted(events, q.since.UnixNano()), max(0, q.since.UnixMilli()), nil
	}
	if refused := o.checkCursor(q.after); refused != nil {
		return 0, 0, refused
	}
	at, millisecond, ok := resolvePolling(events, q.after, o.opts.AdoptCursors)
	if !ok {
		return 0, 0, apierror.BadCursor(o.opts.BadCursorCode)
	}
	return at, millisecond, nil
}

func (o *Org) rememberScan(key scanKey, scanned int) {
	if len(o.scans) >= maxScans {
		clear(o.scans)
	}
	o.scans[key] = scanned
}

// scan collects a page from events[from:]. last is the index of the last event found; scanned is where looking ended.
func (o *Org) scan(events []entry, from int, q *query, now time.Time) (found []entry, last, scanned int) {
	retained := o.retainedFrom(now)
	end := len(events)
	if q.matches != nil && o.opts.ScanLimit > 0 {
		end = min(end, from+o.opts.ScanLimit)
	}
	limit := q.limit
	if o.opts.MaxPage > 0 {
		limit = min(limit, o.opts.MaxPage)
	}
	i := from
	for ; i < end && len(found) < limit; i++ {
		// Retention goes by published, also for polling (Okta, System Log query reference).
		if events[i].published < retained || q.matches != nil && !q.matches(events[i].json) {
			continue
		}
		found, last = append(found, events[i]), i
	}
	return found, last, i
}

// window returns the next page of a bounded query: by published time, finite, and without the events that are not
// persisted yet.
func (o *Org) window(q *query, now time.Time) (page, *apierror.Error) {
	o.mu.Lock()
	events := o.journal.visible(now)
	order := o.journal.byPublished()
	start, refused := o.windowStart(events, order, q)
	o.mu.Unlock()
	if refused != nil {
		return page{}, refused
	}
	p, last := o.collect(events, order, start, q, now)
	if p.hasNext {
		o.mu.Lock()
		defer o.mu.Unlock()
		p.cursor = o.cursors.issue(boundedCursor(events[last], last))
		o.cursors.bounded[p.cursor] = last
	}
	return p, nil
}

// windowStart returns the place in order of the first candidate of the page. It needs the lock.
func (o *Org) windowStart(events []entry, order []int32, q *query) (int, *apierror.Error) {
	firstAt := func(t time.Time) int {
		return sort.Search(len(order), func(i int) bool { return events[order[i]].published >= t.UnixNano() })
	}
	if q.after == "" {
		if q.descending {
			return firstAt(q.until) - 1, nil
		}
		return firstAt(q.since), nil
	}
	if refused := o.checkCursor(q.after); refused != nil {
		return 0, refused
	}
	index, ok := o.cursors.bounded[q.after]
	if !ok {
		return 0, apierror.BadCursor(o.opts.BadCursorCode)
	}
	place := sort.Search(len(order), func(i int) bool { return o.journal.comparePublished(order[i], index) >= 0 })
	if q.descending {
		return place - 1, nil
	}
	return place + 1, nil
}

// collect gathers the page that begins at start. It looks one match further, to know whether there is a next page.
func (o *Org) collect(events []entry, order []int32, start int, q *query, now time.Time) (p page, last int32) {
	step := 1
	if q.descending {
		step = -1
	}
	limit := q.limit
	if o.opts.MaxPage > 0 {
		limit = min(limit, o.opts.MaxPage)
	}
	since, until := max(q.since.UnixNano(), o.retainedFrom(now)), q.until.UnixNano()
	for i := start; i >= 0 && i < len(order); i += step {
		event := events[order[i]]
		if event.published < since && q.descending || event.published >= until && !q.descending {
			break
		}
		if event.published < since || event.published >= until || q.matches != nil && !q.matches(event.json) {
			continue
		}
		if len(p.events) == limit {
			p.hasNext = true
			break
		}
		p.events, last = append(p.events, event), order[i]
	}
	return p, last
}

// retainedFrom returns the published time (nanoseconds since 1970) from which on events are kept.
func (o *Org) retainedFrom(now time.Time) int64 {
	if o.opts.Retention < 0 {
		return -1 << 63
	}
	return now.Add(-o.opts.Retention).UnixNano()
}

// RefusePositions makes the Org refuse every cursor handed out so far with 400 and the given Okta error code (empty:
// fault.DefaultPositionCode). Cursors handed out from now on work, even where they happen to name the same place.
func (o *Org) RefusePositions(code string) {
	code = cmp.Or(code, fault.DefaultPositionCode)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cursors.refusing, o.cursors.refusedCode = true, code
	o.cursors.issued = map[string]struct{}{}
}

// checkCursor returns the answer to a cursor that is no longer good, or nil. It needs the lock.
func (o *Org) checkCursor(cursor string) *apierror.Error {
	if o.cursors.refused(cursor) {
		return apierror.BadCursor(o.cursors.refusedCode)
	}
	return nil
}
