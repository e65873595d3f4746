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
			storage:   checkpoint.NewMemory(),
			telemetry: componenttest.NewTelemetry(),
			logs:      logs,
			logger:    zap.New(core),
			generator: oktatest.NewGenerator(7),
		}
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

// start makes a poller, as a collector does when it starts.
func (w *world) start() {
	w.t.Helper()
	org := &url.URL{Scheme: "https", Host: "acme.okta.com"}
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = w.telemetry.NewTelemetrySettings()
	set.Logger = w.logger
	builder, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	require.NoError(w.t, err)
	clock := &okta.Clock{}
	transport, err := withCredential(w.cfg, org, "test/1", w.logger, clock, builder, w.org.Transport())
	require.NoError(w.t, err)
	client := okta.NewClient(org, &http.Client{Transport: transport, Timeout: w.cfg.HTTP.Timeout}, "test/1", okta.WithClock(clock))
	w.poller, err = newPoller(w.cfg, org, set, client, w.storage, w.sink, builder)
	require.NoError(w.t, err)
	w.poller.Start()
}

// stop stops the poller, as a collector does when it ends.
func (w *world) stop() {
	w.t.Helper()
	if w.poller != nil {
		assert.NoError(w.t, w.poller.Stop(context.Background()))
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

// metric returns the sum of one of our own counters.
func (w *world) metric(name string) int64 {
	m, err := w.telemetry.GetMetric("otelcol_okta_systemlog_" + name)
	if err != nil {
		return 0 // never counted
	}
	return sumOf(w.t, m)
}

// sink is the pipeline behind the receiver. It changes what it is given, as a consumer may.
type sink struct {
	// refuse decides about each call, counted from 1; nil accepts all. It may block.
	refuse func(ctx context.Context, call int) error

	mu       sync.Mutex
	calls    int
	accepted []string
	sizes    []int
	logs     []plog.Logs
	keep     bool
}

func (s *sink) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: true} }

func (s *sink) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	s.mu.Lock()
	s.calls++
	call := s.calls
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
	if s.refuse != nil {
		if err := s.refuse(ctx, call); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted = append(s.accepted, uuids...)
	s.sizes = append(s.sizes, size)
	if s.keep {
		s.logs = append(s.logs, kept)
	}
	return nil
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
