// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"net/url"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

// maxPartBytes is how large the records of a ConsumeLogs call may be together, as OTLP in protobuf:
// the 4 MiB that an OTLP receiver over gRPC takes by default, less some room for what is around them.
// What counts is the most that each may take, so varied events make calls of half of that.
const maxPartBytes = 4<<20 - 64<<10

// part is as many events of a page as fit into one ConsumeLogs call.
type part struct {
	logs plog.Logs
	// events is how many events of the page it stands for, delivered before or not.
	events int
	// records is how many records logs holds; after ConsumeLogs, logs is no longer ours to ask.
	records int
	// delivers names the events in logs, but for those that have no uuid.
	delivers []checkpoint.ID
	// newest is the newest published time, never later than Okta's clock was: a published time in
	// the future must not become the time that a fall-back begins at.
	newest time.Time
	// repeated and odd count events that were delivered before, and that something is wrong with.
	repeated, odd int
}

// makePart translates events from the front of a page until the part is large enough.
func (p *poller) makePart(events [][]byte, page *okta.Page) *part {
	logs, records := p.translator.NewLogs()
	made := &part{logs: logs, delivers: make([]checkpoint.ID, 0, len(events))}
	clear(p.inPart)
	records.EnsureCapacity(len(events))
	record := records.AppendEmpty() // the one that the next event fills
	for size := 0; made.events < len(events); made.events++ {
		event := p.translator.Record(events[made.events], page.Received, record)
		if made.records > 0 && size+event.Size > maxPartBytes {
			break // it is translated again for the next part
		}
		made.newest = latest(made.newest, earlier(event.Published, page.Answered))
		if event.UUID != "" {
			id := checkpoint.IDOf(event.UUID, event.Published)
			_, twice := p.inPart[id]
			// Each event is delivered once, also when Okta sends it again.
			if twice || p.store.Delivered(id) {
				made.repeated++
				plog.NewLogRecord().MoveTo(record)
				continue
			}
			p.inPart[id] = struct{}{}
			made.delivers = append(made.delivers, id)
		}
		if event.Odd != "" {
			made.odd++
			p.logger.Debug("An event is odd, it is delivered all the same", zap.String("uuid", event.UUID), zap.String("odd", event.Odd))
		}
		if p.unconfirmed {
			record.Attributes().PutBool(unconfirmedAttribute, true)
		}
		record = records.AppendEmpty()
		size += event.Size
		made.records++
	}
	records.RemoveIf(func(r plog.LogRecord) bool { return r == record })
	return made
}

func newTranslator(cfg *Config, org *url.URL, set receiver.Settings) *translate.Translator {
	resource := metadata.NewResourceBuilder(cfg.ResourceAttributes)
	resource.SetOktaOrgDomain(org.Hostname())
	resource.SetServiceName("okta")
	return translate.New(translate.Options{
		Resource:        resource.Emit(),
		ScopeName:       metadata.ScopeName,
		ScopeVersion:    set.BuildInfo.Version,
		BodyOriginal:    cfg.Body == bodyOriginal,
		IncludeOriginal: cfg.IncludeLogRecordOriginal,
	})
}
