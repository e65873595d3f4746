// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

func TestOnlyTheReplicaWithTheLeasePolls(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		replicas, electors, stored := w.replicas(1)
		r, elector := replicas[0], electors[0]
		defer r.end()
		w.happened(2500, time.Hour)
		r.start()
		w.wait(time.Hour)
		require.Empty(t, w.org.Requests(), "it stands by")
		require.Nil(t, stored.held.Load())
		require.Zero(t, r.gauge("leader"))

		elector.gain()
		w.wait(time.Hour)
		w.requireAllOnce()
		require.EqualValues(t, 1, r.gauge("leader"))
		require.Equal(t, 1, w.logged("This replica holds the lease"))

		elector.lose()
		w.wait(time.Second)
		require.Nil(t, stored.held.Load(), "the next replica can open it")
		asked := len(w.org.Requests())
		w.happen(10)
		w.wait(time.Hour)
		require.Len(t, w.org.Requests(), asked)
		require.Zero(t, r.gauge("leader"))
		require.Equal(t, 1, w.logged("it stands by"))

		elector.gain()
		w.wait(time.Hour)
		w.requireAllOnce()
		require.Equal(t, 1, w.logged("Polling resumes from the stored position"))
	})
}

// A lease that moves at any moment, while draining and while following, loses and repeats nothing.
func TestLeaseThatMovesLosesAndRepeatsNothing(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: 300 * time.Millisecond}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 100
		replicas, electors, _ := w.replicas(3)
		w.happened(5000, time.Hour)
		for _, r := range replicas {
			defer r.end()
			r.start()
		}
		for n := range 40 {
			elector := electors[n%3]
			elector.gain()
			w.happen(5)
			w.wait(time.Duration(n) * 170 * time.Millisecond)
			elector.lose()
			if n%4 == 0 { // another one gains it at the same moment, before the storage is closed
				continue
			}
			w.wait(time.Second)
		}
		electors[0].gain()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
	})
}

// A delivery in hand may finish, but not for long: the next replica polls soon. What it was is repeated at most.
func TestDeliveryInHandDelaysTheNextReplicaBySecondsOnly(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		replicas, electors, stored := w.replicas(2)
		for _, r := range replicas {
			defer r.end()
			r.start()
		}
		w.happened(10, time.Hour)
		w.sink.refuses(func(ctx context.Context, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		})
		electors[0].gain()
		w.wait(time.Minute)
		electors[0].lose()
		electors[1].gain()
		w.sink.refuses(nil)
		w.wait(10 * time.Second)
		require.NotNil(t, stored.held.Load())
		w.requireAllOnce()
		require.Zero(t, w.logged("The storage can't be opened"))
	})
}

// A storage that the replica before does not close is waited for, and said after a while.
func TestStorageThatIsHeldIsWaitedFor(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		replicas, electors, stored := w.replicas(1)
		r := replicas[0]
		defer r.end()
		w.happened(10, time.Hour)
		stored.held.Store(&exclusiveClient{})
		r.start()
		electors[0].gain()
		w.wait(9 * time.Second)
		require.Zero(t, w.logged("The storage can't be opened"), "the replica before may need a moment")
		w.wait(time.Minute)
		r.requireStatus(componentstatus.StatusRecoverableError, "the storage can't be opened")
		require.Equal(t, 1, w.logged("The storage can't be opened"))
		stored.held.Store(nil)
		w.wait(time.Minute)
		w.requireAllOnce()
		r.requireStatus(componentstatus.StatusOK, "")
	})
}

