// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"fmt"
	"time"
)

// results is all that is measured.
type results struct {
	plain, zipped       compared // 300,000 events, without gzip and with
	short               compared // 100,000 events, without gzip
	long, longZipped    compared // 1,000,000 events, without gzip and with
	startUp             time.Duration
	bytesPerEvent       int
	pages               float64 // per API latency
	idleMB, idleCount   float64 // memory and goroutines of an idle receiver
	idleCPU             float64 // per cent of a core, of an idle receiver
	started             started
	hookMedian, hookP99 time.Duration
}

// figures are the rows of the table, each with what it must reach.
func (r results) figures() []figure {
	return []figure{
		{
			what: "CPU time per event end to end, against json.Valid", value: r.plain.ratio, decimals: 2, unit: " ×",
			must: atMost(2.75), name: "end-to-end/json.Valid",
			note: fmt.Sprintf("%s an event of %d bytes, json.Valid %s", r.plain.perEvent, r.bytesPerEvent, r.plain.floor),
		},
		{what: "  the same with gzip", value: r.zipped.ratio, decimals: 2, unit: " ×", note: r.zipped.perEvent.String()},
		{
			what: "  with gzip, against pdata alone and gunzip", value: r.zipped.overRebuilt, decimals: 2, unit: " ×",
			must: atMost(1.7), name: "e2e-gzip/floor", note: fmt.Sprintf("these two take %s an event", r.zipped.rebuilt),
		},
		{
			what: "  with gzip, against without", value: medianRatio(r.zipped.costs, r.plain.costs), decimals: 2, unit: " ×",
			must: atMost(1.25), name: "e2e-gzip/plain",
		},
		{what: "  in a drain of 1,000,000 events", value: r.long.ratio, decimals: 2, unit: " ×", note: r.long.perEvent.String()},
		{what: "  in a drain of 100,000 events", value: r.short.ratio, decimals: 2, unit: " ×", note: r.short.perEvent.String()},
		{
			what: "  events per CPU second", value: float64(time.Second) / float64(r.plain.perEvent),
			name: "events-per-cpu-second", note: fmt.Sprintf("start-up of %s subtracted", r.startUp.Round(time.Millisecond)),
		},
		{what: "peak resident memory, 1,000,000 events", value: r.long.peak, decimals: 1, unit: " MB", must: atMost(150), name: "peak-MB-1M", note: r.long.ofThem()},
		{what: "  the same with gzip", value: r.longZipped.peak, decimals: 1, unit: " MB", must: atMost(100), name: "peak-MB-1M-gzip", note: r.longZipped.ofThem()},
		{what: "peak resident memory, 100,000 events", value: r.short.peak, decimals: 1, unit: " MB", must: atMost(150), name: "peak-MB-100k", note: r.short.ofThem()},
		{
			what:  "pages per 200 ms, API latency 200 ms, downstream 150 ms a page",
			value: r.pages, decimals: 3, must: atLeast(0.9), name: "pages-per-api-latency",
		},
		{
			what:  "memory of an idle receiver, 500 in one process",
			value: r.idleMB, decimals: 3, unit: " MB", must: atMost(1), name: "MB-per-idle-receiver",
		},
		{what: "goroutines of an idle receiver", value: r.idleCount, decimals: 2, must: atMost(5), name: "goroutines-per-idle-receiver"},
		{
			what:  "CPU time of an idle receiver that polls every 10 s",
			value: r.idleCPU, decimals: 4, unit: " % of a core", must: atMost(0.05), name: "idle-cpu-percent",
			note: fmt.Sprintf("%d receivers over %s, less as many that do not poll meanwhile", quietReceivers, quietTime),
		},
		{
			what:  "start of 500 receivers, an org each: all have started after",
			value: r.started.ready.Seconds(), decimals: 2, unit: " s", must: atMost(5), name: "start-500-return-seconds",
		},
		{
			what:  "  the last org's first answer after",
			value: r.started.lastAnswer.Seconds(), decimals: 2, unit: " s", must: atMost(25), name: "start-500-seconds",
		},
		{
			what:  "  most requests in any second until all have delivered",
			value: float64(r.started.mostInASecond), must: atMost(50), name: "start-500-requests-per-second",
			note: fmt.Sprintf("%d in all, %.1f for each receiver", r.started.requests, float64(r.started.requests)/startedReceivers),
		},
		{
			what:  "event hook to the far end, API latency 100 ms: median",
			value: milliseconds(r.hookMedian), decimals: 1, unit: " ms", must: atMost(milliseconds(hookLatency + 5*time.Millisecond)), name: "hook-median-ms",
			note: fmt.Sprintf("the API and %.1f ms, of %d deliveries", milliseconds(r.hookMedian-hookLatency), hookDeliveries),
		},
		{
			what:  "  the 99th of 100",
			value: milliseconds(r.hookP99), decimals: 1, unit: " ms", must: atMost(milliseconds(hookLatency + 50*time.Millisecond)), name: "hook-p99-ms",
			note: fmt.Sprintf("the API and %.1f ms", milliseconds(r.hookP99-hookLatency)),
		},
	}
}

// ofThem says how much of the peak is not the collector's own.
func (c compared) ofThem() string {
	return fmt.Sprintf("of them %.1f MB of the program's file, as far as the kernel has it in its page cache", c.file)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
