// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

func TestRefusedPositionIsSurvived(t *testing.T) {
	for _, code := range []string{"E0000001", "E0000029", "E0000031", "E0000053", "E0000054", "E0000999"} {
		t.Run(code, func(t *testing.T) {
			inWorld(t, oktatest.Options{BadCursorCode: code}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happened(1000, 2*time.Hour)
				w.start()
				w.wait(time.Hour)
				w.happen(50)
				w.wait(time.Minute)
				w.org.RefusePositions(code)
				w.happen(25)
				w.wait(20 * time.Minute)
				w.requireAllOnce()
				assert.EqualValues(t, 1, w.metric("position_rewinds"))
				assert.EqualValues(t, 50, w.metric("events_repeated"), "no more was read again than an hour")
				assert.Equal(t, 1, w.logged("rewinds"))
			})
		})
	}
}

func TestPositionRefusedOnceIsNoReasonToFallBack(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		for range 10 {
			w.wait(time.Minute)
			w.happen(3)
			w.org.Inject(fault.PositionRefused(""))
		}
		w.wait(time.Minute)
		w.requireAllOnce()
		assert.Zero(t, w.metric("position_rewinds"))
	})
}

func TestOrgThatRefusesEveryPositionIsNotAskedAtFullSpeed(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(20, time.Hour)
		w.org.InjectAlways(fault.PositionRefused(""))
		w.start()
		w.wait(time.Hour)
		w.requireAllOnce()
		assert.LessOrEqual(t, len(w.org.Requests()), 5*60)
		w.happen(20)
		w.wait(time.Hour) // a rewind that comes no further than the last waits, up to an hour
		w.requireAllOnce()

		w.org.ClearFaults()
		w.wait(2 * time.Hour)
		before := w.metric("position_rewinds")
		w.happen(20)
		w.wait(time.Hour)
		w.requireAllOnce()
		assert.Equal(t, before, w.metric("position_rewinds"))
	})
}

func TestFallBackIsNeverFurtherThanOktaKeeps(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(5, time.Hour)
		w.start()
		w.wait(time.Minute)
		w.stop()
		w.wait(200 * 24 * time.Hour)
		w.org.RefusePositions("")
		w.happen(5)
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		assert.Equal(t, w.org.Now().Add(-10*time.Minute).Add(-90*24*time.Hour).Format("2006-01-02"), w.lastSince().Format("2006-01-02"))
	})
}

func TestFallBackIsNeverBeforeTheStart(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.happened(10, 10*time.Minute)
		w.start()
		w.wait(time.Minute)
		w.happen(3)
		w.wait(time.Minute)
		w.org.RefusePositions("")
		w.happen(4)
		w.wait(10 * time.Minute)
		assert.Equal(t, w.all()[10:], w.sink.uuids())
	})
}

// A page without a next link is asked for again, with all that it held: old events that a fall-back has
// dropped beside new ones, which must not make the old ones be forgotten.
func TestPageThatComesAgainAfterAFallBackRepeatsNothing(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 20
		w.happened(30, time.Hour)
		w.start()
		w.wait(6 * time.Hour)
		w.requireAllOnce()

		before := len(w.org.Requests())
		fault := fault.MissingNext()
		fault.Meets = func(r *http.Request) bool { // the second page after the fall-back
			return r.URL.Query().Has("after") && r.URL.Query().Get("since") > "1999-12"
		}
		w.org.Inject(fault)
		w.org.RefusePositions("")
		w.happen(3)
		w.wait(time.Hour)
		assert.EqualValues(t, 1, w.metric("position_rewinds"))
		met := 0
		for _, r := range w.org.Requests()[before:] {
			if r.Fault != "" {
				met++
			}
		}
		assert.Equal(t, 1, met)
		w.requireAllOnce()
	})
}

// lastSince is the since of the last request that began with one.
func (w *world) lastSince() time.Time {
	var since time.Time
	for _, r := range w.org.Requests() {
		u, err := url.Parse(r.URL)
		require.NoError(w.t, err)
		if q := u.Query(); q.Has("since") && !q.Has("after") {
			since, err = time.Parse(time.RFC3339, q.Get("since"))
			require.NoError(w.t, err)
		}
	}
	return since
}

