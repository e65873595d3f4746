// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// The receivers of a Collector come from one factory and start at the same moment, each with an org of its own.
func TestReceiversOfACollectorTakeTurnsWhenTheyStart(t *testing.T) {
	for _, mode := range []string{checkWarn, checkOff} {
		t.Run(mode, func(t *testing.T) {
			inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: 50 * time.Millisecond}, func(t *testing.T, w *world) {
				const receivers = 200
				w.happened(1, time.Hour)
				factory := NewFactory(WithJitterSeed(1))
				for i := range receivers {
					cfg := *w.cfg
					cfg.OrgURL = fmt.Sprintf("https://org%d.okta.com", i)
					cfg.Storage, cfg.StartupCheck = nil, mode
					cfg.PollInterval = time.Hour
					set := w.settings()
					set.ID = component.NewIDWithName(metadata.Type, fmt.Sprint(i))
					made, err := factory.CreateLogs(t.Context(), set, &cfg, w.sink)
					require.NoError(t, err)
					require.NoError(t, made.Start(t.Context(), w))
					defer func() { assert.NoError(t, made.Shutdown(context.Background())) }()
				}
				began := w.org.Now()
				w.wait(time.Minute)
				requests := w.org.Requests()
				first := map[string]time.Duration{}
				for i, request := range requests {
					if _, asked := first[request.Host]; !asked {
						first[request.Host] = request.Time.Sub(began)
					}
					if i >= 50 {
						assert.GreaterOrEqual(t, request.Time.Sub(requests[i-50].Time), time.Second, "more than 50 in a second")
					}
				}
				require.Len(t, first, receivers)
				for host, after := range first {
					assert.Less(t, after, 6*time.Second, host)
				}
				assert.Len(t, w.sink.uuids(), receivers)
			})
		})
	}
}
