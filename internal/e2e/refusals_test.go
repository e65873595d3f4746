// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// onceHTTP is an OTLP/HTTP exporter that leaves it to the receiver to try again.
const onceHTTP = `otlp_http/%s: {endpoint: "%s", sending_queue: {enabled: false}, retry_on_failure: {enabled: false}}`

// fanOut starts a collector that sends to OTLP/HTTP far ends: all of them exporters of one pipeline, or each of a
// pipeline of its own.
func fanOut(t *testing.T, org *simulator, pipelines bool, ends ...*httpFarEnd) *process {
	t.Helper()
	directory := t.TempDir()
	path := writeConfig(t, directory, "http://"+org.address, "    retry: {initial_interval: 100ms, max_interval: 500ms}\n", "debug:")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var exporters, names []string
	for i, end := range ends {
		names = append(names, fmt.Sprintf("otlp_http/%d", i))
		exporters = append(exporters, "  "+fmt.Sprintf(onceHTTP, fmt.Sprint(i), end.URL))
	}
	config := strings.Replace(string(text), "  debug:\n", strings.Join(exporters, "\n")+"\n", 1)
	if pipelines {
		var all []string
		for i, name := range names {
			all = append(all, fmt.Sprintf("    logs/%d:\n      receivers: [okta_systemlog]\n      exporters: [%s]\n", i, name))
		}
		config = strings.Replace(config, "    logs:\n      receivers: [okta_systemlog]\n      exporters: [debug]\n", strings.Join(all, ""), 1)
	} else {
		config = strings.Replace(config, "exporters: [debug]", "exporters: ["+strings.Join(names, ", ")+"]", 1)
	}
	require.NoError(t, os.WriteFile(filepath.Join(directory, "config.yaml"), []byte(config), 0o600))
	return start(t, "otelcol-okta", "--config", path)
}

// One far end answers 400 for a while and the other 503: nothing is given up, neither behind one pipeline nor behind
// two.
func TestFanOutOfRealExportersLosesNothing(t *testing.T) {
	for name, pipelines := range map[string]bool{"two exporters": false, "two pipelines": true} {
		t.Run(name, func(t *testing.T) {
			org, one, two := startSimulatorHere(t), startHTTPFarEnd(t), startHTTPFarEnd(t)
			org.backlog(2500)
			one.set(func(e *httpFarEnd) { e.status = http.StatusBadRequest })
			two.set(func(e *httpFarEnd) { e.status = http.StatusServiceUnavailable })
			p := fanOut(t, org, pipelines, one, two)
			one.awaitCalls(t, p, 15)
			one.set(func(e *httpFarEnd) { e.status = 0 })
			two.awaitCalls(t, p, 5)
			two.set(func(e *httpFarEnd) { e.status = 0 })
			one.awaitEvents(t, p, org.Len())
			two.awaitEvents(t, p, org.Len())
			p.stop(t)
			one.requireAll(t, org, 1000, nil)
			two.requireAll(t, org, 0, nil)
			assert.Zero(t, p.printed("was given up"))
		})
	}
}

// The far end's own trouble, which exporters call permanent, costs nothing.
func TestDenialsOfRealFarEndsLoseNothing(t *testing.T) {
	for _, code := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusServiceUnavailable} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			org, far := startSimulatorHere(t), startHTTPFarEnd(t)
			org.backlog(3100)
			far.set(func(e *httpFarEnd) { e.status = code })
			p := fanOut(t, org, false, far)
			far.awaitCalls(t, p, 18)
			far.set(func(e *httpFarEnd) { e.status = 0 })
			far.awaitEvents(t, p, org.Len())
			p.stop(t)
			far.requireAll(t, org, 0, nil)
		})
	}
}

func TestCallsShrinkForARealFarEnd(t *testing.T) {
	org, far := startSimulatorHere(t), startHTTPFarEnd(t)
	org.backlog(3000)
	far.set(func(e *httpFarEnd) { e.limit = 100 })
	p := fanOut(t, org, false, far)
	far.awaitEvents(t, p, org.Len())
	p.stop(t)
	far.requireAll(t, org, 0, nil)
}

// Events that the far end refuses for good are given up alone, and named.
func TestPoisonOfARealFarEndIsGivenUpAlone(t *testing.T) {
	if *kills < 14 {
		t.Skip("it takes more than a minute: make e2e runs it")
	}
	org, far := startSimulatorHere(t), startHTTPFarEnd(t)
	org.backlog(3097)
	n, poison := 0, map[string]bool{}
	for event := range org.Events() {
		if n == 10 || n == 1500 || n == 2500 {
			poison[event.UUID] = true
		}
		n++
	}
	far.set(func(e *httpFarEnd) { e.poison = poison })
	p := fanOut(t, org, false, far)
	// Each is in a page of its own, and giving it up takes a minute.
	eventually(t, func() bool { return p.printed("An event was given up") >= 3 }, 5*patience, 100*time.Millisecond)
	far.awaitEvents(t, p, org.Len()-3)
	p.stop(t)
	far.requireAll(t, org, 0, poison)
	for uuid := range poison {
		assert.Positive(t, p.printed(uuid), "it is named")
	}
}

// InvalidArgument and ResourceExhausted are permanent to the exporter over gRPC.
func TestRefusalsOverGRPCLoseNothing(t *testing.T) {
	for _, code := range []codes.Code{codes.InvalidArgument, codes.ResourceExhausted, codes.Unauthenticated, codes.Unimplemented} {
		t.Run(code.String(), func(t *testing.T) {
			s := newTestbed(t, 1000, directOnce)
			s.org.backlog(2500)
			refusing := s.far.meet(1, func(_ context.Context, _, met func()) error {
				met()
				return status.Error(code, "not now")
			})
			s.start(t)
			s.await(t, "the far end refuses", refusing)
			s.awaitPrinted(t, "The pipeline refuses every event for good", 1)
			s.far.meet(0, accepted)
			s.drain(t)
			s.stop(t)
			assert.Zero(t, s.printed("was given up"))
		})
	}
}
