// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"

	"go.opentelemetry.io/collector/receiver"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// hookCounters are what a receiver counts of its event hook, and what the coverage calls it.
var hookCounters = map[string]string{
	"otelcol_okta_systemlog_hook_triggered_polls":    "polls triggered",
	"otelcol_okta_systemlog_hook_events_confirmed":   "announced events confirmed",
	"otelcol_okta_systemlog_hook_events_unconfirmed": "announced events unconfirmed",
}

// collectMetrics makes a receiver with an event hook count, so that it can be seen what the hook triggers.
func (p *process) collectMetrics(set *receiver.Settings) {
	if p.node.setup.hook.on() {
		p.metrics = sdkmetric.NewManualReader()
		set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(p.metrics))
	}
}

// addMetrics adds what the receiver has counted to the coverage, once it has ended.
func (p *process) addMetrics() {
	if p.metrics == nil {
		return
	}
	var counted metricdata.ResourceMetrics
	if err := p.metrics.Collect(context.Background(), &counted); err != nil {
		p.node.locked(func() { p.node.fail("start", "the receiver's counters: %v", err) })
	}
	for _, scope := range counted.ScopeMetrics {
		for _, m := range scope.Metrics {
			what, wanted := hookCounters[m.Name]
			if !wanted {
				continue
			}
			for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
				p.node.coverage.add(what, int(point.Value))
			}
		}
	}
}
