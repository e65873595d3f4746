// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"maps"
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
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// world is one org, one consumer and one storage, between which receivers come and go. It lives in a
// synctest bubble: time is virtual, and nothing goes over a socket. A receiver is made and started by the
// product's own code; the world is its host, and puts itself in the place of the network and the storage.
type world struct {
	t         *testing.T
	org       *oktatest.Org
	cfg       *Config
	sink      *sink
	storage   storage.Client
	telemetry *componenttest.Telemetry
	logs      *observer.ObservedLogs
	logger    *zap.Logger
	generator *generate.Generator
	receiver  *oktaReceiver // nil while none runs
	// door is where Okta finds the event hook.
	door door
	// transport is the way to the org.
	transport http.RoundTripper
	// id names the receiver beside others of its type.
	id     string
	status *statuses
	// starts counts those of all receivers of the org.
	starts *uint64
	// extensions are further ones of the host.
	extensions map[component.ID]component.Component
}

var (
	worldNetwork = component.MustNewID("network_of_the_world")
	worldStorage = component.MustNewID("storage_of_the_world")
)

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
			starts:    new(uint64),
			storage:   checkpoint.NewMemory(),
			telemetry: componenttest.NewTelemetry(),
			logs:      logs,
			logger:    zap.New(core),
			generator: generate.New(7),
		}
		w.transport = w.org.Transport()
		w.generator.SetMalformed(0)
		w.cfg.OrgURL = "https://acme.okta.com"
		w.cfg.APIToken = oktatest.DefaultToken
		w.cfg.StartAt = poll.StartAtBeginning
		w.cfg.StartupCheck = checkOff
		w.cfg.Storage = &worldStorage
		w.cfg.HTTP.Middlewares = []configmiddleware.Config{{ID: worldNetwork}}
		defer func() {
			w.stop()
			assert.NoError(t, w.telemetry.Shutdown(context.Background()))
		}()
		test(t, w)
	})
}

// acme is the org of every world.
var acme = &url.URL{Scheme: "https", Host: "acme.okta.com"}

// settings are those with which a receiver of the world is made.
func (w *world) settings() receiver.Settings {
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = w.telemetry.NewTelemetrySettings()
	set.Logger = w.logger
	set.ID = component.NewIDWithName(metadata.Type, w.id)
	return set
}

// client makes a client for the org, with the credential of the configuration.
func (w *world) client() *okta.Client {
	w.t.Helper()
	client, _, err := newClient(w.t.Context(), w.cfg, acme, w.settings(), w, func() {})
	require.NoError(w.t, err)
	return client
}

// tryStart makes a receiver and starts it, as a collector does, after the one before it has been shut down.
func (w *world) tryStart() error {
	w.t.Helper()
	w.stop()
	// The same waits each time the test runs, and not those of another receiver: chance is for the simulation.
	*w.starts++
	made, err := NewFactory(WithJitterSeed(*w.starts)).CreateLogs(w.t.Context(), w.settings(), w.cfg, w.sink)
	require.NoError(w.t, err)
	if err := made.Start(w.t.Context(), w); err != nil {
		return err
	}
	w.receiver = made.(*oktaReceiver)
	return nil
}

// start is tryStart where nothing may fail.
func (w *world) start() {
	w.t.Helper()
	require.NoError(w.t, w.tryStart())
}

// stop shuts the receiver down, as a collector does when it ends.
func (w *world) stop() {
	w.t.Helper()
	if w.receiver != nil {
		w.door.open(nil)
		assert.NoError(w.t, w.receiver.Shutdown(context.Background()))
		w.receiver = nil
	}
}

// poller is that of the receiver that runs.
func (w *world) poller() *poll.Poller { return w.receiver.running.poller }

// GetExtensions makes the world the host of its receivers.
func (w *world) GetExtensions() map[component.ID]component.Component {
	all := map[component.ID]component.Component{worldNetwork: &networkOfTheWorld{world: w}, worldStorage: &storageOfTheWorld{world: w}}
	maps.Copy(all, w.extensions)
	return all
}

// Report implements componentstatus.Reporter.
func (w *world) Report(event *componentstatus.Event) { w.status.report(event) }

// networkOfTheWorld is a middleware that leads requests to the org, and the org to the event hook.
type networkOfTheWorld struct {
	component.StartFunc
	component.ShutdownFunc
	world *world
}

// GetHTTPRoundTripper implements extensionmiddleware.HTTPClient.
func (n *networkOfTheWorld) GetHTTPRoundTripper(context.Context) (extensionmiddleware.WrapHTTPRoundTripperFunc, error) {
	return func(context.Context, http.RoundTripper) (http.RoundTripper, error) { return n.world.transport, nil }, nil
}

// GetHTTPHandler implements extensionmiddleware.HTTPServer.
func (n *networkOfTheWorld) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, handler http.Handler) (http.Handler, error) {
		n.world.door.open(handler)
		return handler, nil
	}, nil
}

// storageOfTheWorld hands out the world's storage, which outlives the receivers.
type storageOfTheWorld struct {
	component.StartFunc
	component.ShutdownFunc
	world *world
}

// GetClient implements storage.Extension.
func (s *storageOfTheWorld) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return s.world.storage, nil
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
	// take, where it is set, takes every call in the place of all that is below.
	take func(ctx context.Context, ld plog.Logs) error

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
	if s.take != nil {
		return s.take(ctx, ld)
	}
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
