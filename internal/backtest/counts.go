// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"errors"
	"fmt"
	"io"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// counts is what passed through a collector in all its life.
type counts struct {
	// read is how many events the org gave.
	read int
	// processed is how many of them reached a processor, by its ID.
	processed map[string]int
	// passed is how many of them left a processor, by its ID.
	passed map[string]int
}

// readCounts reads what a collector has printed: its metrics when it ended and, when it took long, some before that.
func readCounts(printed io.Reader) (*counts, error) {
	var last []otelcol.Point
	for metrics := otelcol.NewMetricsReader(printed); ; {
		now, err := metrics.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read how many events there were: %w", err)
		}
		last = now
	}
	if last == nil {
		return nil, errors.New("the collector ended without a word of how many events there were")
	}
	c := &counts{processed: map[string]int{}, passed: map[string]int{}}
	for _, point := range last {
		c.add(point)
	}
	return c, nil
}

func (c *counts) add(point otelcol.Point) {
	switch processor := point.Attributes["processor"]; point.Metric {
	case "otelcol_receiver_accepted_log_records":
		c.read += int(point.Value)
	case "otelcol_processor_incoming_items":
		c.processed[processor] += int(point.Value)
	case "otelcol_processor_outgoing_items":
		c.passed[processor] += int(point.Value)
	}
}
