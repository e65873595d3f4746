// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

// farAway is a default far end.
var farAway = []string{"--endpoint", "otel.example.com:4317"}

// ended is a command that has ended.
type ended struct {
	status           int
	said, complained string
}

// run runs the command with a file of orgs.
func run(t *testing.T, csv string, args ...string) ended {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orgs.csv")
	require.NoError(t, os.WriteFile(path, []byte(csv), 0o600))
	return runWith(t, append([]string{"--orgs", path}, args...)...)
}

func runWith(t *testing.T, args ...string) ended {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := Command()
	command.SetArgs(args)
	command.SetOut(&stdout)
	command.SetErr(&stderr)
	command.SilenceErrors, command.SilenceUsage = true, true
	err := command.ExecuteContext(t.Context())
	complained := stderr.String()
	if err != nil && !errors.Is(err, exit.ErrSaid) {
		complained += err.Error() + "\n"
	}
	return ended{status: exit.Status(err), said: stdout.String(), complained: complained}
}

// lines are what the command complains of, without the path of the file.
func (e ended) lines() []string {
	var all []string
	for line := range strings.Lines(e.complained) {
		_, text, _ := strings.Cut(line, "orgs.csv")
		all = append(all, strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(text), ": "), ", "))
	}
	return all
}

// resolved is a configuration as the Collector reads it.
func resolved(t *testing.T, text string) map[string]any {
	t.Helper()
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{URIs: []string{"yaml:" + text}, ProviderFactories: []confmap.ProviderFactory{yamlprovider.NewFactory()}})
	require.NoError(t, err)
	conf, err := resolver.Resolve(t.Context())
	require.NoError(t, err, text)
	return conf.ToStringMap()
}

// at is what stands under keys, which are there, and in lists at an index.
func at[T any](t *testing.T, all any, keys ...any) T {
	t.Helper()
	for _, key := range keys {
		switch key := key.(type) {
		case string:
			require.Contains(t, all, key)
			all = all.(map[string]any)[key]
		case int:
			require.Greater(t, len(all.([]any)), key)
			all = all.([]any)[key]
		}
	}
	require.IsType(t, *new(T), all)
	return all.(T)
}

// workspaces are those of a configuration, by the domains of orgs.
func workspaces(t *testing.T, all map[string]any) map[string]string {
	t.Helper()
	statement := at[string](t, all, "processors", "transform", "log_statements", 0, "statements", 0)
	statement, found := strings.CutPrefix(statement, `set(resource.cache["workspaces"], `)
	require.True(t, found)
	statement, found = strings.CutSuffix(statement, ")")
	require.True(t, found)
	var table map[string]string
	require.NoError(t, json.Unmarshal([]byte(statement), &table), statement)
	return table
}

// pipelineOf is the name of the pipeline that a domain is routed to.
func pipelineOf(t *testing.T, all map[string]any, domain string) string {
	t.Helper()
	for _, route := range at[[]any](t, all, "connectors", "routing", "table") {
		if at[string](t, route, "condition") == `attributes["okta.org.domain"] == "`+domain+`"` {
			return strings.TrimPrefix(at[string](t, route, "pipelines", 0), "logs/")
		}
	}
	require.Fail(t, "no route", domain)
	return ""
}
