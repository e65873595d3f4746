// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// printedMetrics are metrics as the collector prints them, as far as counts are in them.
type printedMetrics struct {
	ScopeMetrics []struct {
		Metrics []struct {
			Name string
			Data struct{ DataPoints []dataPoint }
		}
	}
}

type dataPoint struct {
	Attributes []struct {
		Key   string
		Value struct{ Value any }
	}
	Value float64
}

// readCounts reads what a collector has printed: its metrics when it ended and, when it took long, some before that.
func readCounts(printed io.Reader) (*counts, error) {
	var last *printedMetrics
	for decoder := json.NewDecoder(printed); ; {
		var now printedMetrics
		err := decoder.Decode(&now)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read how many events there were: %w", err)
		}
		last = &now
	}
	if last == nil {
		return nil, errors.New("the collector ended without a word of how many events there were")
	}
	c := &counts{processed: map[string]int{}, passed: map[string]int{}}
	for _, scope := range last.ScopeMetrics {
		for _, metric := range scope.Metrics {
			for _, point := range metric.Data.DataPoints {
				c.add(metric.Name, point)
			}
		}
	}
	return c, nil
}

func (c *counts) add(metric string, point dataPoint) {
	switch metric {
	case "otelcol_receiver_accepted_log_records":
		c.read += int(point.Value)
	case "otelcol_processor_incoming_items":
		c.processed[point.processor()] += int(point.Value)
	case "otelcol_processor_outgoing_items":
		c.passed[point.processor()] += int(point.Value)
	}
}

// processor returns the ID of the processor that a number is about.
func (p dataPoint) processor() string {
	for _, attribute := range p.Attributes {
		if id, ok := attribute.Value.Value.(string); ok && attribute.Key == "processor" {
			return id
		}
	}
	return ""
}
