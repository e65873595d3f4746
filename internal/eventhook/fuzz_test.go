// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/hostile"
)

// FuzzDelivery feeds deliveries with the right secret to the handler, and what comes of them to the translation into
// the System Log's form. Whatever is in them, each is answered, the events are bounded, and so is the memory that is
// taken.
func FuzzDelivery(f *testing.F) {
	f.Add("POST", "application/json", `{"eventTime":"2026-11-21T00:00:00.000Z","data":{"events":[`, `{"uuid":"u","client":{"ipChain":[1],"zone":"null"}},`, uint16(100), `{}]}}`)
	f.Add("POST", "application/json", `{"data":{"events":[`, "0,", uint16(65535), "0]}}")
	f.Add("POST", "application/json; charset=utf-8", `{"data":{"events":[{"client":{`, `"a":1,`, uint16(9000), `"b":2}}]}}`)
	f.Add("POST", "application/json", `{"data":{"events":[],"events":`, "[", uint16(9000), `]}}`)
	f.Add("GET", "text/plain", "", "", uint16(0), "")
	f.Fuzz(func(t *testing.T, method, mediaType, before, repeated string, times uint16, after string) {
		body := hostile.Body(t, before, repeated, times, after, 1<<20)
		r, err := http.NewRequestWithContext(t.Context(), method, testPath, bytes.NewReader(body))
		if err != nil {
			t.Skip("no method")
		}
		r.Header.Set("Content-Type", mediaType)
		r.Header.Set("Authorization", testSecret)
		h := newHook()

		var response *httptest.ResponseRecorder
		var texts [][]byte
		allocated := hostile.Allocated(func() {
			response = h.serve(r)
			texts = CanonicalTexts(h.taken)
		})
		require.Contains(t, []int{200, 400, 405, 409, 413, 415, 503}, response.Code)
		require.LessOrEqual(t, len(texts), maxEvents)
		require.Equal(t, response.Code == http.StatusOK, h.outcomes[Accepted] == 1)
		require.LessOrEqual(t, allocated, 16<<20+100*len(body))
	})
}
