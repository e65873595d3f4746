// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

const (
	hookLatency    = 100 * time.Millisecond // of a page of the System Log
	hookDeliveries = 200
	// The first deliveries open connections.
	hookWarmUp = 10
	// hookPoll is so long that what arrives does so because of the hook.
	hookPoll   = "60s"
	hookSecret = "a-secret-of-the-benchmark"
	// Each delivery comes alone: the receiver has committed what came before, and the least time between two lookups,
	// 250 ms, is over. The pause varies by hookVaries, so that deliveries keep no step with anything.
	hookPause  = 260 * time.Millisecond
	hookVaries = 50 * time.Millisecond
	// hookPatience is for the start, and for a delivery that has to wait for the next regular poll.
	hookPatience = 90 * time.Second
)

// hookTimes returns how long an event takes from the moment when the org sends the delivery of an event hook until the
// far end of the pipeline has its record, one event at a time: the median and the 99th percentile. The receiver has a
// credential, so that the delivery makes it ask the System Log, which has the event already.
func (b *bench) hookTimes(ctx context.Context) (middle, p99 time.Duration, err error) {
	h := &hooked{arrived: make(chan struct{}, 1)}
	h.org = oktatest.NewOrg(oktatest.Options{
		Token: token, RateLimit: oktatest.NoRateLimit, PageLatency: hookLatency, RequestLog: -1,
		Hooks: eventhooks.Options{PlainLoopback: true, Transport: h},
	})
	orgURL, stopOrg, err := serve(ctx, h.org)
	if err != nil {
		return 0, 0, err
	}
	defer stopOrg()
	endpoint, stopEnd, err := serve(ctx, farEnd(h.take))
	if err != nil {
		return 0, 0, err
	}
	defer stopEnd()
	port, err := freePort(ctx)
	if err != nil {
		return 0, 0, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	running, err := collector{
		receivers: 1, org: orgURL, pollInterval: hookPoll, exporter: sendingTo(endpoint),
		eventHook: fmt.Sprintf(`{endpoint: "%s", secret: %s}`, address, hookSecret),
	}.start(ctx, b)
	if err != nil {
		return 0, 0, err
	}
	defer running.end(syscall.SIGTERM) //nolint:errcheck // the figure is taken
	sending, stopSending := context.WithCancel(ctx)
	var sent sync.WaitGroup
	defer sent.Wait()
	defer stopSending()
	if err := h.register(ctx, running, orgURL, "http://"+address+"/okta/hook"); err != nil {
		return 0, 0, err
	}
	sent.Go(func() { h.org.RunHooks(sending) })
	took, err := h.deliver(ctx, running)
	if err != nil {
		return 0, 0, err
	}
	middle, p99 = median(took), percentile(took, 99)
	b.say("%d deliveries of an event hook, %s a page: median %s, 99th percentile %s", len(took), hookLatency, middle, p99)
	return middle, p99, nil
}

// hooked is the org, what its event hook sends, and the far end, where one event is under way at a time.
type hooked struct {
	org *oktatest.Org

	mu      sync.Mutex
	uuid    string // of the event under way
	sent    time.Time
	took    time.Duration
	arrived chan struct{} // has an element when the event under way has arrived
}

// register makes the event hook, as soon as the receiver answers its verification.
func (h *hooked) register(ctx context.Context, running *running, orgURL, uri string) error {
	id, err := h.org.AddHook(eventhooks.Spec{URI: uri, Secret: hookSecret, OrgURL: orgURL})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, hookPatience)
	defer cancel()
	for {
		refused := h.org.VerifyHook(ctx, id)
		if refused == nil {
			return nil
		}
		if err := running.lasts(ctx, hookPause); err != nil {
			return fmt.Errorf("the event hook is not verified: %w", refused)
		}
	}
}

// deliver has one event after the other happen, and returns how long each one took but for the first ones.
func (h *hooked) deliver(ctx context.Context, running *running) (took []time.Duration, err error) {
	generator := generate.New(1)
	generator.SetMalformed(0)
	random := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // reproducible on purpose
	for n := range hookWarmUp + hookDeliveries {
		if err := running.lasts(ctx, hookPause+time.Duration(random.Int64N(int64(hookVaries)))); err != nil {
			return nil, err
		}
		one, err := h.deliverOne(ctx, running, eligibleEvent(generator, h.org.Now()))
		if err != nil {
			return nil, err
		}
		if n >= hookWarmUp {
			took = append(took, one)
		}
	}
	return took, nil
}

// eligibleEvent makes an event of a type that event hooks can send.
func eligibleEvent(generator *generate.Generator, now time.Time) oktatest.Event {
	for {
		event := generator.Event(now)
		if eventType, _ := logevent.Text(event.JSON, "eventType"); catalogue.HookEligible(eventType) {
			return event
		}
	}
}

func (h *hooked) deliverOne(ctx context.Context, running *running, event oktatest.Event) (time.Duration, error) {
	h.mu.Lock()
	h.uuid, h.sent = event.UUID, time.Time{}
	h.mu.Unlock()
	h.org.Append(event)
	ctx, cancel := context.WithTimeout(ctx, hookPatience)
	defer cancel()
	if err := running.await(ctx, h.arrived); err != nil {
		return 0, fmt.Errorf("the event %s has not come: %w", event.UUID, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.took, nil
}

// RoundTrip sends what the org sends to the event hook, and notes when it first sends the event under way.
func (h *hooked) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		h.mu.Lock()
		if h.sent.IsZero() {
			h.sent = time.Now()
		}
		h.mu.Unlock()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// take notes when the record of the event under way arrives.
func (h *hooked) take(logs plog.Logs, arrived time.Time) {
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				if uid, ok := record.Attributes().Get("log.record.uid"); ok {
					h.note(uid.Str(), arrived)
				}
			}
		}
	}
}

func (h *hooked) note(uuid string, arrived time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if uuid != h.uuid {
		return
	}
	h.uuid, h.took = "", 0
	// An event that a regular poll brings before the org has sent it has waited for nothing.
	if !h.sent.IsZero() {
		h.took = arrived.Sub(h.sent)
	}
	h.arrived <- struct{}{}
}
