// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"encoding/json"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKubernetesLeaderThatIsStopped(t *testing.T) {
	r := newReplicas(t, 1, 2, sharedDirectory(t))
	report(t, "SIGTERM", r.passOn(t, times(20), func(leader *process) { leader.stop(t) }, r.replace(t)))
	r.requireRepeated(t, 0)
	r.requireOneAtATime(t)
}

func TestKubernetesLeaderThatIsKilled(t *testing.T) {
	r := newReplicas(t, 1, 2, sharedDirectory(t))
	kills := times(25)
	report(t, "SIGKILL", r.passOn(t, kills, func(leader *process) { leader.kill(t) }, r.replace(t)))
	r.requireRepeated(t, kills*replicaPage)
	r.requireOneAtATime(t)
}

// Polling ends at the renew deadline when the API server is away, resumes by itself, and loses nothing.
func TestKubernetesWithoutItsAPIServer(t *testing.T) {
	r := newReplicas(t, 1, 2, sharedDirectory(t))
	leader := r.leader(t)
	r.happen(20)
	r.requireAll(t)
	require.NoError(t, r.cluster.apiserver.cmd.Process.Signal(syscall.SIGSTOP))
	began := time.Now()
	leader.awaitPrinted(t, standsBy, 1)
	measured(t, "polling ended %s after the API server stopped answering, the renew deadline is %s", time.Since(began).Round(100*time.Millisecond), renewDeadline)
	r.cluster.etcd.kill(t)
	r.happen(20)
	<-time.After(away(time.Minute) - time.Since(began))
	r.cluster.startEtcd(t)
	require.NoError(t, r.cluster.apiserver.cmd.Process.Signal(syscall.SIGCONT))
	r.leader(t)
	r.requireAll(t)
	r.requireRepeated(t, 0)
	r.requireOneAtATime(t)
}

// Three replicas that are restarted one after the other, while events happen.
func TestKubernetesRollingRestart(t *testing.T) {
	r := newReplicas(t, 1, 3, sharedDirectory(t))
	r.leader(t)
	for _, p := range slices.Clone(r.all) {
		r.drain(t, 5000)
		p.stop(t)
		r.end(p)
		r.start(t)
		r.happen(50)
		r.leader(t)
	}
	r.requireAll(t)
	r.requireRepeated(t, 0)
	r.requireOneAtATime(t)
}

// Two orgs have a lease each, so that each is polled by one of three replicas, whichever ends.
func TestKubernetesTwoOrgs(t *testing.T) {
	r := newReplicas(t, 2, 3, sharedDirectory(t))
	var took []time.Duration
	kills := times(10)
	for n := range kills {
		org := n % 2
		leader := r.leaderOf(t, org)
		r.drain(t, 1000)
		began := time.Now()
		leader.kill(t)
		r.end(leader)
		took = append(took, r.polls(t, org, r.leaderOf(t, org), began))
		r.start(t)
		r.leaderOf(t, 1-org)
		r.happen(20)
	}
	r.requireAll(t)
	report(t, "SIGKILL", took)
	r.requireRepeated(t, len(r.orgs)*kills*replicaPage)
	r.requireOneAtATime(t)
}

// The examples with other storages are what the API server takes, and what their collectors take.
func TestKubernetesExamples(t *testing.T) {
	c := startCluster(t)
	// A dry run makes no namespace for what is in it.
	c.kubectl(t, "apply", "--server-side", "-f", filepath.Join(root, "examples", "kubernetes", "namespace.yaml"))
	t.Setenv("REDIS_PASSWORD", "a synthetic password")
	for example, program := range map[string]string{
		"kubernetes":            "otelcol-okta",
		"kubernetes-single":     "otelcol-okta",
		"kubernetes-redis":      "otelcol-okta-redis",
		"kubernetes-secrets":    "otelcol-okta",
		"kubernetes-vault":      "otelcol-okta",
		"kubernetes-postgresql": "", // contrib's extension for it is not to be had
	} {
		t.Run(example, func(t *testing.T) {
			directory := filepath.Join(root, "examples", example)
			c.kubectl(t, "apply", "--server-side", "--dry-run=server", "--validate=strict", "-k", directory)
			if program == "" {
				return
			}
			var flags []string
			for _, file := range c.configs(t, directory) {
				flags = append(flags, "--config", file)
			}
			said, err := exec.CommandContext(t.Context(), built(t, program), append([]string{"validate"}, flags...)...).CombinedOutput()
			require.NoError(t, err, "%s", said)
		})
	}
}

// configs writes the configurations that a pod of an example reads, in their order, and returns their paths. Its
// directories are those of this test.
func (c *cluster) configs(t *testing.T, example string) (paths []string) {
	t.Helper()
	token := c.write(t, "api-token", []byte(token))
	storage := t.TempDir()
	manifests := json.NewDecoder(strings.NewReader(c.kubectl(t, "create", "--dry-run=client", "--output=json", "-k", example)))
	for manifests.More() {
		var manifest struct {
			Kind string
			Data map[string]string
		}
		require.NoError(t, manifests.Decode(&manifest))
		if manifest.Kind != "ConfigMap" {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(manifest.Data)) { // config.yaml comes before storage.yaml
			paths = append(paths, c.write(t, filepath.Base(example)+"-"+name, []byte(strings.NewReplacer(
				"/run/secrets/okta/api-token", token, "/var/lib/otelcol-okta", storage).Replace(manifest.Data[name]))))
		}
	}
	require.NotEmpty(t, paths)
	return paths
}

// Whoever may not hold the lease polls nothing.
func TestKubernetesWithoutTheRole(t *testing.T) {
	r := newReplicas(t, 1, 0, sharedDirectory(t))
	r.cluster.kubectl(t, "delete", "rolebinding", "otelcol-okta", "--namespace=okta")
	p := r.start(t)
	p.awaitPrinted(t, "is forbidden", 1)
	r.cluster.kubectl(t, "apply", "--server-side", "-k", filepath.Join(root, "examples", "kubernetes"))
	p.awaitPrinted(t, leads, 1)
	assert.Zero(t, p.printed(fencedOut))
}

// What the lease costs the API server, with the example's values.
func TestKubernetesRequestsOfTheLease(t *testing.T) {
	r := newReplicas(t, 1, 2, sharedDirectory(t))
	r.leader(t)
	const watched = 20 * time.Second
	before := r.cluster.leaseRequests(t)
	<-time.After(watched)
	after := r.cluster.leaseRequests(t)
	for _, verb := range []string{"PUT", "GET"} {
		measured(t, "%.2f requests a second with %s, of two replicas and what the server does itself", (after[verb]-before[verb])/watched.Seconds(), verb)
	}
}

// leaseRequests counts the requests for leases that the API server has answered, by verb.
func (c *cluster) leaseRequests(t *testing.T) map[string]float64 {
	t.Helper()
	requests := map[string]float64{}
	for line := range strings.Lines(c.kubectl(t, "get", "--raw", "/metrics")) {
		if !strings.HasPrefix(line, "apiserver_request_total{") || !strings.Contains(line, `resource="leases"`) {
			continue
		}
		verb := regexp.MustCompile(`verb="(\w+)"`).FindStringSubmatch(line)
		count, err := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndex(line, " "):]), 64)
		require.NoError(t, err)
		require.NotEmpty(t, verb, line)
		requests[verb[1]] += count
	}
	return requests
}