func TestPublishedInTheFutureDoesNotMoveTheFallBack(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		w.wait(time.Minute)
		w.org.AppendAt(w.org.Now(), w.generator.Event(w.org.Now().AddDate(50, 0, 0)))
		w.wait(time.Minute)
		w.happen(3)
		w.org.RefusePositions("")
		w.happen(3)
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		assert.True(t, w.lastSince().Before(w.org.Now()))
	})
}

func TestChangedQueryLosesAndRepeatsNothing(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"filter":    func(cfg *Config) { cfg.Filter = `severity eq "INFO" or severity eq "WARN" or severity ne "x"` },
		"q":         func(cfg *Config) { cfg.Q = "okta" },
		"page size": func(cfg *Config) { cfg.PageSize = 17 },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				for range 30 {
					w.happened(10, time.Hour)
				}
				w.start()
				w.wait(10 * time.Minute)
				w.happen(50)
				w.wait(time.Minute)
				w.stop()
				before := len(w.sink.uuids())
				require.Equal(t, 350, before)

				change(w.cfg)
				w.happen(25)
				w.start()
				w.wait(10 * time.Minute)
				got := w.sink.uuids()
				seen := map[string]int{}
				for _, uuid := range got {
					seen[uuid]++
					require.Equal(t, 1, seen[uuid], "repeated")
				}
				if name != "q" { // which leaves events out
					w.requireAllOnce()
				}
				assert.EqualValues(t, 1, w.metric("position_rewinds"))
				assert.Equal(t, 1, w.logged("rewinds"))
			})
		})
	}
}

// A record that can't be used is never overwritten: polling stands still, says what to do, and resumes when the
// record can be used again.
func TestRecordThatCannotBeUsedIsLeftAsItIs(t *testing.T) {
	for name, record := range map[string]string{
		"corrupt": "\x00",
		"newer":   `{"version":99,"org":"acme.okta.com"}`,
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.StartAt = poll.StartAtEnd
				w.start()
				w.wait(time.Minute)
				w.stop()
				good, err := w.storage.Get(t.Context(), "position")
				require.NoError(t, err)
				require.NoError(t, w.storage.Set(t.Context(), "position", []byte(record)))
				w.happen(20)
				w.start()
				w.wait(time.Hour)
				assert.Empty(t, w.sink.uuids())
				assert.Equal(t, 1, w.logged("can't be used and is left as it is"))
				w.requireStatus(componentstatus.StatusRecoverableError, "the stored position can't be used")
				kept, err := w.storage.Get(t.Context(), "position")
				require.NoError(t, err)
				assert.Equal(t, record, string(kept))

				require.NoError(t, w.storage.Set(t.Context(), "position", good))
				w.wait(2 * time.Minute)
				w.requireAllOnce()
				w.requireStatus(componentstatus.StatusOK, "")
			})
		})
	}
}

// An org_url that is wrong for a moment leaves the history of the right org as it is.
func TestOrgURLThatIsWrongForAMomentLosesNothing(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.start()
		w.wait(time.Minute)
		w.happen(3)
		w.wait(time.Minute)
		w.cfg.OrgURL = "https://acne.okta.com"
		w.start()
		w.wait(6 * time.Second)
		w.happen(3)
		w.cfg.OrgURL = "https://acme.okta.com"
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
		assert.Equal(t, 2, w.logged("no position is stored"), "one for each org")
		assert.Equal(t, 1, w.logged("Polling resumes"))
	})
}

