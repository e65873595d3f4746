// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var failovers = flag.Int("failovers", 3, "how many times each of the tests with replicas makes the lease pass on")

// The values of examples/kubernetes, and what a fail-over may take with them: contrib's elector retries each 1 to 2.2
// times retry_period, when it finds the lease expired and again.
const (
	leaseDuration = 9 * time.Second
	renewDeadline = 4 * time.Second
	retryPeriod   = time.Second
	failover      = leaseDuration + 44*retryPeriod/10 + 2*time.Second
)

// apply applies the example as it is, and returns the token of its ServiceAccount.
func (c *cluster) apply(t *testing.T) (token string) {
	t.Helper()
	example := filepath.Join(root, "examples", "kubernetes")
	c.kubectl(t, "apply", "--server-side", "--validate=strict", "-k", example)
	c.kubectl(t, "apply", "--server-side", "--validate=strict", "--namespace=okta", "-f", filepath.Join(example, "event-hook.yaml"))
	return c.kubectl(t, "create", "token", "otelcol-okta", "--namespace=okta", "--duration=2h")
}

// replicas are collectors that share a directory and follow a lease, with exactly the rights of the example's
// ServiceAccount.
type replicas struct {
	org     *simulator
	far     *farEnd
	cluster *cluster
	config  string
	all     []*process
}

func newReplicas(t *testing.T, n int) *replicas {
	t.Helper()
	r := &replicas{org: startSimulatorHere(t), far: startFarEnd(t), cluster: startCluster(t)}
	r.config = writeConfig(t, t.TempDir(), "http://"+r.org.address, "    k8s_leader_elector: k8s_leader_elector\n    page_size: 100\n",
		fmt.Sprintf(direct, r.far.address))
	config, err := os.ReadFile(filepath.Join(root, "examples", "kubernetes", "config.yaml"))
	require.NoError(t, err)
	elector := regexp.MustCompile(`(?m)^  k8s_leader_elector:\n(    .*\n)+`).FindString(string(config))
	require.NotEmpty(t, elector)
	// No pod runs here, so the token is not where a pod has it.
	elector = strings.Replace(elector, "auth_type: serviceAccount", "auth_type: kubeConfig", 1)
	mine, err := os.ReadFile(r.config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(r.config, []byte(strings.NewReplacer(
		"extensions:\n  file_storage:", "extensions:\n"+elector+"  file_storage:",
		"extensions: [file_storage]", "extensions: [file_storage, k8s_leader_elector]").Replace(string(mine))), 0o600))
	t.Setenv("KUBECONFIG", r.cluster.kubeconfig(t, "replica", r.cluster.apply(t)))
	for range n {
		r.all = append(r.all, r.start(t))
	}
	return r
}

func (r *replicas) start(t *testing.T) *process {
	t.Helper()
	return start(t, "otelcol-okta", "--config", r.config)
}

// happen has n events happen now.
func (r *replicas) happen(n int) {
	for range n {
		r.org.Append(r.org.generator.Event(r.org.Now()))
	}
}

// arrived is how often each event of the org has arrived.
func (r *replicas) arrived() map[string]int {
	times := map[string]int{}
	for event := range r.org.Events() {
		times[event.UUID] = 0
	}
	r.far.mu.Lock()
	defer r.far.mu.Unlock()
	for _, uuid := range r.far.run {
		times[uuid]++
	}
	return times
}

// requireAll waits until each event of the org has arrived.
func (r *replicas) requireAll(t *testing.T) {
	t.Helper()
	eventually(t, func() bool {
		for _, times := range r.arrived() {
			if times == 0 {
				return false
			}
		}
		return true
	}, patience, 50*time.Millisecond)
}

const (
	leads     = "This replica holds the lease: it polls"
	standsBy  = "This replica does not poll any more: it stands by"
	polls     = "Polling "
	fencedOut = "Another replica has taken over the position"
)

// leading is whether a replica that runs holds the lease, by what it has printed.
func (p *process) leading() bool { return p.printed(leads) > p.printed(standsBy) && !p.over() }

