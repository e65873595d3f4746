// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cluster is a Kubernetes API server and its store, on loopback. Nothing runs pods there.
type cluster struct {
	directory       string
	store, peers    string // URLs of etcd
	etcd, apiserver *process
	admin           string // path of a kubeconfig that may do everything
	address         string
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{directory: t.TempDir(), store: "http://" + freeAddress(t), peers: "http://" + freeAddress(t), address: freeAddress(t)}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	c.write(t, "service-account.key", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	c.write(t, "tokens.csv", []byte("admin-token,admin,1,system:masters\n"))
	c.startEtcd(t)
	_, port, _ := strings.Cut(c.address, ":")
	c.apiserver = start(t, "kube-apiserver",
		"--etcd-servers="+c.store, "--bind-address=127.0.0.1", "--secure-port="+port, "--cert-dir="+filepath.Join(c.directory, "certs"),
		"--token-auth-file="+filepath.Join(c.directory, "tokens.csv"), "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+filepath.Join(c.directory, "service-account.key"),
		"--service-account-signing-key-file="+filepath.Join(c.directory, "service-account.key"))
	eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(c.directory, "certs", "apiserver.crt"))
		return err == nil
	}, patience, 100*time.Millisecond)
	c.admin = c.kubeconfig(t, "admin", "admin-token")
	eventually(t, func() bool {
		said, err := c.try(t, "get", "--raw", "/readyz")
		return err == nil && said == "ok"
	}, patience, 200*time.Millisecond)
	return c
}

// startEtcd starts the store, with the data that it had before.
func (c *cluster) startEtcd(t *testing.T) {
	t.Helper()
	c.etcd = start(t, "etcd", "--data-dir="+filepath.Join(c.directory, "etcd"), "--listen-client-urls="+c.store,
		"--advertise-client-urls="+c.store, "--listen-peer-urls="+c.peers, "--initial-advertise-peer-urls="+c.peers,
		"--initial-cluster=default="+c.peers, "--log-level=error")
}

func (c *cluster) write(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(c.directory, name)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// kubeconfig writes a configuration for clients with a token, and returns its path.
func (c *cluster) kubeconfig(t *testing.T, name, token string) string {
	t.Helper()
	return c.write(t, name+".kubeconfig", fmt.Appendf(nil, `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://%s", certificate-authority: %s}}]
users: [{name: u, user: {token: "%s"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
`, c.address, filepath.Join(c.directory, "certs", "apiserver.crt"), token))
}

// try runs kubectl as the admin, and returns what it prints.
func (c *cluster) try(t *testing.T, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), built(t, "kubectl"), append([]string{"--kubeconfig=" + c.admin}, args...)...)
	said, err := command.CombinedOutput()
	return strings.TrimSpace(string(said)), err
}

func (c *cluster) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	said, err := c.try(t, args...)
	require.NoError(t, err, said)
	return said
}

// leaseName is the lease of an org: the first is the example's.
func leaseName(org int) string {
	if org == 0 {
		return "okta-systemlog"
	}
	return fmt.Sprintf("okta-systemlog-%d", org)
}

// apply applies the example, whose Role names the lease of each org, and returns the token of its ServiceAccount.
func (c *cluster) apply(t *testing.T, orgs int) (token string) {
	t.Helper()
	example := filepath.Join(root, "examples", "kubernetes")
	c.kubectl(t, "apply", "--server-side", "--validate=strict", "-k", example)
	c.kubectl(t, "apply", "--server-side", "--validate=strict", "--namespace=okta", "-f", filepath.Join(example, "event-hook.yaml"))
	for org := 1; org < orgs; org++ {
		c.kubectl(t, "patch", "role", "otelcol-okta", "--namespace=okta", "--type=json",
			fmt.Sprintf(`--patch=[{"op": "add", "path": "/rules/1/resourceNames/-", "value": %q}]`, leaseName(org)))
	}
	return c.kubectl(t, "create", "token", "otelcol-okta", "--namespace=okta", "--duration=2h")
}
