// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// The values of examples/kubernetes, and what a fail-over may take with them: contrib's elector retries each 1 to 2.2
// times retry_period, when it finds the lease expired and again.
const (
	leaseDuration = 9 * time.Second
	renewDeadline = 4 * time.Second
	retryPeriod   = time.Second
	failover      = leaseDuration + 44*retryPeriod/10 + 2*time.Second
)

// replicaPage is how many events a page holds.
const replicaPage = 100

// replicas are collectors that share a storage and follow a lease for each org, with exactly the rights of the
// example's ServiceAccount.
type replicas struct {
	orgs    []*pollTrace
	far     *farEnd
	cluster *cluster
	program string // path of the collector
	config  string
	all     []*process // those that are to run
	ever    []*process
}

// sharedStorage is what replicas keep their position in.
type sharedStorage struct {
	program string // the collector that has the extension
	id      string
	config  string // of the extension
}

func sharedDirectory(t *testing.T) sharedStorage {
	t.Helper()
	return sharedStorage{program: "otelcol-okta", id: "file_storage", config: fmt.Sprintf("{directory: %s, fsync: true}", t.TempDir())}
}

// newReplicas starts a cluster, so many orgs, and so many replicas that poll them.
func newReplicas(t *testing.T, orgs, n int, storage sharedStorage) *replicas {
	t.Helper()
	r := &replicas{far: startFarEnd(t), cluster: startCluster(t), program: built(t, storage.program)}
	for i := range orgs {
		// A page takes long enough for trouble to come while a backlog is drained.
		org := startSimulatorWith(t, oktatest.Options{PageLatency: 20 * time.Millisecond})
		org.generator = generate.New(uint64(i + 1))
		r.orgs = append(r.orgs, tracePolls(t, org))
	}
	r.writeConfig(t, storage)
	t.Setenv("KUBECONFIG", r.cluster.kubeconfig(t, "replica", r.cluster.apply(t, orgs)))
	for range n {
		r.start(t)
	}
	return r
}

func receiverID(org int) string { return fmt.Sprintf("okta_systemlog/%d", org) }

// writeConfig writes the configuration of all replicas: the leader elector of the example, once for each org.
func (r *replicas) writeConfig(t *testing.T, storage sharedStorage) {
	t.Helper()
	example, err := os.ReadFile(filepath.Join(root, "examples", "kubernetes", "config.yaml"))
	require.NoError(t, err)
	elector := regexp.MustCompile(`(?m)^  k8s_leader_elector:\n(    .*\n)+`).FindString(string(example))
	require.NotEmpty(t, elector)
	// No pod runs here, so the token is not where a pod has it.
	elector = strings.Replace(elector, "auth_type: serviceAccount", "auth_type: kubeConfig", 1)
	var receivers, receiverIDs, electors, electorIDs []string
	for i, org := range r.orgs {
		id := fmt.Sprintf("k8s_leader_elector/%d", i)
		receivers = append(receivers, fmt.Sprintf(`
  %s:
    org_url: http://%s
    api_token: ${env:OKTA_API_TOKEN}
    poll_interval: 1s
    page_size: %d
    start_at: beginning
    storage: %s
    k8s_leader_elector: %s
    http: {headers: {%s: "${env:REPLICA}"}}
`, receiverID(i), org.address, replicaPage, storage.id, id, replicaHeader))
		electors = append(electors, strings.NewReplacer("k8s_leader_elector:", id+":", "lease_name: "+leaseName(0), "lease_name: "+leaseName(i)).Replace(elector))
		receiverIDs, electorIDs = append(receiverIDs, receiverID(i)), append(electorIDs, id)
	}
	r.config = r.cluster.write(t, "config.yaml", fmt.Appendf(nil, `
receivers:%s
exporters:
  %s
extensions:
%s
  %s: %s
service:
  extensions: [%s, %s]
  pipelines:
    logs: {receivers: [%s], exporters: [otlp_grpc]}
  telemetry:
    logs: {level: debug, disable_stacktrace: true}
    metrics: {level: none}
`, strings.Join(receivers, ""), fmt.Sprintf(direct, r.far.address), strings.Join(electors, ""), storage.id, storage.config,
		strings.Join(electorIDs, ", "), storage.id, strings.Join(receiverIDs, ", ")))
}

