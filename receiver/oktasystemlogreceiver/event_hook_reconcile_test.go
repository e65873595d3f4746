// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// missing makes polling miss the sign-ins that the hook announces: its filter leaves them out.
func (w *world) missing() {
	w.cfg.Filter = `eventType eq "user.account.lock"`
	w.start()
	w.hook("user.session.start", "user.account.lock")
	for n := range 10 {
		w.org.Append(eventOf("user.session.start", 2*n, w.org.Now()), eventOf("user.account.lock", 2*n+1, w.org.Now()))
		w.wait(time.Second)
	}
}

func TestWitnessCountsWhatPollingMisses(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.missing()
		w.wait(9 * time.Minute)
		assert.EqualValues(t, 10, w.metric("hook_events_confirmed"))
		assert.Zero(t, w.metric("hook_events_unconfirmed"), "not yet")
		w.wait(3 * time.Minute)
		assert.EqualValues(t, 10, w.metric("hook_events_unconfirmed"))
		lines := w.logs.FilterMessageSnippet("have not come from the System Log").All()
		var said int64
		for _, line := range lines {
			said += line.ContextMap()["events"].(int64)
			assert.Equal(t, []any{"user.session.start"}, line.ContextMap()["event_types"])
			assert.NotEmpty(t, line.ContextMap()["uuids"])
		}
		assert.EqualValues(t, 10, said)
		w.wait(time.Hour)
		assert.EqualValues(t, 10, w.metric("hook_events_unconfirmed"), "once")
		assert.Equal(t, len(lines), w.logged("have not come from the System Log"))
		assert.Len(t, w.sink.uuids(), 10, "and nothing is delivered")
	})
}

// A filter that leaves out a type fills no log.
func TestWhatIsMissingIsToldInOneLine(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.Filter = `eventType eq "user.account.lock"`
		w.start()
		w.hook("user.session.start")
		burst := make([]oktatest.Event, 1000)
		for n := range burst {
			burst[n] = eventOf("user.session.start", n, w.org.Now())
		}
		w.org.Append(burst...)
		w.wait(15 * time.Minute)
		assert.EqualValues(t, 1000, w.metric("hook_events_unconfirmed"))
		lines := w.logs.FilterMessageSnippet("not come from the System Log").All()
		require.NotEmpty(t, lines)
		require.LessOrEqual(t, len(lines), 2)
		assert.LessOrEqual(t, len(lines[0].ContextMap()["uuids"].([]any)), 20)
	})
}

// Okta may announce an event twice, within seconds or after it was found missing: it counts once.
func TestWitnessCountsAnEventOnceHoweverOftenItIsAnnounced(t *testing.T) {
	hooks := eventhooks.Options{DuplicateEvents: 0.5, DuplicateDeliveries: 1, Reorder: 0.5, Parallel: 4}
	inHookedWorld(t, oktatest.Options{Hooks: hooks}, func(t *testing.T, w *world) {
		w.missing()
		var all []string
		for event := range w.org.Events() {
			all = append(all, string(event.JSON))
		}
		again := `{"data":{"events":[` + strings.Join(all, ",") + `]}}`
		for range 40 {
			w.wait(time.Minute)
			require.Equal(t, http.StatusOK, w.deliver(again))
		}
		require.NotZero(t, w.sent().Duplicates)
		assert.EqualValues(t, 10, w.metric("hook_events_confirmed"))
		assert.EqualValues(t, 10, w.metric("hook_events_unconfirmed"))
	})
}

func TestUnconfirmedEventsAreDeliveredWhenAskedFor(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.EventHook.Get().DeliverUnconfirmed = true
		w.cfg.EventHook.Get().ConfirmWithin = 2 * time.Minute
		w.sink.keep = true
		w.missing()
		refusals := 3
		w.sink.refuses(func(context.Context, int) error {
			if refusals--; refusals >= 0 {
				return errors.New("busy")
			}
			return nil
		})
		w.wait(10 * time.Minute)
		assert.ElementsMatch(t, w.all(), w.sink.uuids())
		assert.EqualValues(t, 10, w.metric("hook_events_unconfirmed"))

		// Should they come after all, they are not repeated, and they look the same but for the mark.
		fromHook := w.sink.logs
		w.stop()
		w.cfg.Filter = ""
		w.start()
		w.wait(5 * time.Minute)
		assert.Len(t, w.sink.uuids(), 20)
		marked := marks(fromHook)
		assert.Equal(t, 10, marked)

		polled := withoutMark(worldOf(t, w).sink.logs)
		assert.Equal(t, polled, withoutMark(fromHook))
		for _, said := range polled {
			assert.Equal(t, "An event of the test", said.body)
			assert.Equal(t, plog.SeverityNumberWarn, said.severity)
			assert.NotZero(t, said.at)
			assert.NotEmpty(t, said.name)
		}
	})
}

