// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

// benchEvents is how many events the benchmarks' page holds: a full page.
const benchEvents = okta.MaxPageSize

// answer is a transport that gives every request the same page, with no network in between.
type answer []byte

func (a answer) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header: http.Header{
			"Content-Type": {"application/json"},
			"Link":         {`<https://acme.okta.com/api/v1/logs?after=1&limit=1000>; rel="next"`}, // as each full page has
		},
		ContentLength: int64(len(a)),
		Body:          io.NopCloser(bytes.NewReader(a)),
	}, nil
}

// bench is the way from the bytes of an answer to records, and those bytes.
type bench struct {
	body    []byte
	client  *okta.Client
	at      okta.Position
	history *History
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	body := generate.New(1).Page(benchEvents, now)
	return newBenchOf(tb, body, answer(body), now)
}

// withoutDerived is the same way where no attributes are derived.
func (b *bench) withoutDerived() *bench {
	without := *b
	set := b.history.set
	set.Translator = translate.New(translate.Options{
		Resource: benchResource(), ScopeName: metadata.ScopeName, ScopeVersion: "1", WithoutDerived: true,
	})
	without.history = &History{set: set, store: b.history.store, inCall: map[checkpoint.ID]struct{}{}}
	return &without
}

func benchResource() pcommon.Resource {
	resource := pcommon.NewResource()
	resource.Attributes().PutStr("okta.org.domain", "acme.okta.com")
	resource.Attributes().PutStr("service.name", "okta")
	return resource
}

// newBenchOf is the way from the answers of a transport to records.
func newBenchOf(tb testing.TB, body []byte, transport http.RoundTripper, now time.Time) *bench {
	tb.Helper()
	org := &url.URL{Scheme: "https", Host: "acme.okta.com"}
	store, err := checkpoint.Open(tb.Context(), checkpoint.NewMemory(), org.Host, zap.NewNop())
	require.NoError(tb, err)
	return &bench{
		body:   body,
		client: okta.NewClient(org, &http.Client{Transport: transport}, "test/1"),
		at:     okta.Query{PageSize: benchEvents}.Since(now),
		history: &History{
			set: Settings{
				Translator: translate.New(translate.Options{Resource: benchResource(), ScopeName: metadata.ScopeName, ScopeVersion: "1"}),
				Logger:     zap.NewNop(),
			},
			store:  store,
			inCall: map[checkpoint.ID]struct{}{},
		},
	}
}

// convert does what the receiver does with an answer until there are records.
func (b *bench) convert(tb testing.TB, take func(plog.LogRecordSlice)) {
	page, err := b.client.Page(tb.Context(), b.at)
	require.NoError(tb, err)
	batch := Batch{Source: Polled, Events: page.Events, Tapes: page.Tapes, Received: page.Received, Answered: page.Answered, Next: page.Next}
	for rest := page.Events; len(rest) > 0; {
		c := b.history.newCall(rest, &batch)
		take(c.logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords())
		rest = rest[c.events:]
	}
	page.Release()
}

// warmUp converts some pages, as a Collector has before long: buffers have their size then, and fields are known.
func (b *bench) warmUp(tb testing.TB) {
	for range 5 {
		b.convert(tb, func(plog.LogRecordSlice) {})
	}
}

// records are the page's records, those of all calls together.
func (b *bench) records(tb testing.TB) plog.LogRecordSlice {
	tb.Helper()
	all := plog.NewLogRecordSlice()
	b.convert(tb, func(records plog.LogRecordSlice) { records.MoveAndAppendTo(all) })
	require.Equal(tb, benchEvents, all.Len())
	return all
}

// BenchmarkPage is what make bench compares: the floor, which is encoding/json's check of the page's bytes; the whole
// way from these bytes to records, with and without what is derived; and pdata alone, making the same records out of
// values that are there already.
func BenchmarkPage(b *testing.B) {
	bench := newBench(b)
	b.Run("way=json.Valid", func(b *testing.B) {
		for b.Loop() {
			require.True(b, json.Valid(bench.body))
		}
	})
	b.Run("way=conversion", func(b *testing.B) {
		bench.warmUp(b)
		b.ReportAllocs()
		for b.Loop() {
			bench.convert(b, func(plog.LogRecordSlice) {})
		}
		b.ReportMetric(benchEvents, "events/op")
	})
	b.Run("way=not-derived", func(b *testing.B) {
		without := bench.withoutDerived()
		without.warmUp(b)
		b.ReportAllocs()
		for b.Loop() {
			without.convert(b, func(plog.LogRecordSlice) {})
		}
	})
	b.Run("way=pdata", func(b *testing.B) {
		records := bench.records(b)
		b.ReportAllocs()
		for b.Loop() {
			translatetest.Rebuild(records)
		}
	})
}

// BenchmarkDerived is what derived attributes take of the conversion. The two ways take turns, page by page, so that
// they share whatever else the machine does; of each way the page counts that a quarter of them were faster than.
func BenchmarkDerived(b *testing.B) {
	with := newBench(b)
	without := with.withoutDerived()
	turn := func(way *bench) time.Duration {
		begin := time.Now()
		way.convert(b, func(plog.LogRecordSlice) {})
		return time.Since(begin)
	}
	var derived, plain []time.Duration
	for b.Loop() {
		derived, plain = append(derived, turn(with)), append(plain, turn(without))
	}
	slices.Sort(derived)
	slices.Sort(plain)
	least := len(derived) / 4
	b.ReportMetric(1-plain[least].Seconds()/derived[least].Seconds(), "derived-share")
}
