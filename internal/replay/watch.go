// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// watch follows a collector by what it says.
type watch struct {
	plan     *Plan
	to       Reporter
	progress Progress
	read     map[string]float64 // the share of each receiver's range that was read
}

// over reports whether the replays of all receivers have ended.
func (w *watch) over() bool { return len(w.progress.Ended) == len(w.plan.Sources) }

// doesNotStart is a line of the log that the collector says once more as it ends.
const doesNotStart = "Failed to start component"

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
	// Of other parts only trouble matters here, and what is not written to the log is always that.
	if i < 0 && (l.Level == "info" || l.Level == "debug") || l.Message == doesNotStart {
		return
	}
	message := l.Message
	if l.Error != "" {
		message += ": " + l.Error
	}
	w.to.Said(l.Level, l.Component, message)
}

// came takes the collector's metrics.
func (w *watch) came(points []otelcol.Point) {
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
