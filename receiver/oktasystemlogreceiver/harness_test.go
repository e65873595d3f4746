// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// world is one org, one consumer and one storage, between which pollers come and go. It lives in a
// synctest bubble: time is virtual, and nothing goes over a socket.
type world struct {
	t         *testing.T
	org       *oktatest.Org
	cfg       *Config
	sink      *sink
	storage   storage.Client
	telemetry *componenttest.Telemetry
	logs      *observer.ObservedLogs
	logger    *zap.Logger
	generator *oktatest.Generator
	poller    *poller
	// doors are what the event hook takes, and door is where Okta finds it.
	doors *doors
	door  door
	// transport is the way to the org.
	transport http.RoundTripper
	// id names the receiver beside others of its type.
	id     string
	status *statuses
	// release gives up the running poller's part of the org's budget.
	release func()
}

// inWorld runs a test in a bubble with a world of its own.
func inWorld(t *testing.T, opts oktatest.Options, test func(*testing.T, *world)) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zapcore.InfoLevel)
		w := &world{
			t:         t,
			org:       oktatest.NewOrg(opts),
			cfg:       createDefaultConfig().(*Config),
			sink:      &sink{},
			status:    &statuses{},
			storage:   checkpoint.NewMemory(),
			telemetry: componenttest.NewTelemetry(),
			logs:      logs,
			logger:    zap.New(core),
			generator: oktatest.NewGenerator(7),
			release:   func() {},
		}
		w.transport = w.org.Transport()
		w.generator.SetOdd(0)
		w.cfg.OrgURL = "https://acme.okta.com"
		w.cfg.APIToken = oktatest.DefaultToken
		w.cfg.StartAt = startAtBeginning
		defer func() {
			w.stop()
			assert.NoError(t, w.telemetry.Shutdown(context.Background()))
		}()
		test(t, w)
	})
}

// acme is the org of every world.
var acme = &url.URL{Scheme: "https", Host: "acme.okta.com"}

// client makes a client for the org, with the credential of the configuration.
func (w *world) client(minted func(), options ...okta.Option) *okta.Client {
	w.t.Helper()
	clock := &okta.Clock{}
	transport, err := withCredential(w.cfg, acme, "test/1", w.logger, clock, minted, w.transport)
	require.NoError(w.t, err)
	return okta.NewClient(acme, &http.Client{Transport: transport, Timeout: w.cfg.HTTP.Timeout}, "test/1", append(options, okta.WithClock(clock))...)
}

// make makes a poller that does not poll yet.
func (w *world) make() {
	w.t.Helper()
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = w.telemetry.NewTelemetrySettings()
	set.Logger = w.logger
	set.ID = component.NewIDWithName(metadata.Type, w.id)
	meter, err := newMeter(set.TelemetrySettings, set.ID)
	require.NoError(w.t, err)
	budget, release := okta.ShareBudget(acme, w.cfg.RateLimit.Reserve)
	w.release() // of a poller that a test has stopped itself
	w.release = release
	client := w.client(meter.minted, okta.WithBudget(budget), okta.WithObserver(meter.requested))
	require.NoError(w.t, meter.show(client.Clock(), budget))
	w.poller, err = newPoller(w.cfg, acme, set, client, w.storage, w.sink, meter, w.status.report)
	require.NoError(w.t, err)
	w.doors = &doors{}
	if w.cfg.EventHook.HasValue() {
		w.doors = newDoors(w.cfg, w.poller)
		w.door.open(w.doors.hook.handler())
	}
}

// start makes a poller and starts it, as a collector does when it starts.
func (w *world) start() {
	w.t.Helper()
	w.make()
	w.doors.begin()
	if !w.cfg.hookOnly() {
		w.poller.Start()
	}
}

// stop stops the poller, as a collector does when it ends.
func (w *world) stop() {
	w.t.Helper()
	if w.poller != nil {
		w.door.open(nil)
		assert.NoError(w.t, w.doors.close(context.Background()))
		assert.NoError(w.t, w.poller.Stop(context.Background()))
		w.release()
		w.poller = nil
	}
}

// wait lets virtual time pass.
func (w *world) wait(d time.Duration) {
	time.Sleep(d) // virtual: everything else in the bubble happens meanwhile
	synctest.Wait()
}

