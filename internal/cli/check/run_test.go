// SPDX-License-Identifier: Apache-2.0

package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

var update = flag.Bool("update", false, "write the golden files anew")

// desk is a place to run the check from: an org, a directory, and the configuration that goes with them.
type desk struct {
	t         *testing.T
	org       *oktatest.Org
	url       string
	directory string
	receiver  string // further YAML of the receiver, indented by 4
	rest      string // what comes after the receivers
}

const tail = `
exporters: {debug: {}}
extensions:
  file_storage: {directory: "DIR/storage", create_directory: true}
service:
  extensions: [file_storage]
  pipelines: {logs: {receivers: [okta_systemlog], exporters: [debug]}}
`

func newDesk(t *testing.T) *desk {
	t.Setenv("OKTA_API_TOKEN", oktatest.DefaultToken)
	org := oktatest.NewOrg(oktatest.Options{Hooks: eventhooks.Options{Transport: oktatest.RoundTripper(http.HandlerFunc(verify))}})
	org.AppendAt(org.Now().Add(-3*time.Hour), generate.New(3).Event(org.Now().Add(-3*time.Hour)))
	server := httptest.NewServer(org)
	t.Cleanup(server.Close)
	return &desk{t: t, org: org, url: server.URL, directory: t.TempDir(), rest: tail,
		receiver: "    api_token: ${env:OKTA_API_TOKEN}\n    storage: file_storage\n    start_at: -24h\n"}
}

// write writes the configuration and returns its path.
func (d *desk) write() string {
	text := "receivers:\n  okta_systemlog:\n    org_url: URL\n" + d.receiver + d.rest
	text = strings.NewReplacer("URL", d.url, "DIR", filepath.ToSlash(d.directory)).Replace(text)
	path := filepath.Join(d.directory, "config.yaml")
	require.NoError(d.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// command runs the command, and prints its error as the program does.
func command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := Command()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	c.SetOut(stdout)
	c.SetErr(stderr)
	err := c.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, exit.ErrSaid) {
		_, _ = fmt.Fprintln(stderr, err)
	}
	return exit.Status(err)
}

// inDirectory is a path as the command prints it, which has \ in it on Windows, twice in JSON.
var inDirectory = regexp.MustCompile(`DIR[\\/\w.]+`)

// check runs the command and returns its status and what it prints, without what differs each time.
func (d *desk) check(args ...string) (status int, said string) {
	d.t.Helper()
	var stdout, stderr bytes.Buffer
	status = command(d.t.Context(), append([]string{"--config", d.write()}, args...), &stdout, &stderr)
	said = stdout.String() + stderr.String()
	assert.NotContains(d.t, said, oktatest.DefaultToken)
	said = strings.NewReplacer(d.url, "URL", strings.TrimPrefix(d.url, "http://"), "ADDRESS", d.directory, "DIR", filepath.ToSlash(d.directory), "DIR").Replace(said)
	said = inDirectory.ReplaceAllStringFunc(said, func(path string) string { return strings.ReplaceAll(strings.ReplaceAll(path, `\\`, "/"), `\`, "/") })
	return status, regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`).ReplaceAllString(said, "TIME")
}

func TestOutput(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil  func(*desk)
		args   []string
		status int
	}{
		"good":      {func(*desk) {}, nil, 0},
		"good_json": {func(*desk) {}, []string{"--json"}, 0},
		"role":      {func(d *desk) { d.org.SetToken(oktatest.DefaultToken, oktatest.TokenWithoutRole) }, nil, 1},
		"role_json": {func(d *desk) { d.org.SetToken(oktatest.DefaultToken, oktatest.TokenWithoutRole) }, []string{"--json"}, 1},
		"mistakes": {func(d *desk) {
			d.url = "https://acme-admin.okta.com"
			d.receiver += "    page_size: 5000\n    poll_interval: 1ms\n"
		}, nil, 1},
		"storage": {func(d *desk) { d.rest = strings.Replace(tail, "  extensions: [file_storage]\n", "", 1) }, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			tc.spoil(d)
			status, said := d.check(tc.args...)
			assert.Equal(t, tc.status, status)
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(said), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), said)
			if len(tc.args) > 0 {
				assert.True(t, json.Valid([]byte(said)))
			}
			assert.LessOrEqual(t, len(d.org.Requests()), 3)
			_, err = os.Stat(filepath.Join(d.directory, "storage"))
			assert.ErrorIs(t, err, os.ErrNotExist, "nothing is written")
		})
	}
}

