// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// customersEnd is a far end, over gRPC or HTTP, that keeps whose records it has accepted.
type customersEnd struct {
	plogotlp.UnimplementedGRPCServer
	endpoint string
	token    string // that a call must have, "" for none

	mu         sync.Mutex
	away       bool                // it refuses everything
	refused    int                 // calls
	workspaces map[string][]string // of each record that was accepted, by the uuid of its event
	elsewhere  int                 // workspaces that stand on the resource
	changed    chan struct{}       // closed and replaced with each call
}

func startCustomersEnd(t *testing.T) *customersEnd {
	t.Helper()
	e := &customersEnd{endpoint: freeAddress(t), workspaces: map[string][]string{}, changed: make(chan struct{})}
	server := grpc.NewServer()
	plogotlp.RegisterGRPCServer(server, e)
	listener := listen(t, e.endpoint)
	go func() { _ = server.Serve(listener) }() // it ends when the server is stopped
	t.Cleanup(server.Stop)
	return e
}

func startCustomersHTTPEnd(t *testing.T, token string) *customersEnd {
	t.Helper()
	e := &customersEnd{token: token, workspaces: map[string][]string{}, changed: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logs, err := exportedLogs(r)
		if err != nil || r.Header.Get("Authorization") != "Bearer "+token || r.URL.Path != "/tenant/v1/logs" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if !e.accept(logs) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	e.endpoint = server.URL + "/tenant"
	return e
}

// Export implements plogotlp.GRPCServer.
func (e *customersEnd) Export(_ context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	if !e.accept(request.Logs()) {
		return plogotlp.NewExportResponse(), status.Error(codes.Unavailable, "come again later")
	}
	return plogotlp.NewExportResponse(), nil
}

func (e *customersEnd) accept(logs plog.Logs) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer func() {
		close(e.changed)
		e.changed = make(chan struct{})
	}()
	if e.away {
		e.refused++
		return false
	}
	for _, resource := range logs.ResourceLogs().All() {
		if _, there := resource.Resource().Attributes().Get("workspace"); there {
			e.elsewhere++
		}
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				uid, _ := record.Attributes().Get("log.record.uid")
				workspace, _ := record.Attributes().Get("workspace")
				e.workspaces[uid.Str()] = append(e.workspaces[uid.Str()], workspace.AsString())
			}
		}
	}
	return true
}

// await waits until a condition of the far end holds.
func (e *customersEnd) await(t *testing.T, p *process, words string, holds func() bool) {
	t.Helper()
	for {
		e.mu.Lock()
		held, more := holds(), e.changed
		e.mu.Unlock()
		if held {
			return
		}
		p.await(t, words, more)
	}
}

// set makes the far end refuse everything, or accept it again.
func (e *customersEnd) set(away bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.away = away
}

// customer is an org of the file.
type customer struct {
	*simulator
	name, workspace string
	far             *customersEnd
}

// want is what the far ends have when each event of the orgs has arrived once, where it belongs.
func want(customers []*customer) map[*customersEnd]map[string][]string {
	all := map[*customersEnd]map[string][]string{}
	for _, c := range customers {
		if all[c.far] == nil {
			all[c.far] = map[string][]string{}
		}
		for event := range c.Events() {
			all[c.far][event.UUID] = []string{c.workspace}
		}
	}
	return all
}

