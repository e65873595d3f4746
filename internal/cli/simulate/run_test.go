// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// command runs the command with its output.
func command(ctx context.Context, args []string, stdout io.Writer) error {
	c := Command()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	c.SetOut(stdout)
	c.SetErr(io.Discard)
	return c.ExecuteContext(ctx)
}

// start runs the program on a free port and returns its URL, the token it names, and what waits for its end.
func start(t *testing.T, args ...string) (url, token string, stop func() error) {
	t.Helper()
	url, token, _, stop = startTalking(t, args...)
	return url, token, stop
}

// startTalking is start with the lines that the program prints beside the first.
func startTalking(t *testing.T, args ...string) (url, token string, said <-chan string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- command(ctx, append([]string{"--listen", "127.0.0.1:0"}, args...), write) }()
	reader := bufio.NewReader(read)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	lines := make(chan string, 10)
	go func() { // a pipe that is not read would hold the program up
		for text := bufio.NewScanner(reader); text.Scan(); {
			select {
			case lines <- text.Text():
			default: // nobody reads so many
			}
		}
	}()
	m := regexp.MustCompile(`^okta-systemlog simulate: (http://127\.0\.0\.1:\d+) accepts the API token (\S+)\n$`).FindStringSubmatch(line)
	require.NotNil(t, m, line)
	return m[1], m[2], lines, func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(time.Second):
			return fmt.Errorf("still running after a second")
		}
	}
}

func getPage(ctx context.Context, url, token string) ([]struct{ UUID string }, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "SSWS "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // reading tells
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	var events []struct{ UUID string }
	return events, json.NewDecoder(response.Body).Decode(&events)
}

func TestServesABacklogAndNewEvents(t *testing.T) {
	url, token, stop := start(t, "--backlog", "150", "--rate", "1000", "--token", "mine", "--rate-limit=-1")
	assert.Equal(t, "mine", token)
	for len(mustPage(t, url+"/api/v1/logs?limit=1000", token)) < 160 {
		<-time.After(10 * time.Millisecond)
	}
	assert.NoError(t, stop())
}

func mustPage(t *testing.T, url, token string) []struct{ UUID string } {
	t.Helper()
	events, err := getPage(t.Context(), url, token)
	require.NoError(t, err)
	return events
}

func TestServesRecordedEventsWhateverTheirAge(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.ndjson")
	require.NoError(t, os.WriteFile(file, []byte("{\"uuid\":\"a\",\"published\":\"2019-01-01T00:00:00Z\"}\n\n"+
		"{\"uuid\":\"b\",\"published\":\"2018-01-01T00:00:00Z\"}"), 0o600))
	url, token, stop := start(t, "--events", file)
	assert.Equal(t, []struct{ UUID string }{{"a"}, {"b"}}, mustPage(t, url+"/api/v1/logs", token))
	assert.NoError(t, stop())
}

func TestAScenarioHasARateAndABacklogOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"--rate", "0"}, 60},
		{[]string{"--rate", "0", "--backlog", "7"}, 7},
		{[]string{"--backlog", "0"}, 0},
	} {
		url, token, stop := start(t, append([]string{"--scenario", "quiet"}, c.args...)...)
		assert.Len(t, mustPage(t, url+"/api/v1/logs?limit=1000&since="+time.Now().Add(-25*time.Hour).UTC().Format(time.RFC3339), token), c.want, c.args)
		assert.NoError(t, stop())
	}
}

func TestStopsWithRequestsInFlight(t *testing.T) {
	address, token, stop := start(t, "--latency", "1h", "--rate", "0")
	failed := make(chan error, 1)
	sent := make(chan struct{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) }})
	go func() {
		_, err := getPage(ctx, address+"/api/v1/logs", token)
		failed <- err
	}()
	<-sent
	assert.NoError(t, stop())
	var broken *url.Error
	assert.ErrorAs(t, <-failed, &broken, "there is no answer")
}

