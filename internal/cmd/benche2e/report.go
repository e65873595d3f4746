// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// results is all that is measured.
type results struct {
	plain, zipped     compared // 300,000 events, without gzip and with
	short, long       compared // 100,000 and 1,000,000 events, without gzip
	startUp           time.Duration
	bytesPerEvent     int
	pages             float64 // per API latency
	idleMB, idleCount float64 // memory and goroutines of an idle receiver
}

// print writes the table, and then one line for each figure: its name and its value.
func (r results) print(w io.Writer) error {
	perSecond := float64(time.Second) / float64(r.plain.perEvent)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(what, must, reached string) { fmt.Fprintf(table, "%s\t%s\t%s\n", what, must, reached) } //nolint:errcheck // Flush tells
	row("what", "must reach", "reached")
	row("CPU time per event end to end, against json.Valid", "at most 2.75 ×", fmt.Sprintf("%.2f × (%s an event of %d bytes, json.Valid %s)", r.plain.ratio, r.plain.perEvent, r.bytesPerEvent, r.plain.floor))
	row("  the same with gzip", "", fmt.Sprintf("%.2f × (%s)", r.zipped.ratio, r.zipped.perEvent))
	row("  in a drain of 1,000,000 / 100,000 events", "", fmt.Sprintf("%.2f × (%s) / %.2f × (%s)", r.long.ratio, r.long.perEvent, r.short.ratio, r.short.perEvent))
	row("  events per CPU second", "", fmt.Sprintf("%.0f (start-up of %s subtracted)", perSecond, r.startUp.Round(time.Millisecond)))
	row("peak resident memory, 1,000,000 events", "at most 150 MB", fmt.Sprintf("%.1f MB", r.long.peak))
	row("peak resident memory, 100,000 events", "at most 150 MB", fmt.Sprintf("%.1f MB", r.short.peak))
	row("pages per 200 ms, API latency 200 ms, downstream 150 ms a page", "at least 0.90", fmt.Sprintf("%.3f", r.pages))
	row("memory of an idle receiver, 500 in one process", "at most 1 MB", fmt.Sprintf("%.3f MB", r.idleMB))
	row("goroutines of an idle receiver", "at most 5", fmt.Sprintf("%.2f", r.idleCount))
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, `
end-to-end/json.Valid %.2f
events-per-cpu-second %.0f
peak-MB-1M %.1f
peak-MB-100k %.1f
pages-per-api-latency %.3f
MB-per-idle-receiver %.3f
goroutines-per-idle-receiver %.2f
`, r.plain.ratio, perSecond, r.long.peak, r.short.peak, r.pages, r.idleMB, r.idleCount)
	return err
}
