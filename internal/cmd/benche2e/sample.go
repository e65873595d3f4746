// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzip"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

// sampleEvents is how many events the floors are measured with: all that the simulator varies.
const sampleEvents = 8000

// sample is the events of the benchmark, as the collector gets them: the pages that they come in, each event on its
// own, and their size in all.
type sample struct {
	pages  []samplePage
	events [][]byte
	bytes  int
}

// samplePage is a page: as the simulator compresses it, and the records that the receiver makes of it.
type samplePage struct {
	zipped  []byte
	records plog.LogRecordSlice
}

// fetchSample reads the events from the simulator.
func fetchSample(ctx context.Context, b *bench) (*sample, error) {
	simulator, org, err := b.simulate(ctx, sampleEvents)
	if err != nil {
		return nil, err
	}
	defer simulator.end(syscall.SIGTERM) //nolint:errcheck // nothing is left to go wrong
	s := &sample{}
	translator := translate.New(translate.Options{})
	for at := 0; at < sampleEvents; at += pageSize {
		zipped, err := fetchPage(ctx, fmt.Sprintf("%s/api/v1/logs?limit=%d&after=%d", org, pageSize, at))
		if err != nil {
			return nil, err
		}
		if err := s.add(zipped, translator); err != nil {
			return nil, fmt.Errorf("read a page of the simulator: %w", err)
		}
	}
	return s, nil
}

// fetchPage returns the page as it was sent, compressed.
func fetchPage(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "SSWS "+token)
	r.Header.Set("Accept-Encoding", "gzip") // by itself, the client would decompress
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Encoding") != "gzip" {
		return nil, fmt.Errorf("the simulator answered %s, with the content encoding %q", response.Status, response.Header.Get("Content-Encoding"))
	}
	return io.ReadAll(response.Body)
}

// add takes a page into the sample.
func (s *sample) add(zipped []byte, translator *translate.Translator) error {
	var page bytes.Buffer
	if err := gunzip(&page, &gzip.Reader{}, zipped); err != nil {
		return err
	}
	var events []json.RawMessage
	if err := json.Unmarshal(page.Bytes(), &events); err != nil {
		return err
	}
	_, records := translator.NewLogs()
	records.EnsureCapacity(len(events))
	now := time.Now()
	for _, event := range events {
		translator.Record(event, now, records.AppendEmpty())
		s.events = append(s.events, event)
		s.bytes += len(event)
	}
	s.pages = append(s.pages, samplePage{zipped, records})
	return nil
}