// An org that moves to a custom domain keeps its position, since its id stays the same.
func TestMoveToACustomDomainKeepsThePosition(t *testing.T) {
	inWorld(t, oktatest.Options{OrgID: "00o1a2b3c4d5e6f7g8h9"}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.start()
		w.wait(time.Minute)
		w.happen(3)
		w.wait(time.Minute)
		w.stop()
		w.happen(3)
		for _, host := range []string{"login.acme.com", "acme.okta.com", "login.acme.com"} {
			w.cfg.OrgURL = "https://" + host
			w.start()
			w.wait(time.Minute)
			w.happen(3)
			w.wait(time.Minute)
			w.requireAllOnce()
		}
		assert.Equal(t, 1, w.logged("The org is the same"), "said once")
		assert.Equal(t, 1, w.logged("no position is stored"))
	})
}

// The id of the org decides whether the position is kept, so it is asked for again where no answer comes; where it is
// refused, polling begins anew.
func TestMoveToACustomDomainThroughAnOutage(t *testing.T) {
	for _, tc := range []struct {
		statuses []int // of the answers that are not the id, 0 for none at all
		adopts   bool
	}{
		{[]int{0, http.StatusBadGateway, http.StatusTooManyRequests}, true},
		{[]int{http.StatusForbidden}, false},
		{[]int{0, 0, 0, 0, 0}, false},
	} {
		inWorld(t, oktatest.Options{OrgID: "00o1a2b3c4d5e6f7g8h9"}, func(t *testing.T, w *world) {
			w.cfg.StartAt = poll.StartAtEnd
			w.start()
			w.wait(time.Minute)
			w.happen(3)
			w.wait(time.Minute)
			w.stop()
			w.happen(3)
			w.wait(time.Hour)
			w.cfg.OrgURL = "https://login.acme.com"
			left := tc.statuses
			w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path != "/.well-known/okta-organization" || len(left) == 0 {
					return w.org.Transport().RoundTrip(r)
				}
				status := left[0]
				left = left[1:]
				if status == 0 {
					return nil, errors.New("no route to host")
				}
				return &http.Response{StatusCode: status, Header: http.Header{"X-Okta-Request-Id": {"Yw1"}}, Body: http.NoBody, Request: r}, nil
			})
			w.start()
			w.wait(2 * time.Minute)
			assert.Empty(t, left)
			w.happen(3)
			w.wait(time.Minute)
			if tc.adopts {
				w.requireAllOnce()
			} else {
				assert.Equal(t, slices.Concat(w.all()[:3], w.all()[6:]), w.sink.uuids())
			}
		})
	}
}

func TestPositionThatCannotBeReadFallsBack(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		record := fmt.Sprintf(`{"version":1,"org":"acme.okta.com","query":%q,"next":"https://evil.example/","start":%q,"newest":%q}`,
			w.cfg.query().Fingerprint(), w.org.Now().Add(-24*time.Hour).Format(time.RFC3339), w.org.Now().Add(-2*time.Hour).Format(time.RFC3339))
		require.NoError(t, w.storage.Set(t.Context(), "position", []byte(record)))
		w.happened(20, time.Hour)
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
		assert.EqualValues(t, 1, w.metric("position_rewinds"))
	})
}

func TestFallBackAcrossARestart(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.start()
		for range 40 {
			w.happen(9)
			w.wait(time.Minute)
		}
		w.stop()
		w.happen(9)
		w.org.RefusePositions("")
		w.start()
		// Again refused in the middle of the way back, and stopped there.
		w.wait(4 * time.Second)
		w.org.RefusePositions("")
		w.wait(2 * time.Second)
		w.stop()
		w.start()
		w.wait(20 * time.Minute)
		w.requireAllOnce()
	})
}

// A proxy that takes the Link headers away leaves polling at the time at which it began.
func TestAnswersWithoutALinkRepeatNothing(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(_ *testing.T, w *world) {
		w.org.InjectAlways(fault.MissingNext())
		w.cfg.PollInterval = 10 * time.Minute
		w.start()
		for range 12 {
			w.happen(3)
			w.wait(time.Hour)
		}
		w.stop()
		w.start()
		w.wait(time.Hour)
		w.requireAllOnce()
		w.org.ClearFaults()
		w.happen(3)
		w.wait(time.Hour)
		w.requireAllOnce()
	})
}
