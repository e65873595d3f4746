// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

func TestHookMessage(t *testing.T) {
	hooked(t, Options{Skew: time.Hour, Hooks: eventhooks.Options{Delay: 2 * time.Second}}, func(t *testing.T, org *Org, to *endpoint, id string) {
		org.Append(event("a", noon), event("b", noon))
		appended := org.Now()
		pass(2 * time.Second)
		synctest.Wait()
		m := to.got()[0]
		assert.JSONEq(t, `{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1",
			"source":"`+hooksURL+`/`+id+`","eventId":"`+m.id+`","data":{"events":[
			{"uuid":"a","published":"2026-11-21T12:00:00.000Z","eventType":"user.session.start","insertionTimestamp":null},
			{"uuid":"b","published":"2026-11-21T12:00:00.000Z","eventType":"user.session.start","insertionTimestamp":null}]},
			"eventTime":"`+appended.Add(2*time.Second).UTC().Format(logevent.TimeLayout)+`","contentType":"application/json"}`, string(m.raw))
		assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`, m.id)
		assert.Equal(t, hookSecret, m.header.Get("Authorization"))
		assert.Equal(t, "application/json", m.header.Get("Accept"))
		assert.Equal(t, "application/json", m.header.Get("Content-Type"))
	})
}
