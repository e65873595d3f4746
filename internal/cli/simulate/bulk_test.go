// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

func ask(t *testing.T, handler http.Handler, query string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/logs?"+query, nil)
	r.Header.Set("Authorization", "SSWS mine")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestBulkServesEachEventOnceWithATimeOfItsOwn(t *testing.T) {
	const total = patterns + 1500
	now := time.Now()
	ends := 0
	b := newBulk(config{token: "mine", bulk: total, malformed: generate.DefaultMalformed}, now, func() { ends++ })
	uuids, usual := map[string]bool{}, 0
	for at := 0; at < total; at += maxPerPage {
		w := ask(t, b, fmt.Sprintf("limit=1000&after=%d", at))
		require.Equal(t, http.StatusOK, w.Code)
		next := fmt.Sprintf("after=%d>", min(at+maxPerPage, total))
		require.Contains(t, w.Header().Get("Link"), next)
		var events []struct{ UUID, Published string }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &events))
		for i, event := range events {
			uuids[event.UUID] = true
			if event.Published == now.UTC().Add(-backlogSpan+time.Duration(at+i)*b.step).Format(publishedLayout) {
				usual++
			}
		}
	}
	assert.Len(t, uuids, total)
	assert.Greater(t, usual, total*98/100, "malformed events keep their unusual times")
	assert.Zero(t, ends)
	for range 3 {
		assert.JSONEq(t, `[]`, ask(t, b, fmt.Sprintf("after=%d", total)).Body.String())
	}
	assert.Equal(t, 1, ends, "said once, when the end is read a second time")
}

func TestPreparedPagesAreThoseThatAreMadeWhenAskedFor(t *testing.T) {
	const total = 2500
	now := time.Now()
	asked := newBulk(config{bulk: total}, now, func() {})
	prepared := newBulk(config{bulk: total, prepare: true}, now, func() {})
	require.Len(t, prepared.prepared, 2, "the last page is not full")
	unzipped := func(b *bulk, at, limit int) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("/api/v1/logs?limit=%d&after=%d", limit, at), nil)
		r.Header.Set("Authorization", "SSWS ")
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		z, err := gzip.NewReader(w.Body)
		require.NoError(t, err)
		page, err := io.ReadAll(z)
		require.NoError(t, err)
		return string(page)
	}
	for at := 0; at <= total; at += 500 {
		for _, limit := range []int{1000, 10} {
			assert.Equal(t, unzipped(asked, at, limit), unzipped(prepared, at, limit))
		}
	}
	prepared.patterns = nil
	assert.NotEmpty(t, unzipped(prepared, maxPerPage, maxPerPage), "nothing is left to be made")
}

func TestBulkWantsTheToken(t *testing.T) {
	b := newBulk(config{token: "another", bulk: 1}, time.Now(), func() {})
	assert.Equal(t, http.StatusUnauthorized, ask(t, b, "").Code)
}

func TestBulkOverHTTPWithAndWithoutGzip(t *testing.T) {
	for _, zipped := range []string{"true", "false"} {
		url, token, stop := start(t, "--bulk", "1500", "--gzip="+zipped)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/logs", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "SSWS "+token)
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		assert.Equal(t, zipped, fmt.Sprint(response.Uncompressed))
		var events []json.RawMessage
		require.NoError(t, json.NewDecoder(response.Body).Decode(&events))
		require.NoError(t, response.Body.Close())
		assert.Len(t, events, maxPerPage)
		assert.False(t, strings.HasPrefix(string(events[0]), "["))
		assert.NoError(t, stop())
	}
}
