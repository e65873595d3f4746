// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	whole = flag.Bool("whole", false, "have trouble come as often, and last as long, as the table of replicas says")
	table = flag.String("table", "", "file that the tests of replicas write what they measure to")
)

// times is how often trouble comes: so many times, or three.
func times(whenWhole int) int {
	if *whole {
		return whenWhole
	}
	return 3
}

// away is for how long a server that replicas need is away: so long, or longer than a lease.
func away(whenWhole time.Duration) time.Duration {
	if *whole {
		return whenWhole
	}
	return leaseDuration + time.Second
}

// measured prints figures, and writes them into the table.
func measured(t *testing.T, format string, figures ...any) {
	t.Helper()
	said := fmt.Sprintf(format, figures...)
	t.Log(said)
	if *table == "" {
		return
	}
	file, err := os.OpenFile(*table, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = fmt.Fprintf(file, "%-28s %s\n", strings.TrimPrefix(t.Name(), "TestKubernetes"), said)
	require.NoError(t, errors.Join(err, file.Close()))
}

// requireRepeated asserts that nothing is lost, and how many events arrived more than once. One may come a third time:
// where a holder is suspended in the middle of a delivery, its exporter tries that again when it goes on.
func (r *replicas) requireRepeated(t *testing.T, most int) {
	t.Helper()
	lost, repeated, arrived := 0, 0, r.arrived()
	for _, n := range arrived {
		if n == 0 {
			lost++
		}
		if n > 1 {
			repeated++
		}
	}
	assert.Zero(t, lost, "lost events")
	assert.LessOrEqual(t, repeated, most, "repeated events")
	measured(t, "%d events, %d lost, %d repeated of %d that may be", len(arrived), lost, repeated, most)
}

// requireOneAtATime asserts that each org was polled by one replica at any time, but for one request of the former
// holder at most, each time the lease passed on.
func (r *replicas) requireOneAtATime(t *testing.T) {
	t.Helper()
	for i, org := range r.orgs {
		o, gained := org.overlaps(), 0
		for _, p := range r.ever {
			for line := range strings.Lines(p.output.String()) {
				if strings.Contains(line, leads) && strings.Contains(line, fmt.Sprintf("%q", receiverID(i))) {
					gained++
				}
			}
		}
		assert.LessOrEqual(t, o.turns, gained, "a replica polled that had not gained the lease")
		assert.LessOrEqual(t, o.mostLate, 1, "more than one request of a former holder")
		measured(t, "org %d was polled in %d turns, with %d requests of a former holder beside the next one, %s at most", i, o.turns, o.late, o.longest.Round(time.Millisecond))
	}
}

// report prints how long fail-overs took. On a busy machine they take longer, so that nothing is asserted.
func report(t *testing.T, what string, took []time.Duration) {
	t.Helper()
	slices.Sort(took)
	measured(t, "%s, %d times: the next replica polls after %s in the median and %s at most, of %s that it may take",
		what, len(took), took[len(took)/2].Round(100*time.Millisecond), took[len(took)-1].Round(100*time.Millisecond), failover)
}
