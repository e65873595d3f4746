// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
)

// beginHook makes the counters of an event hook appear with 0.
func (m *meter) beginHook() {
	for _, counter := range []metric.Int64Counter{
		m.OktaSystemlogHookDoorbellPolls, m.OktaSystemlogHookEventsConfirmed, m.OktaSystemlogHookEventsUnconfirmed,
	} {
		m.count(counter, 0)
	}
	for _, outcome := range eventhook.Outcomes() {
		m.answered(outcome, 0)
	}
}

// answered counts requests to the event hook.
func (m *meter) answered(outcome eventhook.Outcome, n int) {
	m.OktaSystemlogHookDeliveries.Add(context.Background(), int64(n), m.receiver, metric.WithAttributes(attribute.String("outcome", string(outcome))))
}
