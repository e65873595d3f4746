// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"

	"go.opentelemetry.io/collector/receiver"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// counters are what a receiver counts of its event hook, and what the tally calls it.
var counters = map[string]string{
	"otelcol_okta_systemlog_hook_triggered_polls":    "polls rung for",
	"otelcol_okta_systemlog_hook_events_confirmed":   "announced events confirmed",
	"otelcol_okta_systemlog_hook_events_unconfirmed": "announced events unconfirmed",
}

// countInto makes a receiver with an event hook count, so that it can be seen that the hook rings.
func (l *life) countInto(set *receiver.Settings) {
	if l.member.setup.hook.on() {
		l.counts = sdkmetric.NewManualReader()
		set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(l.counts))
	}
}

// sumUp adds what the receiver has counted to the tally, once it has ended.
func (l *life) sumUp() {
	if l.counts == nil {
		return
	}
	var counted metricdata.ResourceMetrics
	if err := l.counts.Collect(context.Background(), &counted); err != nil {
		l.member.change(func() { l.member.fails("start", "the receiver's counters: %v", err) })
	}
	for _, scope := range counted.ScopeMetrics {
		for _, m := range scope.Metrics {
			what, wanted := counters[m.Name]
			if !wanted {
				continue
			}
			for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
				l.member.tally.add(what, int(point.Value))
			}
		}
	}
}
