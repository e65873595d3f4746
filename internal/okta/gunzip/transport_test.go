// SPDX-License-Identifier: Apache-2.0

package gunzip_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/gunzip"
)

// answer is what came of a request, as far as a caller can tell.
type answer struct {
	status       int
	body         string
	failed       string // the kind of error that reading the body ended with
	uncompressed bool
	length       int64
	headers      []string
	asked        []string // the Accept-Encoding of the request, as the server saw it
}

func kindOf(err error) string {
	for name, kind := range map[string]error{"header": gzip.ErrHeader, "checksum": gzip.ErrChecksum, "broken off": io.ErrUnexpectedEOF} {
		if errors.Is(err, kind) {
			return name
		}
	}
	return fmt.Sprint(err)
}

func ask(t *testing.T, by http.RoundTripper, method, address string, header http.Header) (a answer) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	require.NoError(t, err)
	req.Header = header.Clone()
	resp, err := by.RoundTrip(req)
	require.NoError(t, err)
	assert.Equal(t, header, req.Header, "the request is the caller's")
	body, err := io.ReadAll(resp.Body)
	_, again := resp.Body.Read(make([]byte, 1))
	assert.Error(t, again)
	require.NoError(t, resp.Body.Close())
	a = answer{
		status: resp.StatusCode, body: string(body), failed: kindOf(err), uncompressed: resp.Uncompressed, length: resp.ContentLength,
		asked: resp.Header.Values("Asked"),
	}
	resp.Header.Del("Date")
	a.headers = slices.Sorted(maps.Keys(resp.Header))
	return a
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, errors.Join(err, w.Close()))
	return b.Bytes()
}

// Whatever the answer is, there is no telling the transport from net/http, which unpacks by itself.
func TestAnswersAreThoseOfNetHTTP(t *testing.T) {
	page := strings.Repeat(`{"uuid":"a","published":"2026-11-26T12:00:00Z"},`, 5000)
	whole := packed(t, page)
	damaged := slices.Clone(whole)
	damaged[len(damaged)-5]++
	for name, given := range map[string]struct {
		method string
		status int
		header http.Header // of the request
		coding []string
		body   []byte
	}{
		"gzip":                {coding: []string{"gzip"}, body: whole},
		"in capitals":         {coding: []string{"GZIP"}, body: whole},
		"an error":            {status: http.StatusTooManyRequests, coding: []string{"gzip"}, body: packed(t, `{"errorCode":"E0000047"}`)},
		"two members":         {coding: []string{"gzip"}, body: slices.Concat(whole, whole)},
		"of nothing":          {coding: []string{"gzip"}, body: packed(t, "")},
		"plain":               {body: []byte(page)},
		"nothing":             {},
		"nothing, as gzip":    {coding: []string{"gzip"}},
		"no content":          {status: http.StatusNoContent, coding: []string{"gzip"}},
		"not gzip":            {coding: []string{"gzip"}, body: []byte(page)},
		"shorter than header": {coding: []string{"gzip"}, body: []byte("[]")},
		"broken off":          {coding: []string{"gzip"}, body: whole[:len(whole)/2]},
		"damaged":             {coding: []string{"gzip"}, body: damaged},
		"followed by others":  {coding: []string{"gzip"}, body: append(slices.Clone(whole), "more"...)},
		"other coding":        {coding: []string{"br"}, body: whole},
		"two codings":         {coding: []string{"gzip, gzip"}, body: packed(t, string(whole))},
		"coding named twice":  {coding: []string{"gzip", "gzip"}, body: packed(t, string(whole))},
		"HEAD":                {method: http.MethodHead, coding: []string{"gzip"}},
		"a range":             {header: http.Header{"Range": {"bytes=0-9"}}, coding: []string{"gzip"}, body: whole},
		"own coding":          {header: http.Header{"Accept-Encoding": {"identity"}}, coding: []string{"gzip"}, body: whole},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Asked"] = r.Header.Values("Accept-Encoding")
				for _, coding := range given.coding {
					w.Header().Add("Content-Encoding", coding)
				}
				w.WriteHeader(max(given.status, http.StatusOK))
				_, _ = w.Write(given.body)
			}))
			defer server.Close()
			method, header := http.MethodGet, http.Header{"Accept": {"application/json"}}
			if given.method != "" {
				method = given.method
			}
			maps.Copy(header, given.header)
			own := http.DefaultTransport.(*http.Transport).Clone()
			defer own.CloseIdleConnections()
			want := ask(t, own, method, server.URL, header)
			for range 2 { // the second one with what the first one has left
				got := ask(t, gunzip.Transport(own), method, server.URL, header)
				if want.failed == "broken off" { // how much came before depends on who reads
					assert.True(t, strings.HasPrefix(page, got.body))
					got.body = want.body
				}
				assert.Equal(t, want, got)
			}
		})
	}
}

// A body that is closed before its end gives nothing of it to the next one.
func TestClosedBeforeItsEnd(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed(t, strings.Repeat(r.URL.Path, 100_000)))
	}))
	defer server.Close()
	by := gunzip.Transport(http.DefaultTransport)
	for _, path := range []string{"/a", "/b", "/c"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, http.NoBody)
		require.NoError(t, err)
		resp, err := by.RoundTrip(req)
		require.NoError(t, err)
		begun := make([]byte, 2)
		_, err = io.ReadFull(resp.Body, begun)
		require.NoError(t, err)
		assert.Equal(t, path, string(begun))
		require.NoError(t, resp.Body.Close())
		_, err = resp.Body.Read(make([]byte, 1<<20))
		assert.Error(t, err)
	}
}
