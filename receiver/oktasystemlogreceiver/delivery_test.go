// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

var errBusy = errors.New("queue is full")

func TestConsumerThatRefusesForAWhileLosesAndRepeatsNothing(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(100, time.Hour)
		w.sink.refuses(func(_ context.Context, call int) error {
			if call%7 != 0 {
				return errBusy
			}
			return nil
		})
		w.start()
		for range 20 {
			w.happen(3)
			w.wait(time.Minute)
		}
		w.wait(time.Hour)
		w.requireAllOnce()
		assert.Zero(t, w.metric("events_dropped"))
	})
}

func TestRefusalsAreTriedAgainWithBackOff(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(10, time.Hour)
		w.sink.refuses(func(context.Context, int) error { return errBusy })
		w.start()
		w.wait(time.Hour)
		assert.LessOrEqual(t, w.sink.calls, 90)
		assert.GreaterOrEqual(t, w.sink.calls, 30)
		assert.Equal(t, 1, w.logged("The pipeline does not accept events"))
		assert.Len(t, w.org.Requests(), 2, "nothing is fetched meanwhile")
	})
}

func TestPermanentErrorIsCountedAndDroppedWhereThatIsWanted(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PermanentErrors = permanentDrop
		w.cfg.PageSize = 10
		w.happened(30, time.Hour)
		w.sink.refuses(func(_ context.Context, call int) error {
			if call == 2 {
				return consumererror.NewPermanent(errors.New("malformed"))
			}
			return nil
		})
		w.start()
		w.wait(10 * time.Minute)
		all := w.all()
		assert.Equal(t, append(all[:10:10], all[20:]...), w.sink.uuids())
		assert.EqualValues(t, 10, w.metric("events_dropped"))
		assert.Equal(t, 1, w.logged("refuses events for good"))

		w.org.RefusePositions("")
		w.wait(10 * time.Minute)
		assert.Len(t, w.sink.uuids(), 20, "what was refused for good is not offered again")
	})
}

func TestStopWhileTheConsumerRefuses(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(10, time.Hour)
		w.sink.refuses(func(context.Context, int) error { return errBusy })
		w.start()
		w.wait(time.Minute)
		begun := time.Now()
		w.stop()
		assert.Zero(t, time.Since(begun), "a wait between two tries ends at once")

		w.sink.refuses(nil)
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
	})
}

// large appends n events of about a mebibyte each.
func (w *world) large(n int) {
	for range n {
		event := w.generator.Event(w.org.Now())
		text := strings.TrimSuffix(string(event.JSON), "}") + `,"padding":"` + strings.Repeat("x", 1<<20) + `"}`
		w.org.Append(oktatest.Event{JSON: []byte(text), UUID: event.UUID})
	}
}

func TestLargePageGoesInParts(t *testing.T) {
	for _, body := range []string{bodyMessage, bodyOriginal} {
		inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
			w.cfg.Body = body
			w.cfg.IncludeLogRecordOriginal = body == bodyOriginal
			w.start()
			w.wait(time.Minute)
			w.happen(600)
			w.large(5)
			w.happen(300)
			w.wait(time.Minute)
			w.requireAllOnce()
			for _, size := range w.sink.sizes {
				assert.Less(t, size, 4<<20, "what an OTLP receiver over gRPC takes")
			}
			assert.GreaterOrEqual(t, w.sink.calls, 5)
		})
	}
}

func TestPartsOfOrdinaryEventsAreOfASizeToSend(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.Body = bodyOriginal
		w.cfg.IncludeLogRecordOriginal = true
		w.happened(5000, time.Hour)
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		for _, size := range w.sink.sizes {
			assert.LessOrEqual(t, size, 4<<20-64<<10)
		}
		assert.LessOrEqual(t, len(w.sink.sizes), 5*5, "nor are they many")
	})
}

func TestPartThatWasAcceptedIsNotSentAgain(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.large(6)
		w.sink.refuses(func(_ context.Context, call int) error {
			if call > 2 && call < 6 {
				return errBusy
			}
			return nil
		})
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
	})
}

func TestPartThatWasAcceptedIsNotSentAgainAfterARestart(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.large(6)
		w.sink.refuses(func(_ context.Context, call int) error {
			if call > 2 {
				return errBusy
			}
			return nil
		})
		w.start()
		w.wait(time.Minute)
		w.stop()
		require.Len(t, w.sink.uuids(), 2)

		w.sink.refuses(nil)
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		assert.EqualValues(t, 2, w.metric("events_repeated"))
	})
}