// happen appends n events that are published and persisted now.
func (w *world) happen(n int) { w.org.Append(w.generator.Events(n, w.org.Now(), 0)...) }

// happened appends n events that were persisted some time ago.
func (w *world) happened(n int, ago time.Duration) {
	then := w.org.Now().Add(-ago)
	w.org.AppendAt(then, w.generator.Events(n, then, 0)...)
}

// happenedSmall is happened with the smallest events there are, for tests about how many there are.
func (w *world) happenedSmall(n int, ago time.Duration) {
	then := w.org.Now().Add(-ago).UTC()
	events := make([]oktatest.Event, n)
	for i := range events {
		uuid := fmt.Sprintf("dc9fd3c0-598c-11ef-8478-%012x", i)
		events[i] = oktatest.Event{UUID: uuid, Published: then, JSON: fmt.Appendf(nil,
			`{"uuid":%q,"published":%q,"eventType":"user.session.start"}`, uuid, then.Format(time.RFC3339))}
	}
	w.org.AppendAt(then, events...)
}

// all returns the uuids of all events of the org in the order in which they were persisted.
func (w *world) all() []string {
	var uuids []string
	for e := range w.org.Events() {
		uuids = append(uuids, e.UUID)
	}
	return uuids
}

// requireAllOnce asserts that every event of the org was delivered, once, and in order.
func (w *world) requireAllOnce() {
	w.t.Helper()
	want, got := w.all(), w.sink.uuids()
	require.Equal(w.t, len(want), len(got), "as many as the org has")
	require.True(w.t, slices.Equal(want, got), "each once and in order")
}

// requestsWith counts the requests whose URL has a part, such as a parameter.
func (w *world) requestsWith(part string) int {
	n := 0
	for _, r := range w.org.Requests() {
		if strings.Contains(r.URL, part) {
			n++
		}
	}
	return n
}

// logged counts the log lines whose message has a part.
func (w *world) logged(part string) int {
	n := 0
	for _, l := range w.logs.All() {
		if strings.Contains(l.Message, part) {
			n++
		}
	}
	return n
}

// metric returns the sum of one of our own counters, which all are there from the start.
func (w *world) metric(name string) int64 {
	w.t.Helper()
	m, err := w.telemetry.GetMetric("otelcol_okta_systemlog_" + name)
	require.NoError(w.t, err)
	return sumOf(w.t, m)
}

// sink is the pipeline behind the receiver. It changes what it is given, as a consumer may.
type sink struct {
	mu       sync.Mutex
	refuse   func(ctx context.Context, call int) error
	calls    int
	accepted []string
	times    []time.Time // when each of them was
	sizes    []int
	logs     []plog.Logs
	keep     bool
}

func (s *sink) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: true} }

func (s *sink) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	s.mu.Lock()
	s.calls++
	call, refuse := s.calls, s.refuse
	s.mu.Unlock()

	var uuids []string
	var sizer plog.ProtoMarshaler
	size := sizer.LogsSize(ld)
	kept := plog.NewLogs()
	if s.keep {
		ld.CopyTo(kept)
	}
	for _, record := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		uid, _ := record.Attributes().Get("log.record.uid")
		uuids = append(uuids, uid.Str())
		record.Attributes().PutStr("log.record.uid", "changed by a consumer")
	}
	if refuse != nil {
		if err := refuse(ctx, call); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted = append(s.accepted, uuids...)
	for range uuids {
		s.times = append(s.times, time.Now())
	}
	s.sizes = append(s.sizes, size)
	if s.keep {
		s.logs = append(s.logs, kept)
	}
	return nil
}

// refuses makes a function decide about each call from now on, counted from 1; nil accepts all. It may block.
func (s *sink) refuses(refuse func(ctx context.Context, call int) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// uuids returns the uuids of all accepted records, in order.
func (s *sink) uuids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accepted)
}

// flakyStorage is a storage that fails when it is told to.
type flakyStorage struct {
	storage.Client
	mu  sync.Mutex
	err error
}

func (f *flakyStorage) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *flakyStorage) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := f.Batch(ctx, op)
	return op.Value, err
}

func (f *flakyStorage) Batch(ctx context.Context, ops ...*storage.Operation) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	return f.Client.Batch(ctx, ops...)
}
