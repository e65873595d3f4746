// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// bodiesOf is a client of a server that answers with one body after the other, the last one again and again.
func bodiesOf(t *testing.T, bodies ...string) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Okta-Request-Id", "f3c1d0")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(bodies[0]))
		if len(bodies) > 1 {
			bodies = bodies[1:]
		}
	}))
	t.Cleanup(server.Close)
	return NewClient(mustParse(t, server.URL), server.Client(), "test/1")
}

func TestMalformedPagesSayWhere(t *testing.T) {
	for body, says := range map[string]string{
		"[{\"a\":1},{\"b\":\"x\ty\"}]": `in event 2, at byte 16: invalid character '\t' in string literal`,
		`[{"a":1},{"b":NaN}]`:          `in event 2, at byte 14: invalid character 'N' looking for beginning of value`,
		`[{"a":1},{"b":-Infinity}]`:    `in event 2, at byte 15: invalid character 'I' in numeric literal`,
		`[{"a":1},{"b":2}`:             `in event 3, at byte 16: unexpected end of JSON input`,
		`[{"a":1},{"b"`:                `in event 2, at byte 13: unexpected end of JSON input`,
		`[{"a":1}]<!-- cached -->`:     `in event 2, at byte 9: invalid character '<' after top-level value`,
		`{"events":[]}`:                "it begins as a JSON object",
		"  <html>":                     "it begins as HTML or XML",
		"":                             "it is empty",
		"\x1bx":                        `it begins with the byte '\x1b'`,
		"[\"a\",\x1b]":                 `in event 2, at byte 5: invalid character '\x1b' looking for beginning of value`,
		strings.Repeat("[", 20_000):    "in event 1, at byte 10000: invalid character '[' exceeded max depth",
		"[\"\t\", \"no end":            `in event 1, at byte 2: invalid character '\t' in string literal`,
	} {
		_, err := bodiesOf(t, body).Page(t.Context(), Ping())
		require.ErrorContains(t, err, "not a complete, valid JSON array of events: "+says, "%.20q", body)
		var e *oktaerr.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, oktaerr.Unavailable, e.Kind)
		assert.Equal(t, strings.HasPrefix(body, "["), e.Cause == oktaerr.CauseMalformed)
	}
}

// An event that is no JSON by a character does not keep back the others: when the page comes again as it is.
func TestPagesThatAreMended(t *testing.T) {
	const bad, grown = "[{\"uuid\":\"1\",\"m\":\"a\tb\"},{\"uuid\":\"2\",\"n\":NaN}]", "[{\"uuid\":\"1\",\"m\":\"a\tb\"},{\"uuid\":\"2\",\"n\":NaN},{\"uuid\":\"3\"}]"
	client := bodiesOf(t, bad, grown)
	at := Query{PageSize: 10}.Since(time.Now())
	_, err := client.Page(t.Context(), at)
	require.ErrorIs(t, err, ErrMendable)
	require.ErrorContains(t, err, `at byte 19: invalid character '\t'`)
	page, err := client.Page(t.Context(), at)
	require.NoError(t, err)
	require.Len(t, page.Events, 3)
	assert.Contains(t, page.Mended, "at byte 19")
	var event struct{ M, N string }
	for _, text := range page.Events {
		require.NoError(t, json.Unmarshal(text, &event))
	}
	assert.Equal(t, "a\tb", event.M)
	assert.Equal(t, "NaN", event.N)
	assert.JSONEq(t, `{"uuid":"3"}`, string(page.Events[2]))
	page.Release()
}

// What differs may be damage on the way, and is never mended; nor is what came at another position.
func TestDamageIsNotMended(t *testing.T) {
	client := bodiesOf(t, "[\"a\tb\"]", "[\"ab\tc\"]", "[\"a\tb\"]", "[\"a\tb\"]", "[\"a\tb\"]")
	at := Query{PageSize: 10}.Since(time.Now())
	for range 3 {
		_, err := client.Page(t.Context(), at)
		require.ErrorIs(t, err, ErrMendable)
	}
	_, err := client.Page(t.Context(), Ping())
	require.ErrorIs(t, err, ErrMendable)
	page, err := client.Page(t.Context(), Ping())
	require.NoError(t, err)
	assert.Len(t, page.Events, 1)

	client = bodiesOf(t, "[\"a\tb\", \"cut o")
	for range 3 {
		_, err := client.Page(t.Context(), at)
		require.ErrorContains(t, err, "not a complete, valid JSON array")
		require.NotErrorIs(t, err, ErrMendable)
	}
}

func TestMendedPageOfTheSimulator(t *testing.T) {
	org := orgWith(3, oktatest.Options{})
	org.Inject(fault.RawText("a\tb\x1b"), fault.RawText("a\tb\x1b"))
	client := clientOf(org)
	at := Query{PageSize: 10}.Since(twoHoursAgo(org))
	_, err := client.Page(t.Context(), at)
	require.ErrorIs(t, err, ErrMendable)
	mended, err := client.Page(t.Context(), at)
	require.NoError(t, err)
	page, err := client.Page(t.Context(), at)
	require.NoError(t, err)
	require.Len(t, mended.Events, 3)
	assert.Equal(t, page.Events[1:], mended.Events[1:], "the others are byte for byte as they were sent")
	assert.Contains(t, string(mended.Events[0]), `a\u0009b\u001b`)
	assert.Equal(t, page.Next, mended.Next)
	assert.Empty(t, page.Mended)
}

// An error object with the status of a success keeps what it says, and is no page.
func TestErrorObjectWithStatus200(t *testing.T) {
	_, err := bodiesOf(t, `{"errorCode":"E0000009","errorSummary":"Internal Server Error","errorId":"oae1"}`).Page(t.Context(), Ping())
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, oktaerr.CauseServer, e.Cause)
	assert.ErrorContains(t, err, `okta answered 200 OK: E0000009 "Internal Server Error"`)
	assert.ErrorContains(t, err, "error id oae1")
}
