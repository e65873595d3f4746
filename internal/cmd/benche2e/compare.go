// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"slices"
	"time"
)

// way is how the simulator sends what is drained.
type way struct {
	name     string
	settings []string
}

var (
	plainWay  = way{"without gzip", []string{"--gzip=false"}}
	zippedWay = way{"with gzip", []string{"--prepare"}}
)

// compared is what several drains of one way cost an event, beside the floors measured around each: medians.
type compared struct {
	perEvent, floor time.Duration
	ratio           float64 // of the cost to the floor
	// rebuilt and overRebuilt are the same for the other floor, pdata alone and gunzip.
	rebuilt     time.Duration
	overRebuilt float64
	peak, file  float64         // MB
	costs       []time.Duration // an event, one for each drain
}

// drains is what several drains of one way took.
type drains struct {
	costs, valid, rebuilt  []time.Duration
	overValid, overRebuilt []float64
	peaks, files           []float64 // MB
}

// compare drains a log several times in each of the ways, which take turns, and takes medians. startUp is subtracted
// from the CPU time of each drain.
func (b *bench) compare(ctx context.Context, times, events int, startUp time.Duration, ways ...way) ([]compared, error) {
	all := make([]drains, len(ways))
	before, err := b.sample.floors()
	if err != nil {
		return nil, err
	}
	for range times {
		for i, way := range ways {
			took, err := b.drain(ctx, events, way.settings...)
			if err != nil {
				return nil, err
			}
			after, err := b.sample.floors()
			if err != nil {
				return nil, err
			}
			// The machine may be slower or faster by the minute: each drain counts against the floors right before and
			// after it.
			around := floors{valid: (before.valid + after.valid) / 2, rebuilt: (before.rebuilt + after.rebuilt) / 2}
			cost := (took.cpu - startUp) / time.Duration(events)
			all[i].add(cost, around, took)
			b.say("%d events %s: %s CPU, %.2f × json.Valid (%s an event), %.2f × pdata alone and gunzip (%s), peak %.0f MB, %s",
				events, way.name, took.cpu.Round(time.Millisecond), over(cost, around.valid), around.valid, over(cost, around.rebuilt), around.rebuilt,
				megabytes(took.memory), took.wall.Round(100*time.Millisecond))
			before = after
		}
	}
	var medians []compared
	for _, d := range all {
		medians = append(medians, d.medians())
	}
	return medians, nil
}

func (d *drains) add(cost time.Duration, around floors, took drained) {
	d.costs, d.valid, d.rebuilt = append(d.costs, cost), append(d.valid, around.valid), append(d.rebuilt, around.rebuilt)
	d.overValid, d.overRebuilt = append(d.overValid, over(cost, around.valid)), append(d.overRebuilt, over(cost, around.rebuilt))
	d.peaks, d.files = append(d.peaks, megabytes(took.memory)), append(d.files, megabytes(took.file))
}

func (d *drains) medians() compared {
	return compared{
		perEvent: median(d.costs), floor: median(d.valid), ratio: median(d.overValid),
		rebuilt: median(d.rebuilt), overRebuilt: median(d.overRebuilt),
		peak: median(d.peaks), file: median(d.files), costs: d.costs,
	}
}

func over(cost, floor time.Duration) float64 { return float64(cost) / float64(floor) }

// medianRatio returns the median of the ratios of what was measured in turns.
func medianRatio(costs, others []time.Duration) float64 {
	ratios := make([]float64, min(len(costs), len(others)))
	for i := range ratios {
		ratios[i] = over(costs[i], others[i])
	}
	return median(ratios)
}

// median returns the middle of the values, or what is between the two in the middle.
func median[T ~int64 | ~float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// percentile returns the value that so many per cent of the values are below, or the largest one.
func percentile[T ~int64 | ~float64](values []T, percent int) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }
