// SPDX-License-Identifier: Apache-2.0

package position

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/filestore"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const acme, other = "acme.okta.com", "other.okta.com"

// query is that of a receiver with the defaults.
var query = okta.Query{PageSize: okta.MaxPageSize}

// config writes a configuration of the receivers, in acme's org, with a file_storage in a directory. Its credential is
// a variable that is not set: no command needs it.
func config(t *testing.T, directory string, receivers ...string) string {
	t.Helper()
	return configWith(t, fmt.Sprintf("  file_storage: {directory: %q}\n", directory), "https://"+acme, "file_storage", receivers...)
}

func configWith(t *testing.T, extensions, org, storageID string, receivers ...string) string {
	t.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "extensions:\n%sreceivers:\n", extensions)
	for _, id := range receivers {
		fmt.Fprintf(&text, "  %s:\n    org_url: %s\n    api_token: ${env:OKTA_POSITION_TEST_TOKEN}\n", id, org)
		if storageID != "" {
			fmt.Fprintf(&text, "    storage: %s\n", storageID)
		}
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o600))
	return path
}

// client is that of a receiver, by the extension itself.
func client(t *testing.T, directory, receiver string) storage.Client {
	t.Helper()
	var id component.ID
	require.NoError(t, id.UnmarshalText([]byte(receiver)))
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory = directory
	extension, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	c, err := extension.(storage.Extension).GetClient(t.Context(), component.KindReceiver, id, "")
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(t.Context()) }) // a second close does nothing
	return c
}

func cursor(name string) string { return "/api/v1/logs?after=" + name + "&limit=1000" }

func event(n int) checkpoint.ID { return checkpoint.IDOf(fmt.Sprint(n), noon) }

// store stores a position as the receiver does, with delivered events.
func store(t *testing.T, directory, receiver, host, name string, events ...int) {
	t.Helper()
	c := client(t, directory, receiver)
	s, err := checkpoint.Open(t.Context(), c, host, zap.NewNop())
	require.NoError(t, err)
	var ids []checkpoint.ID
	for _, n := range events {
		ids = append(ids, event(n))
	}
	p := checkpoint.Position{Query: query.Fingerprint(), Next: cursor(name), Start: noon.Add(-time.Hour), Newest: noon, Answered: noon.Add(time.Minute)}
	require.NoError(t, s.Commit(t.Context(), p, checkpoint.Delivered{IDs: ids, Answered: p.Answered}, checkpoint.ReachableByRewind()))
	require.NoError(t, c.Close(t.Context()))
}

// requireStored requires that a receiver finds a position, and remembers events.
func requireStored(t *testing.T, directory, receiver, host, next string, events ...int) {
	t.Helper()
	c := client(t, directory, receiver)
	s, err := checkpoint.Open(t.Context(), c, host, zap.NewNop())
	require.NoError(t, err)
	p, found := s.Position()
	require.Equal(t, next != "", found, host)
	require.Equal(t, next, p.Next, host)
	require.Equal(t, len(events), s.Remembered())
	for _, n := range events {
		require.True(t, s.Delivered(event(n)), n)
	}
	require.NoError(t, c.Close(t.Context()))
}

// fileOf is the file of a receiver.
func fileOf(t *testing.T, directory, receiver string) string {
	t.Helper()
	var id component.ID
	require.NoError(t, id.UnmarshalText([]byte(receiver)))
	return filestore.Path(directory, id)
}

// call runs a command, which is answered yes where it asks.
func call(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	return answer(t, "y\n", args...)
}

func answer(t *testing.T, with string, args ...string) (said string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := Command()
	command.SetArgs(args)
	command.SetOut(&stdout)
	command.SetErr(&stderr)
	command.SetIn(strings.NewReader(with))
	command.SilenceErrors, command.SilenceUsage = true, true
	err = command.ExecuteContext(t.Context())
	return stdout.String(), err
}

// callJSON runs a command with --json and decodes what it prints.
func callJSON(t *testing.T, into any, args ...string) error {
	t.Helper()
	said, err := call(t, append(args, "--json")...)
	require.NoError(t, json.Unmarshal([]byte(said), into), said)
	return err
}
