// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
		if len(repeated)*int(times) > 1<<20 {
			t.Skip("larger bodies are refused")
		}
		body := before + strings.Repeat(repeated, int(times)) + after
		r, err := http.NewRequestWithContext(t.Context(), method, testPath, strings.NewReader(body))
		if err != nil {
			t.Skip("no method")
		}
		r.Header.Set("Content-Type", mediaType)
		r.Header.Set("Authorization", testSecret)
		h := newHook()

		var begin, end runtime.MemStats
		runtime.ReadMemStats(&begin)
		response := h.serve(r)
		texts := CanonicalTexts(h.taken)
		runtime.ReadMemStats(&end)

		require.Contains(t, []int{200, 400, 405, 409, 413, 415, 503}, response.Code)
		require.LessOrEqual(t, len(texts), maxEvents)
		require.Equal(t, response.Code == http.StatusOK, h.outcomes[Accepted] == 1)
		require.LessOrEqual(t, end.TotalAlloc-begin.TotalAlloc, uint64(16<<20+100*len(body)))
	})
}