func (p *process) over() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// leader waits for the replica that polls and is none of some.
func (r *replicas) leader(t *testing.T, but ...*process) *process {
	t.Helper()
	var leader *process
	eventually(t, func() bool {
		for _, p := range r.all {
			if p.leading() && p.printed(polls) > 0 && !slices.Contains(but, p) {
				leader = p
				return true
			}
		}
		return false
	}, patience, 20*time.Millisecond, "no replica polls")
	return leader
}

// passOn does something to the leader, again and again, and starts another replica in its place. It returns the times
// that the next one took to poll.
func (r *replicas) passOn(t *testing.T, end func(leader *process)) (took []time.Duration) {
	t.Helper()
	for n := range *failovers {
		leader := r.leader(t)
		if n%2 == 0 { // while draining
			r.org.backlog(3000)
		} else { // while following
			r.requireAll(t)
			r.happen(20)
		}
		began := time.Now()
		end(leader)
		r.all = slices.DeleteFunc(r.all, func(p *process) bool { return p == leader })
		r.leader(t)
		took = append(took, time.Since(began))
		r.all = append(r.all, r.start(t))
		r.happen(20)
	}
	r.requireAll(t)
	return took
}

// requireRepeated asserts how many events arrived more than once.
func (r *replicas) requireRepeated(t *testing.T, most int) {
	t.Helper()
	repeated := 0
	for uuid, times := range r.arrived() {
		assert.Positive(t, times, "%s is lost", uuid)
		repeated += max(0, times-1)
	}
	assert.LessOrEqual(t, repeated, most)
	t.Logf("%d events, 0 lost, %d repeated", r.org.Len(), repeated)
}

func report(t *testing.T, what string, took []time.Duration) {
	t.Helper()
	slices.Sort(took)
	t.Logf("%s: %d fail-overs, %s in the median and %s at most, of %s that they may take",
		what, len(took), took[len(took)/2].Round(100*time.Millisecond), took[len(took)-1].Round(100*time.Millisecond), failover)
}

func TestKubernetesLeaderThatIsStopped(t *testing.T) {
	r := newReplicas(t, 2)
	report(t, "SIGTERM", r.passOn(t, func(leader *process) { leader.stop(t) }))
	r.requireRepeated(t, 0)
}

func TestKubernetesLeaderThatIsKilled(t *testing.T) {
	r := newReplicas(t, 2)
	report(t, "SIGKILL", r.passOn(t, func(leader *process) { leader.kill(t) }))
	r.requireRepeated(t, *failovers*100)
}

// Polling ends at the renew deadline when the API server is away, resumes by itself, and loses nothing.
func TestKubernetesWithoutItsAPIServer(t *testing.T) {
	r := newReplicas(t, 2)
	leader := r.leader(t)
	r.happen(20)
	r.requireAll(t)
	require.NoError(t, r.cluster.apiserver.cmd.Process.Signal(syscall.SIGSTOP))
	began := time.Now()
	leader.awaitPrinted(t, standsBy, 1)
	t.Logf("polling ended %s after the API server stopped answering, the renew deadline is %s", time.Since(began).Round(100*time.Millisecond), renewDeadline)
	r.cluster.etcd.kill(t)
	r.happen(20)
	r.cluster.startEtcd(t)
	require.NoError(t, r.cluster.apiserver.cmd.Process.Signal(syscall.SIGCONT))
	r.leader(t)
	r.requireAll(t)
	r.requireRepeated(t, 0)
}

// Three replicas that are restarted one after the other, while events happen.
func TestKubernetesRollingRestart(t *testing.T) {
	r := newReplicas(t, 3)
	r.leader(t)
	r.org.backlog(5000)
	for i := range r.all {
		r.all[i].stop(t)
		r.all[i] = r.start(t)
		r.happen(50)
		r.leader(t)
	}
	r.requireAll(t)
	r.requireRepeated(t, 0)
}

// Whoever may not hold the lease polls nothing.
func TestKubernetesWithoutTheRole(t *testing.T) {
	r := newReplicas(t, 0)
	r.cluster.kubectl(t, "delete", "rolebinding", "otelcol-okta", "--namespace=okta")
	p := r.start(t)
	p.awaitPrinted(t, "is forbidden", 1)
	r.cluster.kubectl(t, "apply", "--server-side", "-k", filepath.Join(root, "examples", "kubernetes"))
	p.awaitPrinted(t, leads, 1)
	assert.Zero(t, p.printed(fencedOut))
}
