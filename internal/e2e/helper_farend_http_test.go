// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// httpFarEnd is an OTLP/HTTP endpoint. It keeps what it has accepted, and answers as a test wishes.
type httpFarEnd struct {
	*httptest.Server

	mu       sync.Mutex
	status   int             // to answer with, 0 accepts
	poison   map[string]bool // uuids that make a call be answered with 400
	limit    int             // records from which on a call is answered with 413; 0 means none
	accepted map[string]int
	changed  chan struct{} // closed and replaced with each call
	calls    int
}

func startHTTPFarEnd(t *testing.T) *httpFarEnd {
	t.Helper()
	e := &httpFarEnd{poison: map[string]bool{}, accepted: map[string]int{}, changed: make(chan struct{})}
	e.Server = httptest.NewServer(http.HandlerFunc(e.export))
	t.Cleanup(e.Close)
	return e
}

func (e *httpFarEnd) export(w http.ResponseWriter, r *http.Request) {
	uuids, err := exported(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	status := e.judge(uuids)
	if status == 0 {
		for _, uuid := range uuids {
			e.accepted[uuid]++
		}
	}
	e.calls++
	close(e.changed)
	e.changed = make(chan struct{})
	e.mu.Unlock()
	if status != 0 {
		w.WriteHeader(status)
	}
}

// judge is the status to answer a call with, 0 where it is accepted. It needs the lock.
func (e *httpFarEnd) judge(uuids []string) int {
	if e.status != 0 {
		return e.status
	}
	if e.limit > 0 && len(uuids) >= e.limit {
		return http.StatusRequestEntityTooLarge
	}
	for _, uuid := range uuids {
		if e.poison[uuid] {
			return http.StatusBadRequest
		}
	}
	return 0
}

// exported are the uuids of a call's records.
func exported(r *http.Request) (uuids []string, err error) {
	logs, err := exportedLogs(r)
	if err != nil {
		return nil, err
	}
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				uid, _ := record.Attributes().Get("log.record.uid")
				uuids = append(uuids, uid.Str())
			}
		}
	}
	return uuids, nil
}

// exportedLogs are what a call has.
func exportedLogs(r *http.Request) (plog.Logs, error) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			return plog.Logs{}, err
		}
		body = unpacked
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return plog.Logs{}, err
	}
	request := plogotlp.NewExportRequest()
	err = request.UnmarshalProto(text)
	return request.Logs(), err
}

// set changes how the far end answers.
func (e *httpFarEnd) set(change func(*httpFarEnd)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e)
}

// awaitCalls waits until the far end was called n times more.
func (e *httpFarEnd) awaitCalls(t *testing.T, p *process, n int) {
	t.Helper()
	e.mu.Lock()
	until := e.calls + n
	for e.calls < until {
		more := e.changed
		e.mu.Unlock()
		p.await(t, "the far end is called", more)
		e.mu.Lock()
	}
	e.mu.Unlock()
}

// awaitEvents waits until the far end has accepted n different events.
func (e *httpFarEnd) awaitEvents(t *testing.T, p *process, n int) {
	t.Helper()
	for {
		e.mu.Lock()
		have, more := len(e.accepted), e.changed
		e.mu.Unlock()
		if have >= n {
			return
		}
		p.await(t, "the far end has every event", more)
	}
}

// requireAll asserts that the far end has each event of an org but for some, and those that it has once but for so
// many that are allowed to be repeated.
func (e *httpFarEnd) requireAll(t *testing.T, org *simulator, repeated int, without map[string]bool) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	lost, again := 0, 0
	for event := range org.Events() {
		times := e.accepted[event.UUID]
		if times == 0 && !without[event.UUID] {
			lost++
		}
		again += max(0, times-1)
	}
	assert.Zero(t, lost, "lost events")
	assert.LessOrEqual(t, again, repeated, "repeated events")
}