// worldOf polls the same org from the beginning, with a storage of its own, and returns what came.
func worldOf(t *testing.T, w *world) *world {
	t.Helper()
	other := w.colleague()
	other.cfg.Filter = ""
	other.cfg.EventHook = createDefaultConfig().(*Config).EventHook
	other.door = door{}
	other.sink.keep = true
	other.start()
	other.wait(2 * time.Minute)
	other.stop()
	require.Len(t, other.sink.uuids(), 20)
	return other
}

// records calls do with each record.
func records(logs []plog.Logs, do func(plog.LogRecord)) {
	for _, ld := range logs {
		for _, record := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			do(record)
		}
	}
}

// marks counts the records that are marked as unconfirmed.
func marks(logs []plog.Logs) (n int) {
	records(logs, func(record plog.LogRecord) {
		if mark, ok := record.Attributes().Get("okta.event_hook.unconfirmed"); ok && mark.Bool() {
			n++
		}
	})
	return n
}

// said is what a record says, but for when it was observed.
type said struct {
	attributes, body any
	at               pcommon.Timestamp
	severity         plog.SeverityNumber
	severityText     string
	name             string
	trace            pcommon.TraceID
	span             pcommon.SpanID
	flags            plog.LogRecordFlags
}

// withoutMark is what the records say, by their uuid, without the mark.
func withoutMark(logs []plog.Logs) map[string]said {
	all := map[string]said{}
	records(logs, func(record plog.LogRecord) {
		attributes := record.Attributes().AsRaw()
		delete(attributes, "okta.event_hook.unconfirmed")
		all[attributes["log.record.uid"].(string)] = said{
			attributes:   attributes,
			body:         record.Body().AsRaw(),
			at:           record.Timestamp(),
			severity:     record.SeverityNumber(),
			severityText: record.SeverityText(),
			name:         record.EventName(),
			trace:        record.TraceID(),
			span:         record.SpanID(),
			flags:        record.Flags(),
		}
	})
	return all
}

func TestUnconfirmedEventsSurviveAStop(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.EventHook.Get().DeliverUnconfirmed = true
		w.cfg.EventHook.Get().ConfirmWithin = 2 * time.Minute
		w.missing()
		w.wait(30 * time.Second)
		w.sink.refuses(func(context.Context, int) error { return errors.New("busy") })
		w.wait(5 * time.Minute)
		assert.Len(t, w.sink.uuids(), 10)
		require.NoError(t, w.poller().Stop(t.Context()))
		w.sink.refuses(nil)
		w.poller().Start()
		w.wait(5 * time.Minute)
		assert.ElementsMatch(t, w.all(), w.sink.uuids())
		assert.EqualValues(t, 10, w.metric("hook_events_unconfirmed"))
	})
}

// Whether an event of hours ago was delivered is forgotten. Who sends its announcement again brings nothing, also
// before the first page tells how far polling has come.
func TestReplaysOfWhatIsForgottenAreNotMissing(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.EventHook.Get().DeliverUnconfirmed = true
		w.cfg.EventHook.Get().ConfirmWithin = 2 * time.Minute
		w.start()
		captured := announcement(0, w.org.Now())
		for n := range 6 {
			w.org.Append(eventOf("user.session.start", n, w.org.Now()))
			require.Equal(t, http.StatusOK, w.deliver(announcement(n, w.org.Now())))
			w.wait(time.Hour)
		}
		w.stop()

		w.org.InjectAlways(fault.ResetBeforeAnswer())
		w.start()
		require.Equal(t, http.StatusOK, w.deliver(captured))
		w.wait(time.Minute)
		w.org.ClearFaults()
		w.wait(10 * time.Minute)
		require.Equal(t, http.StatusConflict, w.deliver(captured))
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		assert.Zero(t, w.metric("hook_events_unconfirmed"))
		assert.EqualValues(t, 1, outcomesOf(t, w.telemetry)["replayed"])
	})
}