func TestCommandLineRefused(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.ndjson")
	require.NoError(t, os.WriteFile(bad, []byte("{\"uuid\":\"a\",\"published\":\"2019-01-01T00:00:00Z\"}\n[]\n"), 0o600))
	for _, c := range []struct {
		complaint string
		args      []string
	}{
		{"is not a loopback address", []string{"--listen", "0.0.0.0:8085"}},
		{"is not a loopback address", []string{"--listen", ":8085"}},
		{"is not a loopback address", []string{"--listen", "sim.example.com:8085"}},
		{"must be host:port", []string{"--listen", "127.0.0.1"}},
		{"has no port from 0 to 65535", []string{"--listen", "127.0.0.1:http"}},
		{"has no port from 0 to 65535", []string{"--listen", "127.0.0.1:70000"}},
		{"--rate must be", []string{"--rate", "-1"}},
		{"--rate must be", []string{"--rate", "NaN"}},
		{"--backlog must not", []string{"--backlog", "-1"}},
		{"--late must be", []string{"--late", "1.1"}},
		{"--malformed must be", []string{"--malformed", "-0.1"}},
		{"--rate-limit must be", []string{"--rate-limit", "0"}},
		{"--latency must not", []string{"--latency", "-1s"}},
		{"--token must not", []string{"--token", ""}},
		{"must differ", []string{"--token", "same", "--admin-token", "same"}},
		{"--client-key does nothing without --client-id", []string{"--client-key", "key.pem"}},
		{"--client-secret does nothing without --client-id", []string{"--client-secret", "s"}},
		{"--dpop does nothing without --client-id", []string{"--dpop"}},
		{"--scopes does nothing without --client-id", []string{"--scopes", "okta.logs.read"}},
		{"--client-key-id does nothing without --client-key", []string{"--client-id", "0oa", "--client-secret", "s", "--client-key-id", "k"}},
		{"--client-id needs --client-key or --client-secret", []string{"--client-id", "0oa"}},
		{"--client-secret can be given 2 times", []string{"--client-id", "0oa", "--client-secret", "a", "--client-secret", "b", "--client-secret", "c"}},
		{"--client-secret must not be empty", []string{"--client-id", "0oa", "--client-secret", ""}},
		{"--scopes must not be empty", []string{"--client-id", "0oa", "--client-secret", "s", "--scopes", ""}},
		{"--client-key " + bad + ": the file has no valid JWK", []string{"--client-id", "0oa", "--client-key", bad}},
		{"cannot read the key", []string{"--client-id", "0oa", "--client-key", bad + ".missing"}},
		{"--fault 418 is not known: use some of 429, concurrency, 500,", []string{"--fault", "429,418"}},
		{"--fault-at moon is not known: use some of logs, token, hooks, management", []string{"--fault", "429", "--fault-at", "moon"}},
		{"--fault-every must be at least 1 request", []string{"--fault", "429", "--fault-every", "0"}},
		{"--fault-every does nothing without --fault", []string{"--fault-every", "5"}},
		{"--fault-at does nothing without --fault", []string{"--fault-at", "token"}},
		{"--fault is about a simulated org", []string{"--bulk", "10", "--fault", "429"}},
		{"--admin-token is about a simulated org", []string{"--bulk", "10", "--admin-token", "a"}},
		{"--client-id is about a simulated org", []string{"--bulk", "10", "--client-id", "0oa", "--client-secret", "s"}},
		{"--org-id is about a simulated org", []string{"--bulk", "10", "--org-id", "00o"}},
		{"unexpected argument", []string{"serve"}},
		{"--prepare compresses the pages of --bulk", []string{"--prepare"}},
		{"--prepare compresses the pages of --bulk", []string{"--prepare", "--bulk", "10", "--gzip=false"}},
		{"--bulk must be", []string{"--bulk", "-2"}},
		{"--hook-secret does nothing", []string{"--hook-secret", "s"}},
		{"--hook-url is about a simulated org", []string{"--bulk", "10", "--hook-url", "https://example.com"}},
		{"The value must be a valid https URL", []string{"--hook-url", "http://example.com/hook"}},
		{"--rate is about a simulated org", []string{"--bulk", "10", "--rate", "5"}},
		{"--rate is about generated events", []string{"--events", bad, "--rate", "5"}},
		{"line 2: a recorded event must be one JSON object", []string{"--listen", "127.0.0.1:0", "--events", bad}},
		{"there is no scenario \"calm\": use one of account-takeover, quiet, burst, incident-at-okta", []string{"--scenario", "calm"}},
		{"there is no scenario \"\"", []string{"--scenario", ""}},
		{"--malformed is about other events than those of --scenario", []string{"--scenario", "quiet", "--malformed", "0.1"}},
		{"--late is about other events than those of --scenario", []string{"--scenario", "quiet", "--late", "0.1"}},
		{"--events is about other events than those of --scenario", []string{"--scenario", "quiet", "--events", bad}},
		{"--scenario is about a simulated org", []string{"--bulk", "10", "--scenario", "quiet"}},
		{"cannot read the recorded events", []string{"--listen", "127.0.0.1:0", "--events", bad + ".missing"}},
	} {
		err := command(t.Context(), c.args, io.Discard)
		assert.ErrorContains(t, err, c.complaint)
	}
	err := command(t.Context(), []string{"--rate", "-1", "--malformed", "2"}, io.Discard)
	assert.ErrorContains(t, err, "--rate")
	assert.ErrorContains(t, err, "--malformed", "all complaints at once")
	err = command(t.Context(), []string{"--fault", "418", "--dpop"}, io.Discard)
	assert.ErrorContains(t, err, "--fault 418")
	assert.ErrorContains(t, err, "--dpop", "all complaints at once")
}

func TestLoopbackAddresses(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "127.3.2.1:80", "[::1]:8085", "localhost:8085"} {
		assert.NoError(t, loopback(address), address)
	}
}

func TestAddressThatIsInUseIsNamed(t *testing.T) {
	url, _, _ := start(t)
	address := strings.TrimPrefix(url, "http://")
	err := command(t.Context(), []string{"--listen", address}, io.Discard)
	require.EqualError(t, err, "another program listens on "+address+": end it, or choose another address with --listen")
}
