// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/hostile"
)

const (
	// maxAllocated is what one answer may have allocated in all, in bytes, beside maxPerByte for each byte of its body,
	// garbage included.
	maxAllocated = 64 << 20
	maxPerByte   = 400
)

// FuzzAnswer feeds whole answers to the client and what comes of them to the conversion. Whatever is in them, each
// event of a page becomes one record, and the memory that is taken is bounded. The body is repeated, so that a few
// bytes of input reach the limits.
func FuzzAnswer(f *testing.F) {
	link := `<https://acme.okta.com/api/v1/logs?after=1&limit=1000>; rel="next"`
	f.Add(200, link, "60/59/1795262420", "[", `{"uuid":"u","published":"2026-11-21T00:00:00.000Z","eventType":"user.session.start"},`, uint16(100), `{}]`)
	f.Add(200, link, "", "[", "0,", uint16(65535), "0]")
	f.Add(200, link, "", `[{"uuid":"u","list":[`, "0,", uint16(65535), "0]}]")
	f.Add(200, link, "", `[{"uuid":"u"`, `,"a":{"b":"\u0000"}`, uint16(9000), "}]")
	f.Add(200, "", "", "[", "[", uint16(20000), "")
	f.Add(200, "<;>; rel=next", "//", `[{"uuid":"u","target":[`, `{"type":"User","id":"1"},`, uint16(9000), "null]}]")
	f.Add(403, "", "0/0/0", "<html>", "x", uint16(9000), "</html>")
	f.Add(401, "", "", `{"errorCode":"E0000011","errorSummary":"`, "é", uint16(65535), `"}`)
	f.Fuzz(func(t *testing.T, status int, link, limits, before, repeated string, times uint16, after string) {
		body := hostile.Body(t, before, repeated, times, after, 4<<20)
		header := http.Header{"Link": {link}, "Content-Type": {"application/json"}}
		for i, value := range strings.SplitN(limits, "/", 3) {
			header.Set([]string{"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"}[i], value)
		}
		b := newBenchOf(t, nil, hostile.Answer{Status: status, Header: header, Body: body}, time.Now())

		records, events := 0, 0
		allocated := hostile.Allocated(func() {
			page, err := b.client.Page(t.Context(), b.at)
			if err != nil {
				return
			}
			events = len(page.Events)
			batch := Batch{Source: Polled, Events: page.Events, Received: page.Received, Answered: page.Answered, Next: page.Next}
			for rest := page.Events; len(rest) > 0; {
				c := b.history.newCall(rest, &batch)
				require.Positive(t, c.events)
				_, err := (&plog.ProtoMarshaler{}).MarshalLogs(c.logs)
				require.NoError(t, err)
				records += c.records + c.repeated
				rest = rest[c.events:]
			}
		})
		require.LessOrEqual(t, records, events)
		require.LessOrEqual(t, allocated, maxAllocated+maxPerByte*len(body))
	})
}

// An answer is bounded by what it unpacks to.
func TestAnswerThatUnpacksToTooMuchIsRefused(t *testing.T) {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	for range 1 << 10 {
		_, err := writer.Write([]byte(strings.Repeat("[", 1<<15)))
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	unpacked, err := gzip.NewReader(&packed)
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	b := newBenchOf(t, nil, hostile.Answer{Status: http.StatusOK, Body: text}, time.Now())
	_, err = b.client.Page(t.Context(), b.at)
	require.ErrorContains(t, err, "the page is larger than 24 MiB")
}
