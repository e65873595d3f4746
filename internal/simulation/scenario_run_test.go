// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
)

var (
	seeds          = flag.Uint64("seeds", 500, "how many histories to run")
	firstSeed      = flag.Uint64("first", 1, "the first seed")
	oneSeed        = flag.Uint64("seed", 0, "replay this seed, and print its history")
	replays        = flag.Int("replays", 1, "how often a replay runs its history: more often for a failure that depends on the order of goroutines")
	keepGoing      = flag.Bool("keep-going", false, "run the other seeds after one that fails")
	shortenFailing = flag.Bool("shorten", true, "shorten the history of a seed that fails")
	oneMistake     = flag.String("mistake", "", "with TestDeliberateMistakes: put this mistake only into the receiver, and print what it leads to")
)

// TestMain has garbage collected less often: histories make a lot of it and keep little.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	eventhook.Listen = listen
	os.Exit(m.Run())
}

// TestHistories runs histories and prints what they were made of.
func TestHistories(t *testing.T) {
	require.Empty(t, *oneMistake, "mistakes are put into the receiver by TestDeliberateMistakes")
	if *oneSeed != 0 {
		replay(t, *oneSeed)
		return
	}
	cov, began := newCoverage(), time.Now()
	var next atomic.Uint64
	next.Store(*firstSeed)
	var reporting sync.Mutex // one report at a time
	var stop atomic.Bool
	t.Run("all", func(t *testing.T) {
		for worker := range runtime.GOMAXPROCS(0) {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				for *keepGoing || !stop.Load() {
					seed := next.Add(1) - 1
					if seed >= *firstSeed+*seeds {
						return
					}
					h := generate(seed)
					cov.add("histories", 1)
					if found := runHistory(t, h, cov, nil); len(found) > 0 {
						reporting.Lock()
						report(t, h, found)
						reporting.Unlock()
						stop.Store(true)
					}
				}
			})
		}
	})
	if *firstSeed == 1 && *seeds >= enoughHistories && !t.Failed() {
		assert.Empty(t, cov.missing(), "histories that have not met these say nothing about them")
	}
	t.Logf("seeds %d to %d in %s:\n%s", *firstSeed, *firstSeed+*seeds-1, time.Since(began).Round(time.Millisecond), cov)
}

// replay prints one history and runs it, more than once where that is asked for, until it fails.
func replay(t *testing.T, seed uint64) {
	h := generate(seed)
	t.Logf("%s", h)
	for range *replays {
		if found := runHistory(t, h, newCoverage(), nil); len(found) > 0 {
			report(t, h, found)
			return
		}
	}
	t.Logf("seed %d passed, run %d times", seed, *replays)
}

// report prints what failed, how to replay it, and the history shortened to what matters.
func report(t *testing.T, h *history, found []violation) {
	t.Helper()
	var b strings.Builder
	for i, v := range found {
		if i == 10 {
			fmt.Fprintf(&b, "  and %d more\n", len(found)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", v)
	}
	t.Errorf("seed %d fails:\n%sreplay it with: go test ./internal/simulation -run TestHistories -v -seed %d", h.seed, b.String(), h.seed)
	if *shortenFailing {
		short := shorten(t, h, found[0].check)
		t.Logf("its history, shortened from %d steps of %d receivers to the %d of %d that %q needs:\n%s",
			len(h.steps), len(h.setups), len(short.steps), len(short.setups), found[0].check, short)
	}
}
