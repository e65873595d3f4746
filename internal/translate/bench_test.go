// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

// benchEvents is a full page.
func benchEvents() (events [][]byte, size int64) {
	for _, event := range generate.New(1).Events(1000, observed, time.Second) {
		events = append(events, event.JSON)
		size += int64(len(event.JSON))
	}
	return events, size
}

func reportPerEvent(b *testing.B, events int) {
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
}

// BenchmarkPage is a page of 1,000 events, from the text of each to its record.
func BenchmarkPage(b *testing.B) {
	events, size := benchEvents()
	translator := New(testOptions())
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		_, records := translator.NewLogs()
		records.EnsureCapacity(len(events))
		for _, event := range events {
			translator.Record(event, observed, records.AppendEmpty())
		}
	}
	reportPerEvent(b, len(events))
}

// BenchmarkValid is the floor: encoding/json's check of the same bytes.
func BenchmarkValid(b *testing.B) {
	events, size := benchEvents()
	b.SetBytes(size)
	for b.Loop() {
		for _, event := range events {
			if !json.Valid(event) {
				b.Fatal("not valid")
			}
		}
	}
	reportPerEvent(b, len(events))
}

// BenchmarkPdata makes the same records out of values that are there already: what pdata itself costs.
func BenchmarkPdata(b *testing.B) {
	records, _ := benchRecords(b)
	b.ReportAllocs()
	for b.Loop() {
		translatetest.Rebuild(records)
	}
	reportPerEvent(b, records.Len())
}

// At most five allocations an event more than pdata's own.
func TestAllocationsOverPdata(t *testing.T) {
	records, events := benchRecords(t)
	translator := New(testOptions())
	page := testing.AllocsPerRun(3, func() {
		_, made := translator.NewLogs()
		made.EnsureCapacity(len(events))
		for _, event := range events {
			translator.Record(event, observed, made.AppendEmpty())
		}
	})
	pdata := testing.AllocsPerRun(3, func() { translatetest.Rebuild(records) })
	over := (page - pdata) / float64(len(events))
	t.Logf("allocs/event: %.1f, pdata %.1f", page/float64(len(events)), pdata/float64(len(events)))
	require.LessOrEqual(t, over, 5.0)
}

func benchRecords(tb testing.TB) (plog.LogRecordSlice, [][]byte) {
	tb.Helper()
	events, _ := benchEvents()
	translator := New(testOptions())
	_, records := translator.NewLogs()
	for _, event := range events {
		translator.Record(event, observed, records.AppendEmpty())
	}
	return records, events
}
