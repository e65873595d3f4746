// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// watch follows a collector by what it says.
type watch struct {
	plan     *Plan
	to       Reporter
	progress Progress
	read     map[string]float64 // the share of each receiver's range that was read
	ready    bool               // the collector has started
	// settled says that figures came after that. Whoever asks a collector to end while it starts kills it: it listens for
	// signals from a moment after it has said that it is ready.
	settled bool
}

// over reports whether the replays of all receivers have ended.
func (w *watch) over() bool { return len(w.progress.Ended) == len(w.plan.Sources) }

const (
	// doesNotStart is a line of the log that the collector says once more as it ends.
	doesNotStart = "Failed to start component"
	// hasStarted is how the line begins that is the last one of the start.
	hasStarted = "Everything is ready."
	// enableQueue is what an exporter advises where it has no queue, which a replay has switched off.
	enableQueue = " Try enabling sending_queue to survive temporary failures."
)

// said takes a line of the collector's log.
func (w *watch) said(l line) {
	i := slices.IndexFunc(w.plan.Sources, func(s Source) bool { return s.Replay == l.Component })
	if i >= 0 && l.ended() {
		receiver := w.plan.Sources[i].Receiver
		w.progress.Ended = append(w.progress.Ended, receiver)
		if l.EarlierRun {
			w.progress.Earlier = append(w.progress.Earlier, receiver)
		}
		w.read[l.Component] = 1
		w.add()
	}
	w.ready = w.ready || i < 0 && strings.HasPrefix(l.Message, hasStarted)
	// Of other parts only trouble matters here, and what is not written to the log is always that. What gRPC says of a
	// connection its exporter says as well.
	if i < 0 && (l.Level == "info" || l.Level == "debug") || l.Message == doesNotStart || l.GRPC {
		return
	}
	w.to.Said(l.Level, l.Component, l.text())
}

// came takes the collector's metrics.
func (w *watch) came(points []otelcol.Point) {
	w.settled = w.ready
	w.progress.Events = 0
	for _, point := range points {
		receiver := point.Attributes["receiver"]
		if !slices.ContainsFunc(w.plan.Sources, func(s Source) bool { return s.Replay == receiver }) {
			continue
		}
		switch point.Metric {
		case "otelcol_okta_systemlog_events_delivered":
			w.progress.Events += int(point.Value)
		case "otelcol_okta_systemlog_replay_progress":
			w.read[receiver] = max(w.read[receiver], point.Value)
		}
	}
	w.add()
	w.to.Came(w.progress)
}

// add computes what was read of all ranges.
func (w *watch) add() {
	sum := 0.
	for _, read := range w.read {
		sum += read
	}
	w.progress.Read = sum / float64(len(w.plan.Sources))
}
