// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// tolerableOffset is a difference between the clocks that is not worth a word.
const tolerableOffset = 5 * time.Second

// showClock makes the difference between Okta's clock and the local one a metric, once it is known.
func showClock(telemetry *metadata.TelemetryBuilder, clock *okta.Clock) error {
	err := telemetry.RegisterOktaSystemlogClockOffsetCallback(func(_ context.Context, o metric.Float64Observer) error {
		if ahead, known := clock.Offset(); known {
			o.Observe(ahead.Seconds())
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("internal metrics: %w", err)
	}
	return nil
}

// watchClock warns once of a local clock that is off. Polling does not mind, but others may.
func (p *poller) watchClock() {
	ahead, known := p.client.Clock().Offset()
	if !known || ahead.Abs() < tolerableOffset {
		return
	}
	p.clockWarning.Do(func() {
		p.logger.Warn("The local clock differs from Okta's, which is followed: check the time synchronisation of this machine",
			zap.Duration("okta_is_ahead", ahead.Round(time.Second)))
	})
}
