// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// heard is what a reporter was told.
type heard struct {
	said []string
	came []Progress
}

func (h *heard) Said(level, component, message string) {
	h.said = append(h.said, level+"|"+component+"|"+message)
}
func (h *heard) Came(p Progress) { h.came = append(h.came, p) }

// lines of a collector's log, as it writes them.
const logOfACollector = `{"level":"info","ts":"2026-11-26T19:40:00Z","caller":"service/service.go:259","msg":"Everything is ready."}
{"level":"info","msg":"The replay begins","otelcol.component.id":"okta_systemlog/replay","otelcol.component.kind":"receiver"}
{"level":"debug","msg":"something","otelcol.component.id":"file_storage"}
{"level":"warn","msg":"The pipeline refuses events","otelcol.component.id":"okta_systemlog/replay","error":"503"}
{"level":"error","msg":"Exporting failed. Try enabling sending_queue to survive temporary failures.","otelcol.component.id":"otlp_grpc","error":"no route to host"}
{"level":"warn","msg":"[core] [Channel #1] it is away","grpc_log":true}
{"level":"info","msg":"The replay waits","begins":"2026-11-21T01:00:00Z","otelcol.component.id":"okta_systemlog/replay"}
{"level":"error","msg":"Failed to start component","otelcol.component.id":"okta_systemlog/replay","error":"401"}
2026/11/26 19:40:00 collector server run finished with error

{"level":"info","msg":"The replay has ended","otelcol.component.id":"okta_systemlog/b/replay","replay":"ended","earlier_run":true}
{"level":"info","msg":"The replay has ended","otelcol.component.id":"okta_systemlog/replay","replay":"ended"}
{"level":"info","msg":"a replay of somebody else","otelcol.component.id":"other","replay":"ended"}
`

func TestWhatACollectorSays(t *testing.T) {
	h := &heard{}
	w := &watch{plan: &Plan{Sources: []Source{{"okta_systemlog", "okta_systemlog/replay", "s"}, {"okta_systemlog/b", "okta_systemlog/b/replay", "s"}}}, to: h, read: map[string]float64{}}
	log := logOfACollector + `{"level":"info","msg":"` + strings.Repeat("y", maxLine) + "\"}\n" + strings.Repeat("x", maxLine) + "y\n" + `{"level":"warn","msg":"the line after it"}`
	var over []bool
	eachLine(strings.NewReader(log), func(l line) {
		w.said(l)
		over = append(over, w.over())
	})
	assert.Equal(t, []string{
		"info|okta_systemlog/replay|The replay begins",
		"warn|okta_systemlog/replay|The pipeline refuses events: 503",
		"error|otlp_grpc|Exporting failed.: no route to host",
		"info|okta_systemlog/replay|The replay waits: at 2026-11-21T01:00:00Z",
		"||2026/11/26 19:40:00 collector server run finished with error",
		"info|okta_systemlog/b/replay|The replay has ended",
		"info|okta_systemlog/replay|The replay has ended",
		"||" + strings.Repeat("x", maxLine),
		"warn||the line after it",
	}, h.said)
	assert.Equal(t, []bool{false, false, false, false, false, false, false, false, false, false, true, true, true, true}, over)
	assert.True(t, w.ready)
	assert.False(t, w.settled)
	w.came(nil)
	assert.True(t, w.settled)
	assert.Equal(t, Progress{Read: 1, Ended: []string{"okta_systemlog/b", "okta_systemlog"}, Earlier: []string{"okta_systemlog/b"}}, w.progress)
}

func TestHowFarACollectorIs(t *testing.T) {
	h := &heard{}
	w := &watch{plan: &Plan{Sources: []Source{{"a", "a/replay", "s"}, {"b", "b/replay", "s"}}}, to: h, read: map[string]float64{}}
	point := func(metric, receiver string, value float64) otelcol.Point {
		return otelcol.Point{Metric: metric, Attributes: map[string]string{"receiver": receiver}, Value: value}
	}
	const delivered, progress = "otelcol_okta_systemlog_events_delivered", "otelcol_okta_systemlog_replay_progress"
	w.came(nil)
	w.came([]otelcol.Point{point(delivered, "a/replay", 10), point(delivered, "b/replay", 5), point(progress, "a/replay", 0.5), point(delivered, "c", 7)})
	w.came([]otelcol.Point{point(delivered, "a/replay", 30), point(progress, "a/replay", 1), point(progress, "b/replay", 0.5)})
	assert.Equal(t, []Progress{{}, {Events: 15, Read: 0.25}, {Events: 30, Read: 0.75}}, h.came)
}
