// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// suspended is how long a leader is: past its lease, and until the next one has polled for long.
const suspended = 3 * leaseDuration

// What replicas print when the storage fails, and when it has come back without its data.
const (
	storageFails = "The storage fails, polling stands still until it works"
	writtenAnew  = "The storage has lost the position, which is written anew from memory"
	beginsAnew   = "Polling begins at start_at, no position is stored"
)

// A leader that is suspended past its lease finds that another replica has taken over.
func TestKubernetesLeaderThatIsSuspended(t *testing.T) {
	redis := startRedis(t)
	r := newReplicas(t, 1, 2, redis.storage())
	var began time.Time
	stops := times(10)
	report(t, "SIGSTOP", r.passOn(t, stops,
		func(leader *process) {
			began = time.Now()
			require.NoError(t, leader.cmd.Process.Signal(syscall.SIGSTOP))
		},
		func(former *process) {
			<-time.After(suspended - time.Since(began))
			stoodBy := former.printed(standsBy)
			require.NoError(t, former.cmd.Process.Signal(syscall.SIGCONT))
			former.awaitPrinted(t, standsBy, stoodBy+1)
		}))
	r.requireRepeated(t, stops*replicaPage)
	r.requireOneAtATime(t)
	redis.requireForward(t)
}

// While Redis is away, polling stands still; it goes on by itself, with the data and without.
func TestKubernetesStorageThatIsAway(t *testing.T) {
	redis := startRedis(t)
	r := newReplicas(t, 1, 2, redis.storage())
	leader := r.leader(t)
	r.drain(t, 3000)
	redis.process.kill(t)
	r.happen(20)
	leader.awaitPrinted(t, storageFails, 1)
	<-time.After(away(30 * time.Second))
	redis.comeBack(t)
	r.requireAll(t)
	r.requireRepeated(t, 0)
	redis.requireForward(t)

	redis.process.kill(t)
	redis.loseData(t)
	r.happen(20)
	<-time.After(away(30 * time.Second))
	redis.comeBack(t)
	leader.awaitPrinted(t, writtenAnew, 1)
	r.requireAll(t)
	r.requireRepeated(t, 0)
	r.requireOneAtATime(t)
}

// A Redis that answers nothing, as one whose machine is suspended.
func TestKubernetesStorageThatHangs(t *testing.T) {
	redis := startRedis(t)
	r := newReplicas(t, 1, 2, redis.storage())
	leader := r.leader(t)
	r.drain(t, 3000)
	require.NoError(t, redis.process.cmd.Process.Signal(syscall.SIGSTOP))
	r.happen(20)
	leader.awaitPrinted(t, storageFails, 1)
	<-time.After(away(30 * time.Second))
	require.NoError(t, redis.process.cmd.Process.Signal(syscall.SIGCONT))
	r.requireAll(t)
	r.requireRepeated(t, 0)
	r.requireOneAtATime(t)
	redis.requireForward(t)
}

// Where no replica holds the lease when Redis loses its data, polling begins at start_at, and repeats what was there.
func TestKubernetesStorageThatIsEmpty(t *testing.T) {
	redis := startRedis(t)
	r := newReplicas(t, 1, 1, redis.storage())
	r.happen(50)
	leader := r.leader(t)
	r.requireAll(t)
	leader.stop(t)
	r.end(leader)
	redis.process.kill(t)
	redis.loseData(t)
	redis.comeBack(t)
	r.happen(20)
	r.start(t).awaitPrinted(t, beginsAnew, 1)
	r.requireAll(t)
	r.requireRepeated(t, 50)
	r.requireOneAtATime(t)
}
