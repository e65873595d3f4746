// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
)

// maxCallBytes is how large the records of a ConsumeLogs call may be together, as OTLP in protobuf:
// the 4 MiB that an OTLP receiver over gRPC takes by default, less some room for what is around them.
// What counts is the most that each may take, so varied events make calls of half of that.
const maxCallBytes = 4<<20 - 64<<10

// unconfirmedAttribute marks a record that was made of what an event hook said.
const unconfirmedAttribute = "okta.event_hook.unconfirmed"

// call is one call of the pipeline: as many events of a batch as fit into it.
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
}

// newCall translates events from the front of a batch until the call is large enough.
func (h *History) newCall(events [][]byte, b *Batch) *call {
	logs, records := h.set.Translator.NewLogs()
	c := &call{logs: logs, ids: make([]checkpoint.ID, 0, len(events))}
	clear(h.inCall)
	records.EnsureCapacity(len(events))
	record := records.AppendEmpty() // the one that the next event fills
	for size := 0; c.events < len(events); c.events++ {
		event := h.set.Translator.Record(events[c.events], b.Received, record)
		if c.records > 0 && size+event.Size > maxCallBytes {
			break // it is translated again for the next call
		}
		published := event.Published
		if published.After(b.Answered) {
			published = b.Answered
		}
		if published.After(c.newest) {
			c.newest = published
		}
		if event.UUID != "" {
			id := checkpoint.IDOf(event.UUID, event.Published)
			_, twice := h.inCall[id]
			// Each event is delivered once, also when Okta sends it again.
			if twice || h.Delivered(id) {
				c.repeated++
				plog.NewLogRecord().MoveTo(record)
				continue
			}
			h.inCall[id] = struct{}{}
			c.ids = append(c.ids, id)
		}
		if event.Odd != "" {
			c.malformed++
			h.set.Logger.Debug("An event is malformed, it is delivered all the same", zap.String("uuid", event.UUID), zap.String("malformed", event.Odd))
		}
		if b.Source == Unconfirmed {
			record.Attributes().PutBool(unconfirmedAttribute, true)
		}
		record = records.AppendEmpty()
		size += event.Size
		c.records++
	}
	records.RemoveIf(func(r plog.LogRecord) bool { return r == record })
	return c
}
