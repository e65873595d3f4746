// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"encoding/json"
	"fmt"
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

func TestBulkWantsTheToken(t *testing.T) {
	b := newBulk(config{token: "another", bulk: 1}, time.Now(), func() {})
	assert.Equal(t, http.StatusUnauthorized, ask(t, b, "").Code)
}

func TestBulkOverHTTPWithAndWithoutGzip(t *testing.T) {
	for _, gzip := range []string{"true", "false"} {
		url, token, stop := start(t, "--bulk", "1500", "--gzip="+gzip)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/logs", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "SSWS "+token)
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		assert.Equal(t, gzip, fmt.Sprint(response.Uncompressed))
		var events []json.RawMessage
		require.NoError(t, json.NewDecoder(response.Body).Decode(&events))
		require.NoError(t, response.Body.Close())
		assert.Len(t, events, maxPerPage)
		assert.False(t, strings.HasPrefix(string(events[0]), "["))
		assert.NoError(t, stop())
	}
}
