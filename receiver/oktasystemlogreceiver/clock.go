// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
)

// watchClock warns once of a local clock that is off. Polling does not mind, but others may.
func (p *poller) watchClock() {
	ahead, known := p.client.Clock().Offset()
	if !known || ahead.Abs() < connection.TolerableOffset {
		return
	}
	p.clockWarning.Do(func() {
		p.logger.Warn("The local clock differs from Okta's, which is followed: check the time synchronisation of this machine",
			zap.Duration("okta_is_ahead", ahead.Round(time.Second)))
	})
}
