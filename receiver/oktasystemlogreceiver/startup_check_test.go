// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

func TestWarnSaysOnceWhatIsWrong(t *testing.T) {
	for name, tc := range outages(t) {
		t.Run(name, func(t *testing.T) {
			inWorld(t, tc.options, func(t *testing.T, w *world) {
				w.cfg.StartAt, w.cfg.StartupCheck = poll.StartAtEnd, checkWarn
				w.happened(3, time.Minute)
				tc.spoil(w)
				w.start()
				w.wait(2 * time.Minute)
				w.stop()

				if tc.finds.step == connection.NewestEvent {
					assert.Zero(t, w.logged("The connection check"), "it keeps no event away")
					return
				}
				failed := w.logs.FilterMessageSnippet("The connection check failed").All()
				found := w.logs.FilterMessageSnippet("The connection check found something").All()
				switch {
				case tc.finds.result == connection.Failed:
					require.Len(t, failed, 1)
					assert.Equal(t, tc.finds.step, failed[0].ContextMap()["step"])
					assert.Contains(t, failed[0].ContextMap()["cause"], tc.finds.cause)
					assert.Contains(t, failed[0].Message, tc.finds.remedy)
					assert.Zero(t, w.logged("Okta sends no events"), "the poller does not say it again: %v", w.logs.All())
				case tc.finds.step == connection.Clock && tc.options.Skew != 0:
					assert.Empty(t, found)
					assert.Equal(t, 1, w.logged("The local clock differs"))
				default:
					require.Len(t, found, 1)
					assert.Equal(t, tc.finds.step, found[0].ContextMap()["step"])
					assert.Contains(t, found[0].ContextMap()["remedy"], tc.finds.remedy)
				}
				requireNoSecret(t, w.cfg, fmt.Sprint(w.logs.All()))
			})
		})
	}
}

func TestFailRefusesToStart(t *testing.T) {
	for name, tc := range outages(t) {
		t.Run(name, func(t *testing.T) {
			inWorld(t, tc.options, func(t *testing.T, w *world) {
				w.cfg.StartAt, w.cfg.StartupCheck = poll.StartAtEnd, checkFail
				w.happened(3, time.Minute)
				tc.spoil(w)
				begun := time.Now()
				err := w.tryStart()
				assert.LessOrEqual(t, time.Since(begun), connection.ProbeRequests*w.cfg.HTTP.Timeout)
				if tc.finds.result != connection.Failed || tc.finds.step == connection.NewestEvent {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, "startup_check: "+tc.finds.step)
				require.ErrorContains(t, err, tc.finds.cause)
				require.ErrorContains(t, err, tc.finds.remedy)
				requireNoSecret(t, w.cfg, err.Error())
				asked := len(w.org.Requests())
				w.wait(time.Hour)
				assert.Len(t, w.org.Requests(), asked, "nothing has begun")
			})
		})
	}
}

func TestStartupCheckCostsFewRequestsAndLosesNothing(t *testing.T) {
	for _, mode := range []string{checkWarn, checkFail, checkOff} {
		t.Run(mode, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.StartupCheck = mode
				w.cfg.Filter = "uuid pr"
				w.cfg.StartAt = "-2h"
				w.happened(7, time.Hour)
				w.start()
				w.wait(9 * time.Second)
				// The poller asks for the time, unless the check has just been told it, for the events, for more since
				// these are an hour old, and then waits.
				want := map[string]int{checkWarn: 4, checkFail: 4, checkOff: 3}[mode]
				assert.Equal(t, want, w.requestsWith("/api/v1/logs"))
				assert.Equal(t, w.logged("no position is stored"), w.logs.FilterLevelExact(zap.WarnLevel).Len(), w.logs.All())
				w.happen(3)
				w.wait(time.Minute)
				w.requireAllOnce()
			})
		})
	}
}

func TestInitialDelayIsForTheLookToo(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.InitialDelay, w.cfg.StartupCheck = time.Minute, checkWarn
		w.happened(3, time.Hour)
		w.start()
		w.wait(59 * time.Second)
		assert.Empty(t, w.org.Requests())
		w.wait(20 * time.Second)
		w.requireAllOnce() // polling does not wait a second time
	})
}

