// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// appendMany appends n events named by their number.
func appendMany(org *Org, n int) {
	for i := range n {
		org.Append(event(fmt.Sprint(i), org.Now()))
	}
}

func TestHookGetsWhatItSubscribesTo(t *testing.T) {
	hooked(t, Options{}, func(t *testing.T, org *Org, to *endpoint, id string) {
		org.Append(Event{JSON: []byte(`{"uuid":"other","eventType":"user.session.end"}`)}, Event{JSON: []byte(`{"uuid":"none"}`)}, event("a", noon))
		synctest.Wait()
		assert.Equal(t, [][]string{{"a"}}, to.uuids())
		assert.Equal(t, eventhooks.Report{
			ID: id, Name: "simulator", Active: true, Verified: true, Deliveries: 1, Attempts: 1, Delivered: 1, DeliveredEvents: 1, Statuses: []int{200},
		}, reportOf(t, org, id))
	})
}

func TestHookBeforeAndAfterTheLog(t *testing.T) {
	for _, delay := range []time.Duration{-3 * time.Second, 0, 4 * time.Second} {
		hooked(t, Options{Hooks: eventhooks.Options{Delay: delay}}, func(t *testing.T, org *Org, to *endpoint, _ string) {
			begun := time.Now()
			org.AppendAt(org.Now().Add(10*time.Second), event("a", noon))
			pass(10*time.Second + delay - time.Nanosecond)
			synctest.Wait()
			assert.Empty(t, to.got())
			pass(time.Nanosecond)
			synctest.Wait()
			require.Len(t, to.got(), 1)
			assert.Equal(t, 10*time.Second+delay, to.got()[0].at.Sub(begun))
			assert.Equal(t, delay >= 0, len(get(t, org, "").uuids(t)) == 1, "whether it can be read by then")
		})
	}
}

func TestHookBatches(t *testing.T) {
	hooked(t, Options{Hooks: eventhooks.Options{Batch: 3, BatchWait: 5 * time.Second}}, func(t *testing.T, org *Org, to *endpoint, _ string) {
		appendMany(org, 7)
		synctest.Wait()
		assert.Equal(t, [][]string{{"0", "1", "2"}, {"3", "4", "5"}}, to.uuids(), "full ones are sent at once")
		pass(4 * time.Second)
		org.Append(event("7", noon))
		synctest.Wait()
		assert.Len(t, to.got(), 2)
		pass(time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"6", "7"}, to.uuids()[2], "five seconds after the first of them")
	})
}

func TestHookBatchDoesNotWaitLongerToBeFull(t *testing.T) {
	hooked(t, Options{Hooks: eventhooks.Options{Batch: 2, BatchWait: time.Second}}, func(t *testing.T, org *Org, to *endpoint, _ string) {
		org.Append(event("now", noon))
		org.AppendAt(org.Now().Add(5*time.Second), event("later", noon))
		pass(time.Second)
		synctest.Wait()
		assert.Equal(t, [][]string{{"now"}}, to.uuids())
		pass(5 * time.Second)
		synctest.Wait()
		assert.Equal(t, [][]string{{"now"}, {"later"}}, to.uuids())
	})
}

