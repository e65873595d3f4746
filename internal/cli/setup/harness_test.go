// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

func TestMain(m *testing.M) {
	// The environment is the process's, and these tests run beside each other.
	if err := os.Setenv(adminVariable, oktatest.DefaultAdminToken); err != nil {
		panic(err)
	}
	firstWait, tryInterval, roleGrace = 5*time.Millisecond, 20*time.Millisecond, 100*time.Millisecond
	os.Exit(m.Run())
}

// desk is an org, and a directory for the files of a set-up.
type desk struct {
	t   *testing.T
	org *oktatest.Org
	url string
	out string

	mu sync.Mutex
	// interfere answers a request in the org's place, or lets the org answer.
	interfere func(w http.ResponseWriter, r *http.Request, org http.Handler)
}

func newDesk(t *testing.T, options oktatest.Options) *desk {
	options.Hooks.Transport = oktatest.RoundTripper(http.HandlerFunc(verify))
	options.Hooks.PlainLoopback, options.AdminToken = true, oktatest.DefaultAdminToken
	d := &desk{t: t, org: oktatest.NewOrg(options), out: filepath.Join(t.TempDir(), "files")}
	d.org.AppendAt(d.org.Now().Add(-time.Hour), generate.New(3).Event(d.org.Now().Add(-time.Hour)))
	server := httptest.NewUnstartedServer(d)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of handlers that break a connection off
	server.Start()
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	interfere := d.interfere
	d.mu.Unlock()
	if interfere != nil {
		interfere(w, r, d.org)
		return
	}
	d.org.ServeHTTP(w, r)
}

// meets makes requests meet something, and nothing when it is nil.
func (d *desk) meets(interfere func(w http.ResponseWriter, r *http.Request, org http.Handler)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.interfere = interfere
}

// verify answers as the endpoint of an event hook when Okta verifies it.
func verify(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"verification":%q}`, r.Header.Get("X-Okta-Verification-Challenge"))
}

// result is how a command ended.
type result struct {
	status int
	said   string
}

// run runs a command with the org and the directory of the desk.
func (d *desk) run(c *cobra.Command, args ...string) result {
	d.t.Helper()
	return d.runWith(c, "", append([]string{"--org", d.url, "--out", d.out}, args...)...)
}

// runWith runs a command with an input.
func (d *desk) runWith(c *cobra.Command, input string, args ...string) result {
	d.t.Helper()
	var output bytes.Buffer
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	c.SetIn(strings.NewReader(input))
	c.SetOut(&output)
	c.SetErr(&output)
	err := c.ExecuteContext(d.t.Context())
	if err != nil && !errors.Is(err, exit.ErrSaid) {
		_, _ = fmt.Fprintln(&output, err)
	}
	said := output.String()
	assert.NotContains(d.t, said, oktatest.DefaultAdminToken)
	assert.NotContains(d.t, said, `"d":`, "a private key")
	return result{exit.Status(err), said}
}

// setup runs setup, which must succeed.
func (d *desk) setup(args ...string) string {
	d.t.Helper()
	ended := d.run(Command(), append([]string{"--yes"}, args...)...)
	require.Equal(d.t, exit.Good, ended.status, ended.said)
	return ended.said
}

// anonymous are the org's objects without their ids and times, to compare what two set-ups made.
func anonymous(objects map[string]string) []string {
	var all []string
	for name, object := range objects {
		object = regexp.MustCompile(`(0oa|pks|oag|who|okta-systemlog-)[0-9A-Za-z]+`).ReplaceAllString(object, "$1")
		object = regexp.MustCompile(`"(instance|kid|x|y|created|lastUpdated)":"[^"]*"`).ReplaceAllString(object, `"$1"`)
		object = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).ReplaceAllString(object, "URL")
		object = regexp.MustCompile(`instance [A-Z2-7]+`).ReplaceAllString(object, "instance")
		kind, _, _ := strings.Cut(name, "/")
		all = append(all, kind+" "+object)
	}
	return all
}

// record is the record that a set-up left.
func (d *desk) record() *record {
	d.t.Helper()
	r, err := directory(d.out).load()
	require.NoError(d.t, err)
	require.NotNil(d.t, r)
	return r
}

// spec is an event hook that somebody else made.
func spec(name string) eventhooks.Spec {
	return eventhooks.Spec{Name: name, URI: "https://other.example.com/", Secret: "00secretOfSomebodyElse"}
}

// freeAddress is an address on this machine that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