// Many receivers of one org take turns, so that the last of them may not look before its time is over.
func TestLookThatGetsNoTurnIsNoFailure(t *testing.T) {
	for _, mode := range []string{checkWarn, checkFail} {
		t.Run(mode, func(t *testing.T) {
			inWorld(t, oktatest.Options{RateLimit: 20}, func(t *testing.T, w *world) {
				w.cfg.StartupCheck, w.cfg.RateLimit.Reserve = mode, 0.9
				w.cfg.HTTP.Timeout = 15 * time.Second
				w.cfg.Filter = "uuid pr"
				w.happened(3, time.Minute)
				begun := time.Now()
				w.start()
				if mode == checkFail {
					assert.Equal(t, connection.ProbeRequests*w.cfg.HTTP.Timeout, time.Since(begun), "it waited for the second turn in vain")
				}
				w.wait(10 * time.Minute)
				assert.Zero(t, w.logged("The connection check failed"))
				w.requireAllOnce()
			})
		})
	}
}

func TestWarnLetsAnAdminsFixHeal(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartupCheck = checkWarn
		w.org.SetToken(oktatest.DefaultToken, oktatest.TokenWithoutRole)
		w.happened(3, time.Hour)
		w.start()
		w.wait(time.Hour)
		w.requireStatus(componentstatus.StatusRecoverableError, "forbidden")
		w.org.SetToken(oktatest.DefaultToken, oktatest.TokenValid)
		w.wait(2 * time.Minute)
		w.requireAllOnce()
		assert.Equal(t, 1, w.logged("Okta answers again"))
		w.requireStatus(componentstatus.StatusOK, "")
	})
}

func TestPipelineThatIsDownIsNoMatterOfTheConnection(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartupCheck = checkWarn
		w.sink.refuses(func(context.Context, int) error { return errors.New("connection refused") })
		w.happened(3, time.Hour)
		w.start()
		w.wait(time.Minute)
		assert.Zero(t, w.logged("The connection check"))
		down := w.logs.FilterMessageSnippet("The pipeline does not accept events").All()
		require.Len(t, down, 1)
		assert.Contains(t, down[0].Message, "check its exporters and what is behind them")
		assert.Equal(t, "connection refused", down[0].ContextMap()["error"])
		w.sink.refuses(nil)
		w.wait(2 * time.Minute)
		w.requireAllOnce()
	})
}

func TestShutdownEndsTheWalk(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{})
	org.InjectAlways(fault.Hang())
	server := httptest.NewServer(org)
	defer server.Close()
	cfg := configFor(server)
	cfg.StartupCheck = checkWarn
	core, logs := observer.New(zap.InfoLevel)
	r := create(t, cfg, &sink{}, zap.New(core))
	for range 2 {
		before := len(org.Requests())
		require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
		eventually(t, func() bool { return len(org.Requests()) > before })
		require.NoError(t, r.Shutdown(t.Context()))
		assert.Len(t, org.Requests(), before+1, "polling has not begun")
	}
	assert.Zero(t, logs.FilterMessageSnippet("The connection check").Len(), "a walk that was ended has nothing to say")
}

func TestReceiverThatFailsItsCheckReleasesEverything(t *testing.T) {
	org := oktatest.NewOrg(oktatest.Options{})
	server := httptest.NewServer(org)
	defer server.Close()
	directory := t.TempDir()
	id := component.MustNewID("file_storage")
	cfg := configFor(server)
	cfg.Storage, cfg.StartupCheck = &id, checkFail
	cfg.APIToken = "00another"
	storage := fileStorage(t, directory)
	r := create(t, cfg, &sink{}, zap.NewNop())
	require.ErrorContains(t, r.Start(t.Context(), host{id: storage}), "startup_check: token: okta answered 401")
	require.NoError(t, r.Shutdown(t.Context()))

	cfg.APIToken = oktatest.DefaultToken
	require.NoError(t, r.Start(t.Context(), host{id: storage}), "its storage is free")
	require.NoError(t, r.Shutdown(t.Context()))
	require.NoError(t, storage.Shutdown(t.Context()))
}

func TestStorageThatCannotBeOpenedSaysWhatToDo(t *testing.T) {
	directory := t.TempDir()
	id := component.MustNewID("file_storage")
	storage := fileStorage(t, directory)
	holder, err := storageClient(t.Context(), &id, host{id: storage}, component.NewID(metadata.Type))
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	cfg.OrgURL, cfg.APIToken, cfg.Storage = "https://acme.okta.com", "x", &id
	r := create(t, cfg, &sink{}, zap.NewNop())
	require.ErrorContains(t, r.Start(t.Context(), host{id: storage}), "another process, such as a collector that still runs, holds the file: stop it")
	require.NoError(t, holder.Close(t.Context()))
	require.NoError(t, storage.Shutdown(t.Context()))
}