func TestHookRetries(t *testing.T) {
	for name, c := range map[string]struct {
		answers  []http.HandlerFunc
		lost     bool
		statuses []int
		takes    time.Duration // from the first attempt to the last
	}{
		"200":                 {[]http.HandlerFunc{status(200)}, false, []int{200}, 0},
		"204":                 {[]http.HandlerFunc{status(204)}, false, []int{204}, 0},
		"400":                 {[]http.HandlerFunc{status(400)}, true, []int{400}, 0},
		"401":                 {[]http.HandlerFunc{status(401)}, true, []int{401}, 0},
		"429":                 {[]http.HandlerFunc{status(429)}, true, []int{429}, 0},
		"302":                 {[]http.HandlerFunc{status(302)}, true, []int{302}, 0},
		"500, then 200":       {[]http.HandlerFunc{status(500), status(200)}, false, []int{500, 200}, time.Second},
		"503 twice":           {[]http.HandlerFunc{status(503), status(503)}, true, []int{503, 503}, time.Second},
		"500, then 400":       {[]http.HandlerFunc{status(500), status(400)}, true, []int{500, 400}, time.Second},
		"timeout, then 200":   {[]http.HandlerFunc{hang, status(200)}, false, []int{0, 200}, 4 * time.Second},
		"timeout twice":       {[]http.HandlerFunc{hang, hang}, true, []int{0, 0}, 4 * time.Second},
		"reset, then 200":     {[]http.HandlerFunc{reset, status(200)}, false, []int{0, 200}, time.Second},
		"half, then 200":      {[]http.HandlerFunc{half, status(200)}, false, []int{200, 200}, time.Second},
		"reset, then timeout": {[]http.HandlerFunc{reset, hang}, true, []int{0, 0}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			hooked(t, Options{Hooks: eventhooks.Options{LogFailures: true, RetryDelay: time.Second}}, func(t *testing.T, org *Org, to *endpoint, id string) {
				to.script = c.answers
				org.Append(event("a", org.Now()), event("b", org.Now()))
				pass(20 * time.Second)
				synctest.Wait()
				messages := to.got()
				require.Len(t, messages, len(c.answers))
				last := messages[len(messages)-1]
				assert.Equal(t, c.takes, last.at.Sub(messages[0].at))
				assert.Equal(t, string(messages[0].raw), string(last.raw), "a retry is the same message")
				report := reportOf(t, org, id)
				assert.Equal(t, c.statuses, report.Statuses)
				assert.Equal(t, len(c.answers), report.Attempts)
				assert.Equal(t, 1, report.Deliveries)
				failures := get(t, org, "?filter=eventType+eq+%22event_hook.delivery%22")
				if !c.lost {
					assert.Equal(t, []int{1, 2, 0, 0}, []int{report.Delivered, report.DeliveredEvents, report.Lost, report.LostEvents})
					assert.Empty(t, failures.uuids(t))
					return
				}
				assert.Equal(t, []int{0, 0, 1, 2}, []int{report.Delivered, report.DeliveredEvents, report.Lost, report.LostEvents})
				require.Len(t, failures.uuids(t), 1)
				failure, err := logevent.Parse([]byte(failures.body[1 : len(failures.body)-1]))
				require.NoError(t, err)
				assert.Contains(t, string(failure.JSON), `"outcome":{"result":"FAILURE"`)
				assert.Contains(t, string(failure.JSON), id)
				org.Append(event("c", org.Now()))
				synctest.Wait()
				assert.Equal(t, []string{"c"}, to.uuids()[len(messages)], "what was lost does not come back")
			})
		})
	}
}

func TestHookDeliveriesOneAfterTheOtherOrNot(t *testing.T) {
	for parallel, want := range map[int]int{0: 1, 2: 2, 5: 3} {
		hooked(t, Options{Hooks: eventhooks.Options{Batch: 1, Parallel: parallel}}, func(t *testing.T, org *Org, to *endpoint, id string) {
			to.script = []http.HandlerFunc{hang, hang, hang, hang}
			appendMany(org, 3)
			synctest.Wait()
			assert.Len(t, to.got(), want)
			assert.Equal(t, 3-want, reportOf(t, org, id).Waiting)
			pass(time.Minute)
			assert.Zero(t, reportOf(t, org, id).Waiting)
		})
	}
}

func TestHookDuplicates(t *testing.T) {
	hooked(t, Options{Hooks: eventhooks.Options{DuplicateDeliveries: 1}}, func(t *testing.T, org *Org, to *endpoint, id string) {
		org.Append(event("a", noon), event("b", noon))
		synctest.Wait()
		messages := to.got()
		require.Len(t, messages, 2)
		assert.Equal(t, string(messages[0].raw), string(messages[1].raw))
		report := reportOf(t, org, id)
		assert.Equal(t, []int{1, 2, 1, 1}, []int{report.Deliveries, report.Attempts, report.Delivered, report.Duplicates})
	})
	hooked(t, Options{Hooks: eventhooks.Options{DuplicateEvents: 1, DailyLimit: 2}}, func(t *testing.T, org *Org, to *endpoint, id string) {
		org.Append(event("a", noon), event("b", noon))
		synctest.Wait()
		assert.Equal(t, [][]string{{"a"}, {"a"}, {"b"}, {"b"}}, to.uuids())
		ids := map[string]bool{}
		for _, m := range to.got() {
			ids[m.id] = true
		}
		assert.Len(t, ids, 4, "each in a delivery of its own, and free of the daily limit")
		assert.Equal(t, 2, reportOf(t, org, id).Duplicates)
	})
}

func TestHookReordering(t *testing.T) {
	hooked(t, Options{Hooks: eventhooks.Options{Reorder: 0.5, ReorderBy: 8 * time.Second, Seed: 3}}, func(t *testing.T, org *Org, to *endpoint, _ string) {
		appendMany(org, 40)
		synctest.Wait()
		soon := slices.Concat(to.uuids()...)
		assert.InDelta(t, 20, len(soon), 8)
		pass(8 * time.Second)
		synctest.Wait()
		all := slices.Concat(to.uuids()...)
		assert.Len(t, all, 40)
		var want []string
		for i := range 40 {
			want = append(want, fmt.Sprint(i))
		}
		assert.NotEqual(t, want, all)
		assert.ElementsMatch(t, want, all)
	})
}