// From a file with several orgs one command makes a configuration that the collector takes, and with which the events
// of each org arrive at its own far end, labelled as its own, and at no other; whatever another org's far end does.
func TestProgramConfiguresManyOrgs(t *testing.T) {
	directory := t.TempDir()
	shared, own, byDefault := startCustomersEnd(t), startCustomersHTTPEnd(t, "tokenOfGlobex"), startCustomersEnd(t)
	customers := []*customer{
		{name: "acme", workspace: `Acme, "Inc." #1: ${env:HOME} $x \ it's é`, far: shared},
		{name: "acme-test", workspace: "acme-test", far: shared},
		{name: "globex", workspace: "globex", far: own},
		{name: "initech", workspace: "initech", far: byDefault},
		{name: "umbrella", workspace: "umbrella", far: byDefault},
	}
	write := func(name, text string) string {
		path := filepath.Join(directory, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	lines := []string{"name;org_url;api_token_file;client_id;client_secret_file;workspace;endpoint;endpoint_token_file"}
	for i, c := range customers {
		// Each has a loopback address of its own: orgs are told apart by their hosts.
		_, port, _ := strings.Cut(freeAddress(t), ":")
		options := oktatest.Options{Token: fmt.Sprintf("00tokenOf%s", c.name)}
		credential := write("token-"+c.name, options.Token) + ";;"
		if c.name == "acme-test" {
			options.Apps = map[string]authserver.App{"0oaAcmeTest": {Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{Value: clientSecret}}}}
			credential = ";0oaAcmeTest;" + write("secret-"+c.name, clientSecret)
		}
		c.simulator = startSimulatorAt(t, fmt.Sprintf("127.0.0.%d:%s", 2+i, port), uint64(100+i), options)
		c.backlog(20)
		far := c.far.endpoint + ";"
		switch c.far {
		case own:
			far += write("otlp-token", own.token)
		case byDefault:
			far = ";"
		}
		lines = append(lines, fmt.Sprintf(`%s;http://%s;%s;"%s";%s`, c.name, c.address, credential, strings.ReplaceAll(c.workspace, `"`, `""`), far))
	}
	config := filepath.Join(directory, "config.yaml")
	configure := func(lines []string) {
		orgs := write("orgs.csv", "\ufeff"+strings.Join(lines, "\r\n"))
		status, said := runProgram(t, "config", "--orgs", orgs, "--endpoint", byDefault.endpoint, "--start-at", "beginning", "--poll-interval", "1s", "--storage", filepath.Join(directory, "storage"), "--output", config)
		require.Zero(t, status, said)
		said, err := ask(t, "validate", "--config", config)
		require.NoError(t, err, said)
	}
	arrive := func(p *process, customers []*customer) {
		for far, events := range want(customers) {
			far.await(t, p, "the far end has every event", func() bool { return len(far.workspaces) >= len(events) })
		}
	}

	// The last one comes later.
	configure(lines[:len(lines)-1])
	p := start(t, "otelcol-okta", "--config", config)
	arrive(p, customers[:4])
	require.NotContains(t, p.output.String(), "The connection check failed")

	// One far end refuses: its orgs wait, and no other does.
	shared.set(true)
	for _, c := range customers {
		c.backlog(5)
	}
	arrive(p, customers[2:4])
	shared.await(t, p, "it refuses both", func() bool { return shared.refused > 1 })
	shared.set(false)
	arrive(p, customers[:4])
	p.stop(t)

	configure(lines)
	p = start(t, "otelcol-okta", "--config", config)
	customers[4].backlog(3)
	arrive(p, customers)
	p.stop(t)
	for far, events := range want(customers) {
		assert.Equal(t, events, far.workspaces)
		assert.Zero(t, far.elsewhere)
	}

	status, said := runProgram(t, "check", "--config", config)
	assert.Zero(t, status, said)
	status, said = runProgram(t, "position", "show", "--config", config)
	assert.Zero(t, status, said)
	assert.Equal(t, len(customers), strings.Count(said, "which the receiver polls"), said)
}

// What belongs to no far end is not delivered to any: the receiver keeps it, and says so.
func TestOrgWithoutARouteIsHeld(t *testing.T) {
	directory := t.TempDir()
	far, other := startCustomersEnd(t), startCustomersEnd(t)
	org := startSimulatorHere(t)
	org.backlog(5)
	tokens := filepath.Join(directory, "token")
	require.NoError(t, os.WriteFile(tokens, []byte(token), 0o600))
	orgs := filepath.Join(directory, "orgs.csv")
	require.NoError(t, os.WriteFile(orgs, fmt.Appendf(nil, "name,org_url,api_token_file,endpoint\nacme,http://%s,%s,%s\nglobex,https://globex.okta.com,%s2,%s\n", org.address, tokens, far.endpoint, tokens, other.endpoint), 0o600))
	status, config := runProgram(t, "config", "--orgs", orgs, "--start-at", "beginning", "--storage", filepath.Join(directory, "storage"))
	require.Zero(t, status, config)
	// Somebody changes a route by hand, and leaves out an org.
	changed := strings.Replace(config, `attributes["okta.org.domain"] == "127.0.0.1"`, `attributes["okta.org.domain"] == "another.okta.com"`, 1)
	require.NotEqual(t, config, changed)
	path := filepath.Join(directory, "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
	p := start(t, "otelcol-okta", "--config", path)
	p.awaitPrinted(t, "The pipeline does not accept events, the same ones are tried again", 1)
	p.awaitPrinted(t, "no far end for okta.org.domain", 1)
	p.stop(t)
	assert.Empty(t, far.workspaces)
	assert.Empty(t, other.workspaces)
}

func TestExampleOfManyOrgsIsValid(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config.yaml")
	status, said := runProgram(t, "config", "--orgs", filepath.Join(root, "examples", "orgs.csv"), "--endpoint", "https://otel.example.com", "--output", config)
	require.Zero(t, status, said)
	said, err := ask(t, "validate", "--config", config)
	assert.NoError(t, err, said)
}
