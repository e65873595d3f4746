// SPDX-License-Identifier: Apache-2.0

// Package hostile answers like a peer that means harm, or one that is broken, and measures what that costs.
package hostile

import (
	"bytes"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// Answer is a transport that gives the same answer to every request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// RoundTrip implements [http.RoundTripper].
func (a Answer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.Status, Header: a.Header.Clone(), ContentLength: -1, Body: io.NopCloser(bytes.NewReader(a.Body)), Request: r}, nil
}

// Body is a body in which a part is repeated, so that a few bytes of a fuzzer's input reach the limits. It skips a test
// whose body would be larger than most bytes.
func Body(t testing.TB, before, repeated string, times uint16, after string, most int) []byte {
	if len(repeated)*int(times) > most {
		t.Skip("large inputs make slow runs and find no more")
	}
	return []byte(before + strings.Repeat(repeated, int(times)) + after)
}

// Allocated returns how many bytes the work has allocated in all, garbage included. Nothing else may run meanwhile.
func Allocated(work func()) int {
	var begin, end runtime.MemStats
	runtime.ReadMemStats(&begin)
	work()
	runtime.ReadMemStats(&end)
	return int(end.TotalAlloc - begin.TotalAlloc)
}
