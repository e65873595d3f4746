// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"fmt"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

const (
	// Components of the pipeline between the receiver and those of the configuration, where the range has an end.
	ownRangeForward  = "forward/backtest"
	ownRangePipeline = "logs/backtest"
	// ownRangeFilter drops what was published at the end of the range or later.
	ownRangeFilter = "filter/backtest"
	// ownBeyondFilter drops, before that, what is so late that the range is over: see beyondAtEnd.
	ownBeyondFilter = "filter/backtest_beyond"
	// storedWithin is how long after its publication an event is stored, and so comes, at most. Okta promises no bound;
	// nearly all are there within minutes.
	storedWithin = time.Hour
)

// addRange adds to processors, connectors and pipelines what drops events that were published at the end of the range
// or later, and returns the processor that the others leave. An event whose time can't be read has none and stays.
func addRange(end time.Time, receiver string, processors, connectors, pipelines tree) (last string) {
	connectors[ownRangeForward] = nil
	processors[ownBeyondFilter] = publishedFrom(end.Add(storedWithin))
	processors[ownRangeFilter] = publishedFrom(end)
	pipelines[ownRangePipeline] = otelcol.Pipeline{
		Receivers: []string{receiver}, Processors: []string{ownBeyondFilter, ownRangeFilter}, Exporters: []string{ownRangeForward},
	}.Tree()
	return ownRangeFilter
}

// publishedFrom are the settings of a filter that drops what was published at a time or later.
func publishedFrom(t time.Time) tree {
	return tree{"log_conditions": []string{fmt.Sprintf("log.time_unix_nano >= %d", t.UnixNano())}}
}

// replaced returns a list with another element in the place of one.
func replaced(list []string, old, replacement string) []string {
	list = slices.Clone(list)
	for i, element := range list {
		if element == old {
			list[i] = replacement
		}
	}
	return list
}