// A replica that was suspended goes on where it stopped, though another one has the lease by then: it delivers a page
// at most, moves nothing back, and ends at once.
func TestSuspendedReplicaIsFencedOut(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: 300 * time.Millisecond}, func(t *testing.T, w *world) {
		w.cfg.PageSize, w.cfg.PollInterval = 100, time.Second
		replicas, electors, _ := w.replicas(2)
		sharing(replicas, checkpoint.NewMemory())
		for _, r := range replicas {
			defer r.end()
			r.start()
		}
		w.happened(5000, time.Hour)
		for n := range 10 {
			holder, successor := n%2, (n+1)%2
			electors[holder].gain()
			w.wait(2 * time.Second)
			electors[successor].gain()
			w.wait(3 * time.Second) // the holder has not been told yet
			require.Equal(t, n+1, w.logged("Another replica has taken over the position"))
			electors[holder].lose()
			w.wait(2 * time.Second)
			electors[successor].lose()
			w.wait(5 * time.Second)
			w.happen(10)
		}
		electors[0].gain()
		w.wait(10 * time.Minute)
		w.requireAllAtMost(10 * 100)
		require.Equal(t, 10, w.logged("Another replica has taken over the position"))
	})
}

// Where two replicas hold a lease each by mistake, they take over from each other less and less often, and say so.
func TestTwoLeasesForOneStorage(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		replicas, electors, _ := w.replicas(2)
		sharing(replicas, checkpoint.NewMemory())
		for i, r := range replicas {
			defer r.end()
			r.start()
			electors[i].gain()
		}
		for range 60 {
			w.happen(10)
			w.wait(time.Minute)
		}
		takeovers := w.logged("Another replica has taken over the position")
		require.NotZero(t, takeovers)
		require.LessOrEqual(t, takeovers, 2*(12+6))
		w.requireAllAtMost(10 * takeovers)
	})
}

// A storage that is away makes polling stand still; one that comes back empty gets everything back, and the next
// replica goes on from there.
func TestStorageThatLosesItsDataGetsItBack(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		replicas, electors, _ := w.replicas(2)
		data := &failingStorage{Client: checkpoint.NewMemory()}
		sharing(replicas, data)
		for _, r := range replicas {
			defer r.end()
			r.start()
		}
		w.happened(2500, time.Hour)
		electors[0].gain()
		w.wait(time.Hour)
		data.fails.Store(true)
		w.wait(30 * time.Second)
		replicas[0].requireStatus(componentstatus.StatusRecoverableError, "the storage fails")
		asked := len(w.org.Requests())
		w.wait(10 * time.Minute)
		require.Len(t, w.org.Requests(), asked, "polling stands still")
		data.set(checkpoint.NewMemory())
		data.fails.Store(false)
		w.wait(2 * time.Minute)
		require.Equal(t, 1, w.logged("The storage has lost the position"))
		electors[0].lose()
		electors[1].gain()
		w.happen(10)
		w.wait(time.Hour)
		w.requireAllOnce()
	})
}

// A storage that can be read and not written fails, and is said to once, however often the lease's epoch is read.
func TestStorageThatIsFullFailsOnce(t *testing.T) {
	inWorld(t, oktatest.Options{PageLatency: 300 * time.Millisecond}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 100
		replicas, electors, _ := w.replicas(1)
		data := &failingStorage{Client: checkpoint.NewMemory()}
		sharing(replicas, data)
		defer replicas[0].end()
		replicas[0].start()
		w.happened(1000, time.Hour)
		electors[0].gain()
		w.wait(time.Second)
		data.full.Store(true)
		w.wait(10 * time.Minute)
		replicas[0].requireStatus(componentstatus.StatusRecoverableError, "the storage fails")
		require.Equal(t, 1, w.logged("The storage fails"))
		require.Zero(t, w.logged("The position is stored again"))
		data.full.Store(false)
		w.wait(10 * time.Minute)
		w.requireAllOnce()
	})
}

// What failed is no failure of a replica that stands by.
func TestStandbyIsHealthy(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		replicas, electors, _ := w.replicas(1)
		r := replicas[0]
		defer r.end()
		w.org.InjectAlways(fault.Status(http.StatusInternalServerError, fault.NoBody))
		r.start()
		electors[0].gain()
		w.wait(time.Minute)
		r.requireStatus(componentstatus.StatusRecoverableError, "")
		electors[0].lose()
		w.wait(time.Minute)
		r.requireStatus(componentstatus.StatusOK, "")
		require.Zero(t, w.logged("Okta answers again"))
	})
}

