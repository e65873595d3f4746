// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

const (
	// maxCallBytes is how large the records of a ConsumeLogs call may be together, as OTLP in protobuf:
	// the 4 MiB that an OTLP receiver over gRPC takes by default, less some room for what is around them.
	// What counts is the most that each may take, so varied events make calls of half of that.
	maxCallBytes = 4<<20 - 64<<10
	// heldAfter is how long a call may last until it is reported that the pipeline holds it.
	heldAfter = 30 * time.Second
)

// unconfirmedAttribute marks a record that was made of what an event hook said.
const unconfirmedAttribute = "okta.event_hook.unconfirmed"

// call is one call of the pipeline: some events of a batch.
type call struct {
	logs plog.Logs
	// events is how many events of the batch it stands for, delivered before or not.
	events int
	// records is how many records logs holds; after ConsumeLogs, logs is no longer ours to ask.
	records int
	// ids name the events in logs, but for those that have no uuid.
	ids []checkpoint.ID
	// newest is the newest published time, never later than Okta's clock was: a published time in
	// the future must not become the time that a rewind begins at.
	newest time.Time
	// repeated and malformed count events that were delivered before, and that something is wrong with.
	repeated, malformed int
	// first is the index of the event that the first record was made of, and name what it is named by.
	first int
	name  eventName
}

// eventName is what an event is named by in a log line.
type eventName struct {
	uuid, eventType string
	published       time.Time
}

func (n eventName) fields() []zap.Field {
	return []zap.Field{zap.String("uuid", n.uuid), zap.String("event_type", n.eventType), zap.Time("published", n.published)}
}

// newCall translates events from the front of a list until the call is large enough.
func (h *History) newCall(events [][]byte, b *Batch) *call {
	logs, records := h.set.Translator.NewLogs()
	c := &call{logs: logs, ids: make([]checkpoint.ID, 0, len(events))}
	clear(h.inCall)
	records.EnsureCapacity(len(events))
	record := records.AppendEmpty() // the one that the next event fills
	for size := 0; c.events < len(events); c.events++ {
		event := h.set.Translator.RecordOf(b.Tapes, events[c.events], b.Received, record)
		if c.records > 0 && size+event.Size > maxCallBytes {
			break // it is translated again for the next call
		}
		published := event.Published
		if published.After(b.Answered) {
			published = b.Answered
		}
		c.newest = latest(c.newest, published)
		if event.UUID != "" {
			id := checkpoint.IDOf(event.UUID, event.Published)
			_, twice := h.inCall[id]
			// Each event is delivered once, also when Okta sends it again.
			if twice || h.Delivered(id) {
				c.repeated += h.sentAgain(id)
				plog.NewLogRecord().MoveTo(record)
				continue
			}
			h.inCall[id] = struct{}{}
			c.ids = append(c.ids, id)
		}
		if event.Malformed != "" {
			c.malformed++
			h.set.Logger.Debug("An event is malformed, it is delivered all the same", zap.String("uuid", event.UUID), zap.String("malformed", event.Malformed))
		}
		if b.Source == Unconfirmed {
			record.Attributes().PutBool(unconfirmedAttribute, true)
		}
		if c.records == 0 {
			c.first, c.name = c.events, eventName{uuid: event.UUID, published: event.Published}
			if eventType, found := record.Attributes().Get("okta.event_type"); found {
				c.name.eventType = eventType.AsString()
			}
		}
		record = records.AppendEmpty()
		size += event.Size
		c.records++
	}
	records.RemoveIf(func(r plog.LogRecord) bool { return r == record })
	return c
}

// sentAgain is 1 for a delivered event that Okta has sent again, and 0 for one of this page that was
// delivered ahead of it.
func (h *History) sentAgain(id checkpoint.ID) int {
	if _, ahead := h.ahead[id]; ahead {
		delete(h.ahead, id)
		return 0
	}
	return 1
}

// consume calls the pipeline; a call without records is none.
func (h *History) consume(ctx context.Context, c *call) error {
	if c.records == 0 {
		return nil
	}
	defer h.watchCall()()
	ctx = h.set.ObsReport.StartLogsOp(ctx)
	err := h.set.Consumer.ConsumeLogs(ctx, c.logs)
	h.set.ObsReport.EndLogsOp(ctx, format, c.records, err)
	return err
}

// watchCall reports a call that the pipeline holds, until the returned function is called: in the log once,
// in the component's status again and again.
func (h *History) watchCall() (done func()) {
	began := time.Now()
	h.set.Metrics.CallBegan(began)
	var (
		mu    sync.Mutex // guards the others
		ended bool
		timer *time.Timer
	)
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(heldAfter, func() {
		mu.Lock()
		defer mu.Unlock()
		if ended {
			return
		}
		err := fmt.Errorf("the call has not returned for %s", time.Since(began).Round(time.Second))
		h.set.Health.Held("the pipeline holds a delivery",
			"The pipeline has held a delivery for a while, nothing else is delivered meanwhile: check its exporters, which may be retrying inside, and what is behind them", err)
		timer.Reset(heldAfter)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		ended = true
		timer.Stop()
		h.set.Metrics.CallEnded()
	}
}

// markDelivered notes the events of a call that the pipeline has accepted, or that were given up.
func (h *History) markDelivered(c *call, b *Batch) {
	if b.Source == Announced {
		// Counted with what became of them, so that a delivery that Okta repeats counts once.
		h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsReceived, c.events)
	}
	h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsRepeated, c.repeated)
	h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsMalformed, c.malformed)
	h.pending.Add(c.newest, b.Answered, c.ids...)
	if len(c.ids) > 0 {
		h.brought = append(h.brought, c.ids)
	}
}

// accepted notes a call that the pipeline has accepted.
func (h *History) accepted(c *call, b *Batch) {
	h.set.Health.Succeeded(telemetry.Delivering)
	h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsDelivered, c.records)
	h.markDelivered(c, b)
}