func TestFindings(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil  func(*desk)
		args   []string
		status int
		says   []string
	}{
		"wrong token": {func(d *desk) { d.receiver = "    api_token: 00another\n" }, nil, 1,
			[]string{"✗ token", "E0000011", "the API token is wrong", "remedy: create a new one"}},
		"no token": {func(d *desk) { d.t.Setenv("OKTA_API_TOKEN", "") }, nil, 1,
			[]string{"✗ configuration", "api_token is empty", "remedy: set that variable, or leave the key out"}},
		"variable that is not set": {func(d *desk) { d.receiver = "    api_token: ${env:OKTA_TOKEN_THAT_IS_NOT_SET}\n" }, nil, 1,
			[]string{"api_token is empty", "OKTA_TOKEN_THAT_IS_NOT_SET"}},
		"variable without scheme": {func(d *desk) { d.receiver = "    api_token: ${OKTA_API_TOKEN}\n" }, nil, 0, []string{"✓ token"}},
		"no storage": {func(d *desk) { d.receiver = "    api_token: ${env:OKTA_API_TOKEN}\n" }, nil, 0,
			[]string{"! storage", "no storage is set", "remedy: set storage"}},
		"storage that is not defined": {func(d *desk) { d.rest = strings.Replace(tail, "file_storage: {", "file_storage/other: {", 1) }, nil, 1,
			[]string{"✗ storage", `there is no extension "file_storage"`, "remedy: define it under extensions", "no events will come: storage"}},
		"storage directory is a file": {func(d *desk) { d.rest = strings.Replace(tail, "DIR/storage", "DIR/config.yaml", 1) }, nil, 1,
			[]string{"✗ storage", "is not a directory"}},
		"storage directory is not there": {func(d *desk) { d.rest = strings.Replace(tail, "create_directory: true", "create_directory: false", 1) }, nil, 1,
			[]string{"✗ storage", "directory must exist"}},
		"unknown key":              {func(d *desk) { d.receiver += "    apitoken: x\n" }, nil, 1, []string{"✗ configuration", "apitoken"}},
		"secret of the wrong type": {func(d *desk) { d.receiver = "    api_token: [00secretInAList]\n" }, nil, 1, []string{"✗ configuration", "api_token"}},
		"not in a pipeline": {func(d *desk) { d.rest = strings.Replace(tail, "[okta_systemlog]", "[otlp]", 1) }, nil, 0,
			[]string{"! configuration", "no pipeline lists okta_systemlog", "remedy: list it under service.pipelines"}},
		"bearer token": {func(d *desk) {
			d.receiver = "    http: {auth: {authenticator: bearertokenauth}}\n    storage: file_storage\n"
			d.rest = strings.Replace(tail, "extensions:\n", "extensions:\n  bearertokenauth: {scheme: SSWS, token: \"${env:OKTA_API_TOKEN}\"}\n", 1)
			d.rest = strings.Replace(d.rest, "[file_storage]", "[file_storage, bearertokenauth]", 1)
		}, nil, 0, []string{"✓ token          the credential of http.auth is accepted"}},
		"authenticator that is not listed": {func(d *desk) {
			d.receiver = "    http: {auth: {authenticator: bearertokenauth}}\n"
			d.rest = strings.Replace(tail, "extensions:\n", "extensions:\n  bearertokenauth: {token: x}\n", 1)
		}, nil, 1, []string{"✗ configuration", "list it under service.extensions"}},
		"authenticator that is not known": {func(d *desk) {
			d.receiver = "    http: {auth: {authenticator: sigv4auth}}\n"
			d.rest = strings.Replace(tail, "extensions:\n", "extensions:\n  sigv4auth: {}\n", 1)
			d.rest = strings.Replace(d.rest, "[file_storage]", "[file_storage, sigv4auth]", 1)
		}, nil, 1, []string{"! token", `"sigv4auth", an extension that okta-systemlog does not have`, "set startup_check to fail", "not checked to the end"}},
		"a gateway": {func(d *desk) { d.org.InjectAlways(fault.FromStranger(403, fault.HTMLPage)) }, nil, 1,
			[]string{"✗ DNS and TLS", "something between this machine and okta, in the place of okta, answered 403 Forbidden", "remedy: check what is between this machine and okta"}},
		"a portal": {func(d *desk) { d.org.InjectAlways(fault.FromStranger(200, fault.HTMLPage)) }, nil, 1,
			[]string{"✗ DNS and TLS", "it begins as HTML", "a sign-in page answers in its place"}},
		"a gateway that fails": {func(d *desk) { d.org.InjectAlways(fault.FromStranger(502, fault.HTMLPage)) }, nil, 1,
			[]string{"✗ DNS and TLS", "okta, or something in front of it, answered 502 Bad Gateway", "remedy: wait, it is tried again by itself; if it lasts, check the proxy"}},
		"a control character in an event": {func(d *desk) { d.org.InjectAlways(fault.RawText("a\tb")) }, nil, 0, []string{"the System Log can be read"}},
		"an error with status 200": {func(d *desk) {
			d.org.InjectAlways(fault.NotAnArray("", `{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorId":"oae1"}`))
		}, nil, 1, []string{"✗ token", `E0000011 "Invalid token provided"`, "oae1", "remedy: create a new one"}},
		"keys below": {func(d *desk) { d.receiver += "    http: {proxyurl: x, timeout: 60}\n    client_id: x\n" }, nil, 1,
			[]string{`"proxyurl" is not a key of http`, "remedy: did you mean http.proxy_url?", "remedy: use 60s for seconds", "remedy: use oauth.client_id (client_id below oauth)"}},
		"a receiver that is a text": {func(*desk) {}, []string{"--config", "yaml:receivers::okta_systemlog/two: 00secretInAList", "okta_systemlog/two"}, 1,
			[]string{"okta_systemlog/two is no mapping", "remedy: write its keys below it"}},
		"an extension's own words": {func(d *desk) {
			d.receiver = "    http: {auth: {authenticator: bearertokenauth}}\n"
			d.rest = strings.Replace(tail, "extensions:\n", "extensions:\n  bearertokenauth: {tokken: x}\n", 1)
			d.rest = strings.Replace(d.rest, "[file_storage]", "[file_storage, bearertokenauth]", 1)
		}, nil, 1, []string{"extension bearertokenauth can't be used: ", "tokken", "remedy: correct bearertokenauth under extensions"}},
		"settings beside the receiver": {func(d *desk) { d.receiver = "  api_token: 00another\n  start_at: end\n" }, nil, 1,
			[]string{"api_token stands below receivers, beside okta_systemlog", "remedy: write api_token below okta_systemlog, indented", "write start_at below okta_systemlog"}},
		"a token that is a long number": {func(d *desk) { d.t.Setenv("OKTA_API_TOKEN", "12345678901234567890") }, nil, 1,
			[]string{"the configuration can't be read: unsupported type=uint64", "set api_token_file"}},
		"a path of Windows in double quotes": {func(d *desk) { d.rest = strings.Replace(tail, "DIR/storage", `C:\Users\okta`, 1) }, nil, 1,
			[]string{"the configuration can't be read: ", "hexdecimal number", "in single quotes, or write / in the place of"}},
		"receiver that is not there": {func(*desk) {}, []string{"okta_systemlog/prod"}, 1,
			[]string{"✗ configuration", "no receiver okta_systemlog/prod", "define it under receivers"}},
		"timeout": {func(d *desk) { d.org.InjectAlways(fault.Hang()) }, []string{"--timeout", "50ms"}, 1,
			[]string{"✗ DNS and TLS", "nothing answered in time", "egress allow-list"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			tc.spoil(d)
			status, said := d.check(tc.args...)
			assert.Equal(t, tc.status, status, said)
			for _, part := range tc.says {
				assert.Contains(t, said, part)
			}
			assert.NotContains(t, said, "00another")
			assert.NotContains(t, said, "00secretInAList")
		})
	}
}

