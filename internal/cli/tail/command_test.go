// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

func export(t *testing.T, address string, options ...grpc.CallOption) error {
	t.Helper()
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer connection.Close() //nolint:errcheck // the call has told
	_, err = plogotlp.NewGRPCClient(connection).Export(t.Context(), plogotlp.NewExportRequestFromLogs(takeover()), options...)
	return err
}

// post sends a body, and returns the status and the answer.
func post(t *testing.T, address string, body []byte, headers map[string]string) (status int, said string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+logsPath, bytes.NewReader(body))
	require.NoError(t, err)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close() //nolint:errcheck // reading tells
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

func zipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestTakesEveryFormOfOTLP(t *testing.T) {
	shown := &lines{more: make(chan struct{}, 1)}
	byGRPC, byHTTP, end := run(t, shown)
	require.NoError(t, export(t, byGRPC))
	require.NoError(t, export(t, byGRPC, grpc.UseCompressor("gzip")))
	request := plogotlp.NewExportRequestFromLogs(takeover())
	proto, err := request.MarshalProto()
	require.NoError(t, err)
	text, err := request.MarshalJSON()
	require.NoError(t, err)
	for _, c := range []struct {
		body    []byte
		headers map[string]string
	}{
		{proto, map[string]string{"Content-Type": "application/x-protobuf"}},
		{zipped(t, proto), map[string]string{"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}},
		{text, map[string]string{"Content-Type": "application/json; charset=utf-8"}},
		{zipped(t, text), map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}},
	} {
		status, said := post(t, byHTTP, c.body, c.headers)
		assert.Equal(t, http.StatusOK, status, said)
	}
	said, err := end()
	require.NoError(t, err)
	assert.Contains(t, said, "\nokta-systemlog tail: 6 events, 6 marked by detections\n")
	assert.Equal(t, 6, strings.Count(shown.String(), "user.account.privilege.grant "))
}

func TestEndsWithACount(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said := &lines{more: make(chan struct{}, 1)}
	command := Command()
	command.SetArgs([]string{"--grpc", "127.0.0.1:0", "--http", "", "--grep", "carla"})
	command.SetOut(io.Discard)
	command.SetErr(said)
	ended := make(chan error, 1)
	go func() { ended <- command.ExecuteContext(ctx) }()
	<-said.more
	address := strings.Fields(said.String())[6]
	require.NoError(t, export(t, address))
	cancel()
	require.NoError(t, wait(ended))
	assert.True(t, strings.HasSuffix(said.String(), "\nokta-systemlog tail: 1 events, 0 of them shown\n"), said.String())
}

// gone is a pipe that nobody reads.
type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestEndsQuietlyWhenNobodyReadsIt(t *testing.T) {
	byGRPC, _, end := run(t, gone{})
	require.ErrorContains(t, export(t, byGRPC), "nobody reads the records")
	said, err := end()
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(said, "\n"), said)
}

func TestRefusesWhatIsNoExport(t *testing.T) {
	_, address, _ := run(t, io.Discard)
	proto := map[string]string{"Content-Type": "application/x-protobuf"}
	large := bytes.Repeat([]byte{0}, maxMessage+1)
	for name, c := range map[string]struct {
		body    []byte
		headers map[string]string
		status  int
	}{
		"another content type":  {[]byte("{}"), map[string]string{"Content-Type": "text/plain"}, http.StatusUnsupportedMediaType},
		"no content type":       {[]byte("{}"), nil, http.StatusUnsupportedMediaType},
		"another encoding":      {[]byte("{}"), map[string]string{"Content-Type": "application/json", "Content-Encoding": "zstd"}, http.StatusUnsupportedMediaType},
		"no protobuf":           {[]byte("{}"), proto, http.StatusBadRequest},
		"no gzip":               {[]byte("{}"), map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, http.StatusBadRequest},
		"half a gzip":           {zipped(t, large)[:100], map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, http.StatusBadRequest},
		"too large":             {large, proto, http.StatusRequestEntityTooLarge},
		"too large when opened": {zipped(t, large), map[string]string{"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			status, said := post(t, address, c.body, c.headers)
			assert.Equal(t, c.status, status, said)
		})
	}
	for path, want := range map[string]int{logsPath: http.StatusMethodNotAllowed, "/v1/traces": http.StatusNotFound} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, want, answer.StatusCode, path)
	}
}

func TestCommandLineRefused(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"all addresses":  {[]string{"--grpc", "0.0.0.0:4317"}, "--grpc 0.0.0.0:4317 is not a loopback address"},
		"a host":         {[]string{"--http", "collector.example.com:4318"}, "--http collector.example.com:4318 is not a loopback address"},
		"no port":        {[]string{"--grpc", "127.0.0.1"}, "--grpc must be host:port"},
		"a wrong port":   {[]string{"--grpc", "127.0.0.1:x", "--allow-remote"}, "has no port from 0 to 65535"},
		"nothing":        {[]string{"--grpc", "", "--http", ""}, "nothing could come"},
		"a pattern":      {[]string{"--grep", "("}, "--grep is no regular expression"},
		"two forms":      {[]string{"--json", "--full"}, "leave out --full"},
		"an argument":    {[]string{"x"}, "unexpected argument"},
		"all at once, 1": {[]string{"--grep", "(", "--grpc", "1.2.3.4:1"}, "--grep"},
		"all at once, 2": {[]string{"--grep", "(", "--grpc", "1.2.3.4:1"}, "--grpc"},
	} {
		t.Run(name, func(t *testing.T) {
			command := Command()
			command.SilenceErrors, command.SilenceUsage = true, true
			command.SetArgs(c.args)
			err := command.ExecuteContext(t.Context())
			require.ErrorContains(t, err, c.says)
			assert.Equal(t, exit.Usage, exit.Status(err))
		})
	}
}

func TestAddressThatIsInUseIsNamed(t *testing.T) {
	byGRPC, byHTTP, _ := run(t, io.Discard)
	for flag, address := range map[string]string{"--grpc": byGRPC, "--http": byHTTP} {
		command := Command()
		command.SilenceErrors, command.SilenceUsage = true, true
		command.SetArgs([]string{"--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", flag, address})
		require.EqualError(t, command.ExecuteContext(t.Context()), "another program, such as a Collector, listens on "+address+": end it, or choose another address with "+flag)
	}
}
