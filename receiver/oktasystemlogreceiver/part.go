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

// maxPartBytes is how large a ConsumeLogs call may grow, as OTLP in protobuf: half of the 4 MiB
// that an OTLP receiver over gRPC takes by default.
const maxPartBytes = 2 << 20

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
	var sizer plog.ProtoMarshaler
	logs, records := p.translator.NewLogs()
	made := &part{logs: logs}
	inPart := make(map[checkpoint.ID]struct{}, len(events))
	record := plog.NewLogRecord()
	for size := 0; made.events < len(events); made.events++ {
		raw := events[made.events]
		if size > 0 && size+p.sizeOf(raw) > maxPartBytes {
			break
		}
		event := p.translator.Record(raw, page.Received, record)
		if event.UUID != "" {
			id := checkpoint.IDOf(event.UUID, event.Published)
			_, twice := inPart[id]
			// Each event is delivered once, also when Okta sends it again.
			if twice || p.store.Delivered(id) {
				made.repeated++
				record = plog.NewLogRecord()
				continue
			}
			inPart[id] = struct{}{}
			made.delivers = append(made.delivers, id)
		}
		if event.Odd != "" {
			made.odd++
			p.logger.Debug("An event is odd, it is delivered all the same", zap.String("uuid", event.UUID), zap.String("odd", event.Odd))
		}
		if !event.Published.After(page.Answered) {
			made.newest = latest(made.newest, event.Published)
		} else {
			made.newest = latest(made.newest, page.Answered)
		}
		size += sizer.LogRecordSize(record)
		record.MoveTo(records.AppendEmpty())
	}
	made.records = records.Len()
	return made
}

// sizeOf guesses, from above, how large an event will be as a record: attribute names are longer
// than JSON keys, and the event's text may be in it once or twice.
func (p *poller) sizeOf(raw []byte) int {
	size := 2 * len(raw)
	if p.cfg.Body == bodyOriginal {
		size += len(raw)
	}
	if p.cfg.IncludeLogRecordOriginal {
		size += len(raw)
	}
	return size
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