func TestStorageThatAnotherProcessHolds(t *testing.T) {
	d := newDesk(t)
	storage := filepath.Join(d.directory, "storage")
	require.NoError(t, os.Mkdir(storage, 0o700))
	status, said := d.check()
	assert.Equal(t, 0, status)
	assert.Contains(t, said, "✓ storage        the position is kept in DIR/storage, none is stored yet")

	path := filepath.Join(storage, "receiver_okta_systemlog_")
	db, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	status, said = d.check()
	assert.Equal(t, 0, status, "a collector that runs may be checked")
	assert.Contains(t, said, "another process holds the storage file DIR/storage/receiver_okta_systemlog_")
	assert.Contains(t, said, "give each collector a directory of its own")

	require.NoError(t, db.Close())
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, said = d.check()
	assert.Contains(t, said, "✓ storage        the position is kept in DIR/storage\n")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after, "nothing is written")

	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("garbage "), 4096), 0o600))
	status, said = d.check()
	assert.Equal(t, 1, status)
	assert.Contains(t, said, "✗ storage        the storage file DIR/storage/receiver_okta_systemlog_ can't be used")
}

// The collector's own user may use what this one may not.
func TestStorageThatBelongsToAnotherUser(t *testing.T) {
	directory := t.TempDir()
	step := notAllowed("this user may not write to it", directory)
	assert.Equal(t, connection.Failed, step.Result, "it is this user's own, so that is what is wrong")
	assert.Equal(t, "let the collector's user read and write it", step.Remedy)

	step = notAllowed("this user may not write to it", "/")
	assert.Equal(t, connection.Failed, step.Result, "a directory of root's is nobody's who runs a collector")

	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(directory, 12345, -1))
		step = notAllowed("this user may not write to it", directory)
		assert.Equal(t, connection.Warning, step.Result)
		assert.Contains(t, step.Cause, "which belongs to the user with the id 12345")
		assert.Contains(t, step.Remedy, "run okta-systemlog as the collector's user")
	}
}

