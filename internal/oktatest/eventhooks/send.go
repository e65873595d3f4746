// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Run sends the events of every event hook that is active and verified until ctx ends, in real or virtual time, and
// returns when the last request to an endpoint has ended. An event goes to the hooks that were so when it was appended,
// and waits while Run does not run; what is under way when ctx ends is lost. Run it once at a time.
func (s *Server) Run(ctx context.Context) {
	var sending sync.WaitGroup
	defer sending.Wait()
	for ctx.Err() == nil {
		deliveries, next := s.takeDeliveries(time.Now())
		for _, d := range deliveries {
			sending.Go(func() { s.deliver(ctx, d) })
		}
		s.await(ctx, next)
	}
}

// await returns when there may be something to send. A zero next means that only an event can make it so.
func (s *Server) await(ctx context.Context, next time.Time) {
	var alarm <-chan time.Time
	if !next.IsZero() {
		timer := time.NewTimer(time.Until(next))
		defer timer.Stop()
		alarm = timer.C
	}
	select {
	case <-ctx.Done():
	case <-s.wake:
	case <-alarm:
	}
}

// takeDeliveries takes what is due out of the queues, and returns when to look again; zero is never.
func (s *Server) takeDeliveries(now time.Time) (deliveries []delivery, next time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.hooks {
		// A delivery that ends wakes Run, so a hook that is busy needs no alarm.
		for h.inFlight < s.options.Parallel {
			items, ready := h.take(now, s.options.Batch, s.options.BatchWait)
			if items == nil {
				if !ready.IsZero() && (next.IsZero() || ready.Before(next)) {
					next = ready
				}
				break
			}
			h.inFlight++
			h.report.Deliveries++
			deliveries = append(deliveries, delivery{
				hook: h, name: h.config.Name, channel: h.config.Channel.Config, source: h.base + api.HooksPath + "/" + h.id, id: uuidOf(s.env.IDs.Next()), items: items,
			})
		}
	}
	return deliveries, next
}

// uuidOf makes a random UUID of 32 hexadecimal digits.
func uuidOf(id string) string {
	return id[:8] + "-" + id[8:12] + "-4" + id[13:16] + "-8" + id[17:20] + "-" + id[20:32]
}

// deliver sends one message: once, and once more when the endpoint failed or did not answer. A refusal (4xx) is final,
// and so is a second failure (Okta, event hooks: "timeout and retry").
func (s *Server) deliver(ctx context.Context, d delivery) {
	body := d.body(s.env.Now())
	status, err := s.post(ctx, d, body)
	for try := 1; try < hookPatience && retried(status, err) && api.Pause(ctx, s.options.RetryDelay); try++ {
		status, err = s.post(ctx, d, body)
	}
	s.conclude(d, status, err)
	if accepted(status, err) && s.repeats(d) {
		_, _ = s.post(ctx, d, body) // it has been delivered, whatever comes of it now
	}
	s.update(func() { d.hook.inFlight-- })
	s.wakeUp()
}

func accepted(status int, err error) bool { return err == nil && status >= 200 && status < 300 }

// retried reports whether a request is worth another: it got no answer, half of one, or 5xx. Redirects are not followed
// and count as refusals.
func retried(status int, err error) bool {
	return !accepted(status, err) && (status < 300 || status >= 500)
}

// post sends the message once and notes how it went.
func (s *Server) post(ctx context.Context, d delivery, body []byte) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	s.update(func() { d.hook.report.Attempts++ })
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.channel.URI, bytes.NewReader(body))
	if err == nil {
		d.channel.setHeaders(r.Header)
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/json")
		status, _, err = s.exchange(r)
	}
	s.update(func() { d.hook.report.note(status) })
	return status, err
}

// conclude notes what became of a delivery. A lost one is told in the log, if Options say so, and nowhere else.
func (s *Server) conclude(d delivery, status int, err error) {
	if accepted(status, err) {
		s.update(func() {
			d.hook.report.Delivered++
			d.hook.report.DeliveredEvents += len(d.items)
		})
		return
	}
	s.update(func() {
		d.hook.report.Lost++
		d.hook.report.LostEvents += len(d.items)
	})
	if s.options.LogFailures {
		s.env.Log(hookFailure(s.env.IDs.Next(), d, describeAnswer(status, err), s.env.Now()))
	}
}

// repeats decides whether a delivery that was accepted is sent again.
func (s *Server) repeats(d delivery) (again bool) {
	s.update(func() {
		if again = s.chance(s.options.DuplicateDeliveries); again {
			d.hook.report.Duplicates++
		}
	})
	return again
}

// hookFailure is the event of a lost delivery (event type catalogue: "triggered only when the delivery is
// unsuccessful"). Okta documents no sample; the shape is that of other events of the system's own, with the hook as the
// target.
func hookFailure(id string, d delivery, reason string, now time.Time) logevent.Event {
	uuid := uuidOf(id)
	raw := `{"actor":{"id":"okta_system","type":"SystemPrincipal","alternateId":"system@okta.com","displayName":"Okta System","detailEntry":null},` +
		`"client":{"userAgent":null,"zone":null,"device":null,"id":null,"ipAddress":null,"geographicalContext":null},"device":null,` +
		`"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,"interface":null,` +
		`"authenticationStep":0,"rootSessionId":null,"externalSessionId":"unknown"},"displayMessage":"logevent.Event hook delivery",` +
		`"eventType":"event_hook.delivery","outcome":{"result":"FAILURE","reason":` + api.Quoted(reason) + `},` +
		`"published":` + api.Quoted(now.UTC().Format(logevent.TimeLayout)) + `,` +
		`"securityContext":{"asNumber":null,"asOrg":null,"isp":null,"domain":null,"isProxy":null},"severity":"WARN",` +
		`"debugContext":{"debugData":{"eventHookDeliveryId":` + api.Quoted(d.id) + `,"events":` + api.Quoted(strconv.Itoa(len(d.items))) + `}},` +
		`"legacyEventType":null,"transaction":{"type":"JOB","id":` + api.Quoted(id) + `,"detail":{}},"uuid":` + api.Quoted(uuid) + `,"version":"0",` +
		`"request":{"ipChain":[]},"target":[{"id":` + api.Quoted(d.hook.id) + `,"type":"EventHook","alternateId":null,"displayName":` +
		api.Quoted(d.name) + `,"detailEntry":null}]}`
	return logevent.Event{JSON: []byte(raw), UUID: uuid, Published: now.Truncate(time.Millisecond)}
}
