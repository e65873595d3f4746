// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// rangeCounts are what is counted of ranges.
var rangeCounts = []string{
	"ranges ended", "ranges that were waited for", "ranges resumed", "ranges confirmed again", "ranges ended in an earlier process",
	"events of ranges that are persisted late",
}

// reading is a range that a node's receiver reads. The node's lock guards it.
type reading struct {
	from, to    time.Time         // on Okta's clock; from is zero for the oldest event
	began       time.Time         // when the first page was asked for; zero before
	timeIsWrong bool              // answers have told a wrong time
	confirmed   int               // how often it was asked whether that was all
	endedBy     *process          // that has told first that it has ended; nil before
	other       map[string][]byte // the history of another receiver in the same storage
}

// beginRange makes the range one of the org's clock, and the events that lie in it and around it.
func (n *node) beginRange() {
	set, now := n.setup.reads, n.org.Now()
	n.reading.from, n.reading.to = now.Add(set.from).UTC(), now.Add(set.to).UTC()
	if set.oldest {
		n.reading.from = time.Time{}
	}
	// Some at the very times that bound the range.
	const parts = 10
	first, last := -set.from+40*time.Minute, max(0, -set.to-40*time.Minute)
	for part := range parts {
		ago := first - (first-last)*time.Duration(part)/parts
		switch {
		case part == 1 && set.from < 0:
			ago = -set.from
		case part == parts-1 && set.to < 0:
			ago = -set.to
		}
		n.appendEvents(n.setup.backlog/parts, 30*time.Minute, ago)
	}
	if set.beside {
		n.storeOther()
	}
}

// storeOther stores the history of a receiver that follows the log and has delivered all that has happened.
func (n *node) storeOther() {
	memory := checkpoint.NewMemory()
	store, err := checkpoint.Open(context.Background(), memory, n.hosts.org, zap.NewNop())
	if err != nil {
		panic(err)
	}
	now := n.org.Now()
	delivered := checkpoint.Delivered{Newest: now, Answered: now}
	for _, e := range n.log() {
		delivered.IDs = append(delivered.IDs, checkpoint.IDOf(e.uuid, e.published))
	}
	query := okta.Query{PageSize: n.query.pageSize}
	at := checkpoint.Position{
		Query: query.Fingerprint(), Next: query.Since(now).String(), Start: now.Add(-24 * time.Hour), Newest: now, Answered: now,
	}
	if err := store.Commit(context.Background(), at, delivered, checkpoint.KeepAll()); err != nil {
		panic(err)
	}
	n.reading.other = map[string][]byte{}
	err = memory.(storage.Walker).Walk(context.Background(), func(key string, value []byte) ([]*storage.Operation, error) {
		n.reading.other[key] = bytes.Clone(value)
		return nil, nil
	})
	if err != nil {
		panic(err)
	}
	maps.Copy(n.disk.values, n.reading.other)
}

// configureRange makes the receiver read its range.
func (n *node) configureRange(cfg *oktasystemlogreceiver.Config) {
	cfg.StartAt, cfg.EndAt = "beginning", n.reading.to.Format(time.RFC3339Nano)
	if !n.reading.from.IsZero() {
		cfg.StartAt = n.reading.from.Format(time.RFC3339Nano)
	}
}

// storedOfRange is what is stored of the range of a host below a key that ends so, nil while nothing is. It needs the
// lock.
func (n *node) storedOfRange(host, key string) []byte {
	for stored, value := range n.disk.values {
		if strings.HasPrefix(stored, "replay/"+host+"/") && strings.HasSuffix(stored, key) {
			return value
		}
	}
	return nil
}

// noteResumed counts a process that starts in the midst of its range. It needs the lock.
func (n *node) noteResumed() {
	if n.setup.reads.on && n.reading.endedBy == nil && n.storedOfRange(n.hosts.org, "/position") != nil {
		n.coverage.add("ranges resumed", 1)
	}
}

// noteRangeRequest notes and checks a request of a receiver that reads a range. It needs the lock.
func (n *node) noteRangeRequest(p *process, r *http.Request) {
	if !n.setup.reads.on || r.URL.Host != n.hosts.org {
		return
	}
	n.checkRest(p, r)
	params := r.URL.Query()
	if !params.Has("until") || params.Get("limit") == "1" {
		return // that is the connection check, or the time
	}
	if params.Get("sortOrder") == "DESCENDING" {
		n.reading.confirmed++
	}
	if n.reading.began.IsZero() {
		n.reading.began = time.Now()
		n.checkBegan()
	}
}

// noteEnded notes what the component's status tells of the range. It needs the lock.
func (p *process) noteEnded(event *componentstatus.Event) {
	n := p.node
	if !n.setup.reads.on || p.ended || p.orgURL.host != n.hosts.org {
		return
	}
	value, _ := event.Attributes().Get(telemetry.ReplayAttribute)
	p.rangeEnded = event.Status() == componentstatus.StatusOK && value.Str() == telemetry.ReplayEnded
	switch {
	case !p.rangeEnded:
	case n.reading.endedBy == nil:
		n.reading.endedBy = p
		n.coverage.add("ranges ended", 1)
		if n.reading.confirmed > 1 {
			n.coverage.add("ranges confirmed again", 1)
		}
		n.checkEnded()
	case n.reading.endedBy != p:
		n.coverage.add("ranges ended in an earlier process", 1)
	}
}