func TestHookDailyLimit(t *testing.T) {
	hooked(t, Options{Retention: -1, Hooks: eventhooks.Options{DailyLimit: 10}}, func(t *testing.T, org *Org, to *endpoint, _ string) {
		second, err := org.RegisterHook(t.Context(), eventhooks.Spec{URI: endpointAt, Events: []string{"user.session.start"}})
		require.NoError(t, err)
		appendMany(org, 7)
		pass(24*time.Hour - time.Nanosecond)
		appendMany(org, 5)
		synctest.Wait()
		assert.Equal(t, 10, reportOf(t, org, second).DeliveredEvents, "an event counts once for two hooks")
		assert.Len(t, get(t, org, "").uuids(t), 12, "the log has them all")
		pass(time.Nanosecond)
		appendMany(org, 1)
		synctest.Wait()
		assert.Len(t, slices.Concat(to.uuids()...), 22)
	})
}

func TestAHookIsSentNothingSoonAfterAChange(t *testing.T) {
	hooked(t, Options{Hooks: eventhooks.Options{ChangeDelay: 2 * time.Minute}}, func(t *testing.T, org *Org, to *endpoint, id string) {
		pass(2*time.Minute - time.Nanosecond)
		org.Append(event("early", noon))
		pass(time.Nanosecond)
		org.Append(event("in time", noon))
		synctest.Wait()
		assert.Equal(t, [][]string{{"in time"}}, to.uuids())
		apiCall{method: "POST", path: "/" + id + "/lifecycle/activate"}.send(t, org)
		org.Append(event("after a change", noon))
		pass(time.Hour)
		assert.Len(t, to.got(), 1)
	})
}

func TestHookThatIsNotLiveGetsNothing(t *testing.T) {
	hooked(t, Options{Hooks: eventhooks.Options{Delay: time.Second}}, func(t *testing.T, org *Org, to *endpoint, id string) {
		history := event("history", noon)
		history.Persisted = org.Now().Add(-time.Hour)
		org.Append(history, event("waits", noon))
		apiCall{method: "POST", path: "/" + id + "/lifecycle/deactivate"}.send(t, org)
		org.Append(event("inactive", noon))
		apiCall{method: "POST", path: "/" + id + "/lifecycle/activate"}.send(t, org)
		org.Append(event("a", noon))
		pass(time.Second)
		synctest.Wait()
		assert.Equal(t, [][]string{{"a"}}, to.uuids())

		org.Append(event("waits", noon))
		moved := hookJSON(t, func(_, _, _, config map[string]any) { config["uri"] = "https://elsewhere.example.com/" })
		apiCall{method: "PUT", path: "/" + id, body: moved}.send(t, org)
		org.Append(event("unverified", noon))
		pass(time.Minute)
		assert.Len(t, to.got(), 1)
	})
}

func TestRunHooksStopsWithADeliveryUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &endpoint{t: t, script: []http.HandlerFunc{hang}}
		org := NewOrg(Options{Hooks: eventhooks.Options{Transport: RoundTripper(to), RetryDelay: time.Hour}})
		id, err := org.RegisterHook(t.Context(), eventhooks.Spec{URI: endpointAt})
		require.NoError(t, err)
		org.Append(event("a", noon))
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			begun := time.Now()
			org.RunHooks(ctx)
			cancel()
			assert.Equal(t, time.Second, time.Since(begun))
			org.Append(event("b", noon))
		}
		assert.Equal(t, [][]string{{"a"}, {"b"}}, to.uuids(), "what was appended meanwhile waited")
		report := reportOf(t, org, id)
		assert.Equal(t, []int{1, 1, 1}, []int{report.Lost, report.Delivered, report.Waiting})
	})
}

func TestHookEventsOfTheOrgsOwnAreSentToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &endpoint{t: t}
		org := NewOrg(Options{RateLimit: 2, PrincipalShare: 1, RateEvents: true, Hooks: eventhooks.Options{Transport: RoundTripper(to)}})
		_, err := org.RegisterHook(t.Context(), eventhooks.Spec{URI: endpointAt})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			org.RunHooks(ctx)
		}()
		get(t, org, "")
		get(t, org, "")
		synctest.Wait()
		require.Len(t, to.got(), 1)
		assert.Contains(t, string(to.got()[0].raw), "system.org.rate_limit.warning")
		cancel()
		<-ended
	})
}
