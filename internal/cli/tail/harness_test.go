// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// takeover is a record as the receiver makes it, marked by a detection.
func takeover() plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("okta.org.domain", "acme.okta.com")
	record := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTimestamp(pcommon.NewTimestampFromTime(noon))
	record.SetSeverityText("WARN")
	record.SetSeverityNumber(plog.SeverityNumberWarn)
	record.SetEventName("okta.user.account.privilege.grant")
	record.Body().SetStr("Grant user privilege")
	for name, text := range map[string]string{
		"okta.event_type": "user.account.privilege.grant", "okta.actor.id": "00u1", "okta.actor.alternate_id": "ada.berg@example.org",
		"client.address": "192.0.2.7", "geo.locality.name": "Oslo", "okta.client.geographical_context.country": "Norway",
		"okta.outcome.result": "SUCCESS",
	} {
		record.Attributes().PutStr(name, text)
	}
	targets := record.Attributes().PutEmptySlice("okta.target")
	for _, target := range [][2]string{{"00u1", "ada.berg@example.org"}, {"00u2", "bo.lind@example.org"}} {
		item := targets.AppendEmpty().SetEmptyMap()
		item.PutStr("id", target[0])
		item.PutStr("type", "User")
		item.PutStr("alternate_id", target[1])
	}
	record.Attributes().PutEmptySlice("security_rule.name").AppendEmpty().SetStr("Admin role granted to a user")
	return logs
}

// foreign is a record of another receiver.
func foreign(text string) plog.Logs {
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetSeverityNumber(plog.SeverityNumberError)
	record.Body().SetStr(text)
	return logs
}

func only(logs plog.Logs) plog.LogRecord {
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}

// printed returns what a printer with these settings prints of the logs on a screen.
func printed(t *testing.T, s screen, change func(*printer), logs ...plog.Logs) string {
	t.Helper()
	var b bytes.Buffer
	p := newPrinter(&b, regexp.MustCompile(""), func() {})
	p.screen = func() screen { return s }
	if change != nil {
		change(p)
	}
	for _, l := range logs {
		require.NoError(t, p.print(l))
	}
	return b.String()
}

// run runs the command until the test asks it to end. It returns the addresses that it listens on and what it printed.
func run(t *testing.T, stdout io.Writer, args ...string) (byGRPC, byHTTP string, end func() (said string, err error)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	said := &lines{more: make(chan struct{}, 1)}
	command := Command()
	command.SilenceErrors, command.SilenceUsage = true, true
	command.SetArgs(append([]string{"--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"}, args...))
	command.SetOut(stdout)
	command.SetErr(said)
	ended := make(chan error, 1)
	go func() { ended <- command.ExecuteContext(ctx) }()
	select {
	case <-said.more:
	case err := <-ended:
		require.NoError(t, err)
	}
	addresses := regexp.MustCompile(`on (\S+) \(gRPC\) and (\S+) \(HTTP\)`).FindStringSubmatch(said.String())
	require.NotNil(t, addresses, said.String())
	return addresses[1], addresses[2], func() (string, error) {
		cancel()
		err := wait(ended)
		return said.String(), err
	}
}

func wait(ended <-chan error) error {
	select {
	case err := <-ended:
		return err
	case <-time.After(10 * time.Second):
		return errors.New("it still runs")
	}
}

// lines keeps what is printed, and tells when there is some of it.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(text)
	select {
	case l.more <- struct{}{}:
	default:
	}
	return len(text), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
