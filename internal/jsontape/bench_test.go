// SPDX-License-Identifier: Apache-2.0

package jsontape_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// benchEvents is a full page of 1,000 varied events.
func benchEvents() (events [][]byte) {
	published := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, event := range generate.New(1).Events(1000, published, time.Second) {
		events = append(events, event.JSON)
	}
	return events
}

// BenchmarkSplit takes a page apart, as the client does with each answer.
func BenchmarkSplit(b *testing.B) {
	page := append(append([]byte{'['}, bytes.Join(benchEvents(), []byte{','})...), ']')
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsontape.Split(page, 1000); err != nil {
			b.Fatal("not a page")
		}
	}
}

// BenchmarkArray does so, and has the tapes of the events then.
func BenchmarkArray(b *testing.B) {
	page := append(append([]byte{'['}, bytes.Join(benchEvents(), []byte{','})...), ']')
	var array jsontape.Elements
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := array.Read(page, 1000); err != nil {
			b.Fatal("not a page")
		}
	}
}

// BenchmarkMembers takes each event of a page apart.
func BenchmarkMembers(b *testing.B) {
	events := benchEvents()
	b.SetBytes(int64(len(bytes.Join(events, nil))))
	b.ReportAllocs()
	for b.Loop() {
		for _, event := range events {
			if !jsontape.Members(event, func(string, []byte) {}) {
				b.Fatal("not an event")
			}
		}
	}
}

// BenchmarkParse reads each event of a page.
func BenchmarkParse(b *testing.B) {
	var events []string
	size := 0
	for _, event := range benchEvents() {
		events = append(events, string(event))
		size += len(event)
	}
	var tape jsontape.Tape
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, event := range events {
			if !tape.Parse(event) {
				b.Fatal("not JSON")
			}
		}
	}
}