// start starts one more replica.
func (r *replicas) start(t *testing.T) *process {
	t.Helper()
	t.Setenv("REPLICA", fmt.Sprint(len(r.ever)))
	p := startProgram(t, r.program, "--config", r.config)
	r.all, r.ever = append(r.all, p), append(r.ever, p)
	return p
}

// end takes a replica that has ended out of those that are to run.
func (r *replicas) end(p *process) {
	r.all = slices.DeleteFunc(r.all, func(other *process) bool { return other == p })
}

// happen has n events happen now in each org.
func (r *replicas) happen(n int) {
	for _, org := range r.orgs {
		for range n {
			org.Append(org.generator.Event(org.Now()))
		}
	}
}

// arrived is how often each event of the orgs has arrived.
func (r *replicas) arrived() map[string]int {
	times := map[string]int{}
	for _, org := range r.orgs {
		for event := range org.Events() {
			times[event.UUID] = 0
		}
	}
	r.far.mu.Lock()
	defer r.far.mu.Unlock()
	for _, uuid := range r.far.run {
		times[uuid]++
	}
	return times
}

// requireAll waits until each event of the orgs has arrived.
func (r *replicas) requireAll(t *testing.T) {
	t.Helper()
	eventually(t, func() bool {
		for _, times := range r.arrived() {
			if times == 0 {
				return false
			}
		}
		return true
	}, patience, 50*time.Millisecond, "not all events arrive")
}

// drain has a backlog begin to be delivered.
func (r *replicas) drain(t *testing.T, events int) {
	t.Helper()
	before, _, _ := r.far.count()
	for _, org := range r.orgs {
		org.backlog(events)
	}
	eventually(t, func() bool {
		now, _, _ := r.far.count()
		return now > before+replicaPage
	}, patience, time.Millisecond, "no backlog arrives")
}

const (
	leads     = "This replica holds the lease: it polls"
	standsBy  = "This replica does not poll any more: it stands by"
	fencedOut = "Another replica has taken over the position"
)

// leading is whether a replica that runs holds the lease of an org, by what it has printed.
func (p *process) leading(org int) bool {
	began, ended := 0, 0
	of := fmt.Sprintf("%q", receiverID(org))
	for line := range strings.Lines(p.output.String()) {
		switch {
		case !strings.Contains(line, of):
		case strings.Contains(line, leads):
			began++
		case strings.Contains(line, standsBy):
			ended++
		}
	}
	return began > ended && !p.over()
}

func (p *process) over() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// polls waits until a replica has polled an org after a time, and returns how much later that was.
func (r *replicas) polls(t *testing.T, org int, p *process, after time.Time) time.Duration {
	t.Helper()
	return r.orgs[org].awaitPoll(t, fmt.Sprint(slices.Index(r.ever, p)), after)
}

// leader waits for a replica that holds the lease of the first org and is none of some.
func (r *replicas) leader(t *testing.T, but ...*process) *process {
	t.Helper()
	return r.leaderOf(t, 0, but...)
}

func (r *replicas) leaderOf(t *testing.T, org int, but ...*process) *process {
	t.Helper()
	var leader *process
	eventually(t, func() bool {
		for _, p := range r.all {
			if !slices.Contains(but, p) && p.leading(org) {
				leader = p
				return true
			}
		}
		return false
	}, patience, 20*time.Millisecond, "no replica holds the lease")
	return leader
}

// passOn makes the lease pass on so many times, while a backlog is drained and while new events are followed. It
// returns the times that the next replica took to poll.
func (r *replicas) passOn(t *testing.T, times int, trouble func(leader *process), next func(leader *process)) (took []time.Duration) {
	t.Helper()
	for n := range times {
		leader := r.leader(t)
		if n%2 == 0 {
			r.drain(t, 3000)
		} else {
			r.requireAll(t)
			r.happen(20)
		}
		began := time.Now()
		trouble(leader)
		took = append(took, r.polls(t, 0, r.leader(t, leader), began))
		r.happen(20)
		next(leader)
	}
	r.requireAll(t)
	return took
}

// replace starts a replica in the place of one that has ended.
func (r *replicas) replace(t *testing.T) func(*process) {
	return func(ended *process) {
		r.end(ended)
		r.start(t)
	}
}