// The connection is checked by each replica, so that the one that stands by is known to work. The check moves nothing.
func TestStandbyChecksTheConnection(t *testing.T) {
	for mode, starts := range map[string]bool{checkWarn: true, checkFail: false} {
		t.Run(mode, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.StartupCheck = mode
				replicas, _, stored := w.replicas(1)
				r := replicas[0]
				defer r.end()
				w.org.SetToken(oktatest.DefaultToken, oktatest.TokenInvalid)
				began := time.Now()
				err := r.tryStart()
				require.Less(t, time.Since(began), 10*time.Second)
				w.wait(time.Minute)
				require.Equal(t, starts, err == nil, "%v", err)
				require.NotEmpty(t, w.org.Requests())
				require.Nil(t, stored.held.Load())
				if starts {
					require.Equal(t, 1, w.logged("The connection check failed"))
				}
			})
		})
	}
}

// Whoever holds the lease when the receiver starts is told in the middle of Start; after Shutdown nobody listens.
func TestLeaseHeldBeforeTheStartAndAfterTheStop(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		replicas, electors, stored := w.replicas(1)
		r, elector := replicas[0], electors[0]
		w.happened(10, time.Hour)
		elector.gain()
		r.start()
		w.wait(time.Minute)
		w.requireAllOnce()
		r.end()
		require.Nil(t, stored.held.Load())
		asked := len(w.org.Requests())
		elector.lose()
		elector.gain()
		w.wait(time.Hour)
		require.Len(t, w.org.Requests(), asked)
		synctest.Wait()
	})
}

// A standby answers Okta's event hook, and compares nothing of it: the leader's next poll brings the events.
func TestStandbyAcceptsAnnouncements(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.EventHook.Get().ConfirmWithin = 2 * time.Minute
		w.cfg.EventHook.Get().DeliverUnconfirmed = true
		replicas, electors, _ := w.replicas(1)
		r, elector := replicas[0], electors[0]
		defer r.end()
		r.start()
		for n := range 5 {
			require.Equal(t, http.StatusOK, r.deliver(announcement(n, w.org.Now())), "nobody polls, and nobody asks for it again")
		}
		w.wait(time.Hour)
		elector.gain()
		w.wait(time.Hour)
		require.Empty(t, w.sink.uuids(), "what was announced to a standby is not compared")
		require.Equal(t, http.StatusOK, r.deliver(announcement(9, w.org.Now())))
		elector.lose()
		w.wait(time.Hour)
		elector.gain()
		w.wait(time.Hour)
		require.Empty(t, w.sink.uuids(), "nor what was announced in an earlier term")
		require.Equal(t, http.StatusOK, r.deliver(announcement(10, w.org.Now())))
		w.wait(time.Hour)
		require.Len(t, w.sink.uuids(), 1)
		assert.EqualValues(t, 1, r.metric("hook_events_unconfirmed"))
	})
}

func TestLeaderElectorThatIsNone(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.K8sLeaderElector = &worldElector
		require.EqualError(t, w.tryStart(), `k8s_leader_elector: there is no extension "elector_of_the_world": define it under extensions and list it under service.extensions`)
		w.cfg.K8sLeaderElector = &worldStorage
		require.EqualError(t, w.tryStart(), `k8s_leader_elector: the extension "storage_of_the_world" does not elect anything: use the extension k8s_leader_elector`)
	})
}

func TestLeaderElectorThatCannotWork(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.OrgURL, cfg.APIToken, cfg.K8sLeaderElector = "https://acme.okta.com", oktatest.DefaultToken, &worldElector
	require.ErrorContains(t, cfg.Validate(), "k8s_leader_elector is set without storage: set storage to an extension whose data all replicas reach")
	cfg.Storage = &worldStorage
	require.NoError(t, cfg.Validate())
	hook := defaultEventHook()
	hook.NetAddr.Endpoint, hook.Secret = "127.0.0.1:0", hookSecretOfTests
	cfg.APIToken, cfg.EventHook = "", configoptional.Some(hook)
	require.ErrorContains(t, cfg.Validate(), "k8s_leader_elector is set without a credential: remove it")
}