func TestOneBadEventNeverStopsTheOthers(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.sink.keep = true
		w.happen(2)
		w.org.Append(
			oktatest.Event{JSON: []byte(`"not an object"`)},
			oktatest.Event{JSON: []byte(`{"eventType":"no.uuid"}`)},
			oktatest.Event{JSON: []byte(`null`)},
			oktatest.Event{JSON: []byte(`{"uuid":"u-1","published":"2026-09-31T00:00:00Z"}`)},
		)
		w.happen(2)
		w.start()
		w.wait(time.Minute)
		require.Len(t, w.sink.logs, 1)
		records := w.sink.logs[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		require.Equal(t, 8, records.Len())
		for i, text := range map[int]string{2: "not an object", 3: `{"eventType":"no.uuid"}`, 4: "null"} {
			assert.Contains(t, records.At(i).Body().AsString(), text)
			_, ok := records.At(i).Attributes().Get("okta.parse_error")
			assert.True(t, ok, text)
		}
		assert.EqualValues(t, 4, w.metric("events_malformed"))

		w.wait(time.Hour)
		assert.Len(t, w.sink.logs, 1, "delivered once, with or without a uuid")
	})
}

func TestEachRecordNamesTheOrg(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.sink.keep = true
		w.cfg.ResourceAttributes.ServiceName.Enabled = false
		w.happen(1)
		w.start()
		w.wait(time.Minute)
		require.Len(t, w.sink.logs, 1)
		assert.Equal(t, map[string]any{"okta.org.domain": "acme.okta.com"}, w.sink.logs[0].ResourceLogs().At(0).Resource().Attributes().AsRaw())
	})
}

func TestDerivedAttributesCanBeSwitchedOff(t *testing.T) {
	for _, derived := range []bool{true, false} {
		inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
			w.sink.keep = true
			w.cfg.DerivedAttributes = derived
			w.org.Append(oktatest.Event{JSON: []byte(`{"uuid":"u-1","published":"2000-01-01T00:00:00.000Z","eventType":"user.session.start"}`)})
			w.start()
			w.wait(time.Minute)
			require.Len(t, w.sink.logs, 1)
			attributes := w.sink.logs[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes()
			_, there := attributes.Get("okta.category")
			assert.Equal(t, derived, there)
			_, there = attributes.Get("okta.event_type")
			assert.True(t, there)
		})
	}
}

func TestEventsThatShareAUUIDAreNotTakenForOne(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		first := `{"uuid":"u-1","published":"2000-01-01T00:00:00.000Z","eventType":"user.session.start"}`
		other := strings.Replace(first, "00.000Z", "00.001Z", 1)
		for _, text := range []string{first, other, first, other} {
			w.org.Append(oktatest.Event{JSON: []byte(text)})
		}
		w.start()
		w.wait(time.Minute)
		w.org.Append(oktatest.Event{JSON: []byte(first)})
		w.wait(time.Minute)
		assert.Equal(t, []string{"u-1", "u-1"}, w.sink.uuids())
		assert.EqualValues(t, 3, w.metric("events_repeated"))
	})
}

// Each kind of malformed event, alone on a page, is delivered, whatever is missing.
func TestMalformedEventsAloneAreDelivered(t *testing.T) {
	for _, event := range []string{
		`{"uuid":"u","published":"2026-11-21T00:00:00.000Z"}`, `{"uuid":"u"}`, `{"eventType":null,"uuid":"u"}`, `{"eventType":{},"uuid":"u"}`,
		`{}`, `7`, `null`, `"text"`, `[]`, `{"uuid":"u","eventType":[]}`,
	} {
		t.Run(event, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.sink.keep = true
				w.start()
				w.wait(time.Minute)
				w.org.Append(oktatest.Event{JSON: []byte(event), Published: w.org.Now()})
				w.sink.refuses(func(_ context.Context, call int) error {
					if call < 5 {
						return errBusy // refused alone, so that it is named
					}
					return nil
				})
				w.wait(30 * time.Minute)
				require.Len(t, w.sink.logs, 1)
				assert.Equal(t, 1, w.sink.logs[0].LogRecordCount())
			})
		})
	}
}
