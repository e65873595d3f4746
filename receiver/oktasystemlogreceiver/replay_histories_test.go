// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// Whatever goes wrong on the way, a replay ends with every event of its range delivered, one page repeated for a crash
// at most, and nothing from outside of it.
func TestReplaysSurviveWhatGoesWrong(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			opts := oktatest.Options{PageLatency: time.Duration(random.IntN(800)) * time.Millisecond, Skew: time.Duration(random.IntN(7)-3) * time.Hour}
			if random.IntN(2) == 0 {
				opts.MaxPage = 1 + random.IntN(30)
			}
			inWorld(t, opts, func(t *testing.T, w *world) { replayHistory(t, w, random) })
		})
	}
}

// replayHistory is one replay, and what goes wrong while it runs.
func replayHistory(t *testing.T, w *world, random *rand.Rand) {
	w.cfg.PageSize = 5 + random.IntN(50)
	w.happened(20, 9*time.Hour)
	from := len(w.all())
	for n := range 8 {
		w.happened(random.IntN(80), 8*time.Hour-time.Duration(n)*30*time.Minute)
	}
	to := len(w.all())
	w.happened(20, 3*time.Hour)
	w.replay(8*time.Hour+30*time.Minute, 3*time.Hour+10*time.Minute)
	stored := &flakyStorage{Client: w.storage}
	w.storage = stored
	crashes := 0
	w.start()
	for range 30 {
		w.wait(time.Duration(random.IntN(4000)) * time.Millisecond)
		switch random.IntN(7) {
		case 0: // an orderly restart
			w.start()
		case 1: // a crash: what was accepted last is not stored
			stored.fail(errors.New("gone"))
			w.wait(time.Duration(random.IntN(2000)) * time.Millisecond)
			w.stop()
			stored.fail(nil)
			crashes++
			w.start()
		case 2:
			w.org.RefusePositions("")
		case 3:
			w.sink.refuses(func(context.Context, int) error { return errors.New("503") })
		case 4:
			w.sink.refuses(func(context.Context, int) error { return consumererror.NewPermanent(errors.New("401")) })
		case 5:
			w.sink.refuses(nil)
		default:
			faults := fault.All()
			met := faults[random.IntN(len(faults))]
			if met.Name != "lag" { // it is about polling
				w.org.Inject(met.Fault)
			}
		}
	}
	w.sink.refuses(nil)
	w.org.ClearFaults()
	w.wait(2 * time.Hour)
	require.True(t, w.ended())
	count, order := map[string]int{}, []string(nil)
	for _, uuid := range w.sink.uuids() {
		if count[uuid]++; count[uuid] == 1 {
			order = append(order, uuid)
		}
	}
	require.Len(t, order, to-from)
	require.True(t, slices.Equal(w.all()[from:to], order), "first deliveries are in order")
	require.LessOrEqual(t, len(w.sink.uuids())-len(order), crashes*w.cfg.PageSize)
	w.requireRest()
}
