// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// victoriaLogs is VictoriaLogs as a process.
type victoriaLogs struct {
	address, folder, retention string
	process                    *process
}

// retentionFlag is how an example says how long VictoriaLogs is to keep events. It drops without a word what is older
// when it comes.
var retentionFlag = regexp.MustCompile(`-retentionPeriod=\w+`)

// startVictoriaLogs runs VictoriaLogs as the example says.
func startVictoriaLogs(t *testing.T, e example) *victoriaLogs {
	t.Helper()
	return startVictoriaLogsAt(t, freeAddress(t), e)
}

func startVictoriaLogsAt(t *testing.T, address string, e example) *victoriaLogs {
	t.Helper()
	said, err := os.ReadFile(e.path)
	require.NoError(t, err)
	v := &victoriaLogs{address: address, folder: t.TempDir(), retention: retentionFlag.FindString(string(said))}
	require.NotEmpty(t, v.retention, "%s says how to start VictoriaLogs", e.name)
	v.start(t)
	return v
}

// start runs it, again if it was stopped, with what it has stored.
func (v *victoriaLogs) start(t *testing.T) {
	t.Helper()
	v.process = start(t, "victoria-logs", "-httpListenAddr="+v.address, "-storageDataPath="+v.folder, v.retention)
	eventually(t, func() bool { return v.healthy(t) }, patience, 50*time.Millisecond)
}

// healthy reports whether it answers.
func (v *victoriaLogs) healthy(t *testing.T) bool {
	t.Helper()
	status, _ := get(t, "http://"+v.address+"/health")
	return status == http.StatusOK
}

// query returns the rows that a LogsQL query over all times yields.
func (v *victoriaLogs) query(t *testing.T, logsQL string) []map[string]string {
	t.Helper()
	answer, err := http.PostForm("http://"+v.address+"/select/logsql/query", url.Values{"query": {logsQL}}) //nolint:noctx // this machine answers
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	require.Equal(t, http.StatusOK, answer.StatusCode, logsQL)
	var rows []map[string]string
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row map[string]string
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
		rows = append(rows, row)
	}
	require.NoError(t, lines.Err())
	return rows
}

// number returns the one number that a query yields, in the column n.
func (v *victoriaLogs) number(t *testing.T, logsQL string) int {
	t.Helper()
	rows := v.query(t, logsQL)
	require.Len(t, rows, 1, logsQL)
	n, err := strconv.Atoi(rows[0]["n"])
	require.NoError(t, err, logsQL)
	return n
}

// inVictoriaLogs returns what is stored there, as records that have text attributes alone.
func (r *running) inVictoriaLogs(t *testing.T) []arrived {
	t.Helper()
	var records []arrived
	for _, row := range r.victoria.query(t, "*") {
		record := plog.NewLogRecord()
		for name, value := range row {
			record.Attributes().PutStr(name, value)
		}
		records = append(records, arrived{LogRecord: record})
	}
	return records
}
