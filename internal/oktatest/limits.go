// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"fmt"
	"strconv"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// rateEvent is the event Okta writes when a bucket nears its ceiling or passes it (shape as seen in published Okta
// data: every detail is a string).
func rateEvent(id, kind string, b *bucket, now time.Time) Event {
	message, severity := "Rate limit warning", "WARN"
	if kind == "violation" {
		message = "Rate limit violation"
	}
	uuid := api.UUID(id)
	seconds := strconv.FormatInt(api.CeilSecond(b.closes)-now.Unix(), 10)
	json := fmt.Appendf(nil, `{"actor":{"id":"okta_system","type":"SystemPrincipal","alternateId":"system@okta.com","displayName":"Okta System","detailEntry":null},`+
		`"client":{"userAgent":null,"zone":null,"device":null,"id":null,"ipAddress":null,"geographicalContext":null},"device":null,`+
		`"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,"interface":null,`+
		`"authenticationStep":0,"rootSessionId":null,"externalSessionId":"unknown"},"displayMessage":%q,"eventType":%q,"outcome":null,"published":%q,`+
		`"securityContext":{"asNumber":null,"asOrg":null,"isp":null,"domain":null,"isProxy":null},"severity":%q,`+
		`"debugContext":{"debugData":{"rateLimitScopeType":"ORG","rateLimitSecondsToReset":%q,"threshold":"%d","timeSpan":"1","timeUnit":"MINUTES","warningPercent":"60"}},`+
		`"legacyEventType":"core.framework.ratelimit.%s","transaction":{"type":"WEB","id":%q,"detail":{}},"uuid":%q,"version":"0","request":{"ipChain":[]},`+
		`"target":[{"id":"/api/v1/logs","type":"URL Pattern","alternateId":null,"displayName":null,"detailEntry":null},`+
		`{"id":"5f1c9c4e-0000-4000-8000-000000000001","type":"Bucket Uuid","alternateId":null,"displayName":null,"detailEntry":null}]}`,
		message, "system.org.rate_limit."+kind, now.UTC().Format(logevent.TimeLayout), severity, seconds, b.limit, kind, id, uuid)
	return Event{JSON: json, UUID: uuid, Published: now.Truncate(time.Millisecond)}
}

// RateReport returns how far use went so far.
func (o *Org) RateReport() RateReport {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bucket.report
}

// Spend counts n requests by another client of the org, named by whatever the test likes, and returns how many of them
// were within the limits.
func (o *Org) Spend(name string, n int) int {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	allowed := 0
	for range n {
		if o.takeRequest(name, now) {
			allowed++
		}
	}
	return allowed
}

// takeRequest counts a request and writes the events Okta writes about it. It needs the lock.
func (o *Org) takeRequest(name string, now time.Time) bool {
	_, ok := o.takeWithState(name, now)
	return ok
}

func (o *Org) takeWithState(name string, now time.Time) (rateState, bool) {
	before := o.bucket.report
	state, ok := o.bucket.take(name, now)
	if after := o.bucket.report; o.opts.RateEvents {
		if after.Warnings > before.Warnings {
			o.journal.add(now, rateEvent(o.ids.Next(), "warning", o.bucket, now))
		}
		if after.Violations > before.Violations {
			o.journal.add(now, rateEvent(o.ids.Next(), "violation", o.bucket, now))
		}
	}
	return state, ok
}
