// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadatatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// points are the figures of one receiver, one for each value of an attribute, or a single one.
func points[N int64 | float64](by string, values map[string]N) []metricdata.DataPoint[N] {
	var all []metricdata.DataPoint[N]
	for of, value := range values {
		attributes := []attribute.KeyValue{attribute.String("receiver", "okta_systemlog")}
		if by != "" {
			attributes = append(attributes, attribute.String(by, of))
		}
		all = append(all, metricdata.DataPoint[N]{Attributes: attribute.NewSet(attributes...), Value: value})
	}
	return all
}

func only[N int64 | float64](value N) []metricdata.DataPoint[N] {
	return points("", map[string]N{"": value})
}

// Name, description, unit, kind, attributes and value of each metric are those that metadata.yaml
// defines and the documentation promises.
func TestEveryMetricIsAsDocumented(t *testing.T) {
	key := ecSigningKey(t)
	inHookedWorld(t, oktatest.Options{PageLatency: 300 * time.Millisecond, Skew: 90 * time.Second, RateLimit: oktatest.DefaultRateLimit}, func(t *testing.T, w *world) {
		app := authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey("key", key.public)}}
		w.useOAuth(credential{app: app, use: func(o *OAuthConfig) { o.PrivateKey, o.KeyID = configopaque.String(key.pem), "key" }})
		w.happened(2500, time.Hour)
		w.start()
		w.hook("user.session.start")
		w.wait(2 * time.Minute)
		w.org.Append(eventOf("user.session.start", 1, w.org.Now()))
		w.wait(500 * time.Millisecond)
		w.door.behind.ServeHTTP(strangerAnswer(), stranger(w))

		asked := int64(w.requestsWith("/api/v1/logs"))
		outcomes := map[string]int64{}
		for _, kind := range oktaerr.KindNames() {
			outcomes[kind] = 0
		}
		outcomes["ok"] = asked
		deliveries := map[string]int64{}
		for _, outcome := range eventhook.OutcomeNames() {
			deliveries[outcome] = 0
		}
		deliveries[string(eventhook.Accepted)], deliveries[string(eventhook.Verified)], deliveries[string(eventhook.WrongSecret)] = 1, 1, 1

		tel := w.telemetry
		for name, assertEqual := range map[string]func(*testing.T, *componenttest.Telemetry, []metricdata.DataPoint[int64], ...metricdatatest.Option){
			"events_received":         metadatatest.AssertEqualOktaSystemlogEventsReceived,
			"events_delivered":        metadatatest.AssertEqualOktaSystemlogEventsDelivered,
			"tokens_issued":           metadatatest.AssertEqualOktaSystemlogTokensIssued,
			"hook_events_confirmed":   metadatatest.AssertEqualOktaSystemlogHookEventsConfirmed,
			"hook_events_unconfirmed": metadatatest.AssertEqualOktaSystemlogHookEventsUnconfirmed,
			"hook_triggered_polls":    metadatatest.AssertEqualOktaSystemlogHookTriggeredPolls,
			"rate_limit_ceiling":      metadatatest.AssertEqualOktaSystemlogRateLimitCeiling,
		} {
			want, known := map[string]int64{
				"events_received": 2501, "events_delivered": 2501, "tokens_issued": 1,
				"hook_events_confirmed": 1, "hook_events_unconfirmed": 0, "hook_triggered_polls": 1,
				"rate_limit_ceiling": oktatest.DefaultRateLimit / 2,
			}[name]
			require.True(t, known, name)
			assertEqual(t, tel, only(want), anyTime)
		}
		metadatatest.AssertEqualOktaSystemlogRequests(t, tel, points("outcome", outcomes), anyTime)
		metadatatest.AssertEqualOktaSystemlogHookDeliveries(t, tel, points("outcome", deliveries), anyTime)

		// Of these, how much it is depends on random waits.
		anyValue := metricdatatest.IgnoreValue()
		metadatatest.AssertEqualOktaSystemlogBytesReceived(t, tel, only[int64](0), anyTime, anyValue)
		metadatatest.AssertEqualOktaSystemlogRateLimitRemaining(t, tel, only[int64](0), anyTime, anyValue)
		metadatatest.AssertEqualOktaSystemlogRateLimitWaited(t, tel, only[float64](0), anyTime, anyValue)
		metadatatest.AssertEqualOktaSystemlogLag(t, tel, only[float64](0), anyTime, anyValue)
		metadatatest.AssertEqualOktaSystemlogPositionAge(t, tel, only[float64](0), anyTime, anyValue)
		metadatatest.AssertEqualOktaSystemlogClockOffset(t, tel, only[float64](0), anyTime, anyValue)
		metadatatest.AssertEqualOktaSystemlogRequestDuration(t, tel, []metricdata.HistogramDataPoint[float64]{{
			Attributes: points("outcome", map[string]int64{"ok": 0})[0].Attributes,
		}}, anyTime, anyValue)
		metadatatest.AssertEqualOktaSystemlogHookEventLatency(t, tel, []metricdata.HistogramDataPoint[float64]{{
			Attributes: only[int64](0)[0].Attributes,
		}}, anyTime, anyValue)
		latency := w.hookLatency()
		assert.EqualValues(t, 1, latency.Count)
		assert.InDelta(t, 0.3, latency.Sum, 0.001, "the page that the announcement made the receiver ask for")
		assert.InDelta(t, 90, w.gauge("clock_offset"), 1)
		assert.InDelta(t, 0.5, w.gauge("lag"), 1.1)
		assert.Less(t, w.gauge("position_age"), 1.0)
	})
}

// A position is as old after a restart as it was before: a collector that crashes again and again
// does not look as if it got anywhere.
func TestPositionIsNoYoungerForARestart(t *testing.T) {
	inWorld(t, oktatest.Options{Skew: 5 * time.Minute}, func(t *testing.T, w *world) {
		w.happened(10, time.Hour)
		w.start()
		w.wait(time.Minute)
		w.happen(1)
		w.wait(15 * time.Second)
		w.stop()

		w.org.InjectAlways(fault.Status(503, fault.NoBody))
		w.wait(30 * time.Minute)
		for restart := range 5 {
			w.telemetry = componenttest.NewTelemetry()
			w.start()
			w.wait(5 * time.Minute)
			assert.InDelta(t, float64(1800+300*(restart+1)), w.gauge("position_age"), 20)
			w.stop()
			require.NoError(t, w.telemetry.Shutdown(t.Context()))
		}
		w.org.ClearFaults()
		w.telemetry = componenttest.NewTelemetry()
		w.start()
		w.wait(time.Minute)
		assert.Less(t, w.gauge("position_age"), 12.0)
		w.requireAllOnce()
	})
}