// An announcement that is late by less is compared: it may be of an event that polling has missed.
func TestLateAnnouncementsAreCompared(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.EventHook.Get().ConfirmWithin = 2 * time.Minute
		w.start()
		for n := range 3 {
			w.org.Append(eventOf("user.session.start", n, w.org.Now()))
			w.wait(time.Hour)
		}
		require.Equal(t, http.StatusOK, w.deliver(announcement(7, w.org.Now().Add(-100*time.Minute))))
		w.wait(10 * time.Minute)
		assert.EqualValues(t, 1, w.metric("hook_events_unconfirmed"))
	})
}

// An admin role that sees nothing makes polling miss what the hook announces. A fall-back then goes back
// to what polling has delivered, and not to what the hook has: else all in between were lost.
func TestFallBackDoesNotBeginAtWhatTheHookAnnounced(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.EventHook.Get().DeliverUnconfirmed = true
		w.cfg.EventHook.Get().ConfirmWithin = 2 * time.Minute
		w.happened(30, 5*time.Hour)
		w.org.SetToken(oktatest.DefaultToken, oktatest.TokenSeesNothing)
		w.start()
		w.hook("user.session.start")
		w.org.Append(eventOf("user.session.start", 0, w.org.Now()))
		w.wait(10 * time.Minute)
		require.Len(t, w.sink.uuids(), 1, "the one that was announced")

		w.org.SetToken(oktatest.DefaultToken, oktatest.TokenValid)
		w.org.RefusePositions("")
		w.wait(10 * time.Minute)
		assert.EqualValues(t, 1, w.metric("position_rewinds"))
		assert.ElementsMatch(t, w.all(), w.sink.uuids())
	})
}

// An outage of the org's API makes events late, not missing.
func TestLateIsNotMissing(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		w.hook("user.session.start")
		w.wait(time.Minute)
		w.org.InjectAlways(fault.ResetBeforeAnswer())
		for n := range 30 {
			w.org.Append(eventOf("user.session.start", n, w.org.Now()))
			w.wait(time.Minute)
		}
		w.org.ClearFaults()
		w.wait(10 * time.Minute)
		w.requireNoLoss()
		assert.Zero(t, w.metric("hook_events_unconfirmed"))
		assert.EqualValues(t, 30, w.metric("hook_events_confirmed"))
	})
}

// With a filter Okta may search the log piece by piece, and answer with short and with empty pages
// before it comes to an event. After an outage that takes a while.
func TestLateIsNotMissingWhereOktaSearchesPieceByPiece(t *testing.T) {
	for name, between := range map[string]int{"empty pages": 39, "short pages": 1} {
		t.Run(name, func(t *testing.T) {
			inHookedWorld(t, oktatest.Options{ScanLimit: 8}, func(t *testing.T, w *world) {
				w.cfg.Filter = `eventType eq "user.account.lock"`
				w.start()
				w.hook("user.account.lock")
				w.wait(time.Minute)
				w.org.InjectAlways(fault.ResetBeforeAnswer())
				n, wanted := 0, 0
				for range 20 {
					for range 4 {
						eventType := "user.session.start"
						if n++; n%(between+1) == 0 {
							eventType = "user.account.lock"
							wanted++
						}
						w.org.Append(eventOf(eventType, n, w.org.Now()))
					}
					w.wait(time.Minute)
				}
				w.org.ClearFaults()
				w.wait(40 * time.Minute)
				assert.Len(t, w.sink.uuids(), wanted)
				assert.EqualValues(t, wanted, w.metric("hook_events_confirmed"))
				assert.Zero(t, w.metric("hook_events_unconfirmed"))
			})
		})
	}
}

// An org in which something is found with each look has no empty pages, and its witness works all the same.
func TestWitnessCountsWhatIsMissingInAnOrgThatIsNeverQuiet(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.Filter = `eventType eq "user.account.lock"`
		w.start()
		w.hook("user.session.start")
		w.org.Append(eventOf("user.session.start", 0, w.org.Now()))
		for n := range 20 * 60 * 5 {
			w.org.Append(eventOf("user.account.lock", n+1, w.org.Now()))
			w.wait(200 * time.Millisecond)
		}
		assert.EqualValues(t, 1, w.metric("hook_events_unconfirmed"))
	})
}