func TestSeveralReceiversAndConfigurations(t *testing.T) {
	d := newDesk(t)
	second := `yaml:receivers::okta_systemlog/two: {org_url: "` + d.url + `", api_token: 00another}`
	third := `yaml:receivers::okta_systemlog/three: {org_url: "` + d.url + `", api_token: "` + oktatest.DefaultToken + `"}`
	status, said := d.check("--config", second, "--config", third, "--json")
	assert.Equal(t, 1, status)
	var found struct {
		OK        bool
		Receivers []struct {
			ID    string
			OK    bool
			Steps []struct{ Name, Result, Cause, Remedy string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(said), &found))
	assert.False(t, found.OK)
	require.Len(t, found.Receivers, 3)
	assert.Equal(t, "okta_systemlog okta_systemlog/three okta_systemlog/two", fmt.Sprint(found.Receivers[0].ID, " ", found.Receivers[1].ID, " ", found.Receivers[2].ID))
	assert.True(t, found.Receivers[0].OK)
	assert.True(t, found.Receivers[1].OK)
	last := found.Receivers[2].Steps[len(found.Receivers[2].Steps)-1]
	assert.Equal(t, "token failed", last.Name+" "+last.Result)
	assert.NotEmpty(t, last.Cause)
	assert.NotEmpty(t, last.Remedy)

	status, said = d.check("--config", second, "okta_systemlog")
	assert.Equal(t, 0, status, "only the one that was asked for")
	assert.NotContains(t, said, "okta_systemlog/two")
}

// What the Collector's reader warns of repeats what is in the file.
func TestWarningsOfTheReaderArePrintable(t *testing.T) {
	var to bytes.Buffer
	line := []byte("warn\tunset \x1b[31m\u202e variable\n")
	n, err := printableLines{&to}.Write(line)
	require.NoError(t, err)
	assert.Len(t, line, n)
	assert.Equal(t, "warn unset [31m variable\n", to.String())
	assert.Equal(t, "a b c", printable("a\nb\r\n\tc\x07"))
	assert.LessOrEqual(t, len(printable(strings.Repeat("x", 1<<20))), maxText+3)
}

func TestUsage(t *testing.T) {
	for name, tc := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"help":        {[]string{"--help"}, 0, "check --config file"},
		"nothing":     {nil, 2, "no configuration is named: use --config"},
		"bad id":      {[]string{"--config", "x", "a b"}, 2, "is not the id of a receiver"},
		"no time":     {[]string{"--config", "x", "--timeout", "0s"}, 2, "--timeout must be above 0"},
		"no file":     {[]string{"--config", filepath.Join(t.TempDir(), "nothing.yaml")}, 1, "the configuration can't be read"},
		"no receiver": {[]string{"--config", "yaml:exporters::debug: {}"}, 1, "the configuration has no receiver okta_systemlog"},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			assert.Equal(t, tc.status, command(t.Context(), tc.args, &said, &said))
			assert.Contains(t, said.String(), tc.says)
		})
	}
}
