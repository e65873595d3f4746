// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"context"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/scrape"
)

const (
	// answersAtEnd is how many answers without a new event prove that all events were delivered. Up to six come before
	// an event counts: three of the connection check, one that only tells Okta's time, the page that is being
	// delivered, and the one fetched ahead. A reading may count one more that came while it was being taken.
	answersAtEnd = 8
	// passesAtEnd is how many times an event must be newer than the mark. Once is not enough: an event that is dated in
	// the future counts as published when it was read.
	passesAtEnd = 2
	// beyondAtEnd is how many events must be beyond the end of the range. Events come in the order in which Okta has
	// stored them, but a few with a wrong clock may be dated later than that.
	beyondAtEnd = 1000
	// clockError is how far Okta's clock, as the collector knows it, may be behind: the Date of an answer has no
	// fractions of a second.
	clockError = time.Second
)

// endDetector tells from readings of a running collector's metrics when it has read enough.
type endDetector struct {
	// grows says that the log goes on growing. One that grows faster than it can be quiet for long is read up to the
	// moment of the start: events come in the order in which Okta has stored them, so one that was published later has
	// all of the backtest's before it.
	grows bool
	// mark is when the backtest began or, once an event was newer than that, when that was seen.
	mark   time.Time
	passes int
	// since is what was seen when an event came last.
	since progress
}

// over reports whether all was read, by what its metrics have shown at a time.
func (w *endDetector) over(now time.Time, seen progress) bool {
	if w.grows && seen.dated && now.Add(-seen.lag).After(w.mark.Add(clockError)) {
		w.mark = now
		w.passes++
	}
	if seen.accepted != w.since.accepted {
		w.since = seen
	}
	return w.passes == passesAtEnd || seen.beyond >= beyondAtEnd || seen.answers >= w.since.answers+answersAtEnd
}

// progress is how far the collector has come: the pages it got, and the events that its pipelines have accepted.
type progress struct {
	answers, accepted int
	// lag is the age of the newest event on Okta's clock, and dated says that there was one.
	lag   time.Duration
	dated bool
	// beyond is how many events were so late that the range is over.
	beyond int
}

func scrapeProgress(ctx context.Context, url string) (progress, error) {
	metrics, err := scrape.Get(ctx, url)
	return progressIn(metrics), err
}

// progressIn reads the collector's own metrics. Access tokens are asked for with POST and are no pages.
func progressIn(metrics scrape.Metrics) progress {
	answers, _ := metrics.Sum("http_client_request_duration", map[string]string{"http_request_method": "GET", "http_response_status_code": "200"})
	accepted, _ := metrics.Sum("otelcol_receiver_accepted_log_records", nil)
	lag, dated := metrics.Sum("otelcol_okta_systemlog_lag", nil)
	filter := map[string]string{"processor": ownBeyondFilter}
	incoming, _ := metrics.Sum("otelcol_processor_incoming_items", filter)
	outgoing, _ := metrics.Sum("otelcol_processor_outgoing_items", filter)
	return progress{answers: int(answers), accepted: int(accepted), beyond: int(incoming - outgoing), lag: time.Duration(lag * float64(time.Second)), dated: dated}
}
