// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A page that the hot store does not take must not come to the archive again and again, nor keep it waiting.
func TestBackendArchiveHasEachEventOnceWhileTheHotStoreIsAway(t *testing.T) {
	folder, store := t.TempDir(), freeAddress(t)
	org, run := poller(t, "hot-and-archive", fewEvents, strings.NewReplacer("/var/lib/otelcol-okta", folder, "localhost:9428", store))
	collector := run()
	archive := filepath.Join(folder, "archive", "okta-systemlog.json")
	archived := func() bool { return len(uidsOf(readRecords(t, archive))) == fewEvents }
	eventually(t, archived, patience, 100*time.Millisecond)
	collector.awaitPrinted(t, notAccepted, 2)

	v := startVictoriaLogsAt(t, store, exampleNamed(t, "hot-and-archive"))
	const stored = `* | stats count_uniq("log.record.uid") n`
	eventually(t, func() bool { return v.number(t, stored) == fewEvents }, patience, 200*time.Millisecond)
	collector.stop(t)
	records := readRecords(t, archive)
	assert.Len(t, records, fewEvents)
	assert.Equal(t, slices.Sorted(maps.Keys(eventsOf(t, org))), uidsOf(records))
}

func TestBackendLakeIsReadOnBehindATornLine(t *testing.T) {
	folder := t.TempDir()
	lake := filepath.Join(folder, "lake", "okta-systemlog.json")
	org, run := poller(t, "file-lake", fewEvents, strings.NewReplacer("/var/lib/otelcol-okta", folder))
	require.NoError(t, os.Mkdir(filepath.Dir(lake), 0o700))
	const torn = `{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"body":{"stringValue":"{\"resourceLogs\": and here the disk was fu`
	require.NoError(t, os.WriteFile(lake, []byte(torn), 0o600))
	collector := run()
	// As the example says: what a line that is no JSON has behind its last beginning of a delivery.
	mended := filepath.Join(folder, "mended.json")
	var records []arrived
	eventually(t, func() bool {
		written, err := os.ReadFile(lake)
		require.NoError(t, err)
		var whole []byte
		for line := range bytes.Lines(written) {
			if !json.Valid(line) {
				line = line[max(0, bytes.LastIndex(line, []byte(`{"resourceLogs":`))):]
			}
			if json.Valid(line) {
				whole = append(whole, line...)
			}
		}
		require.NoError(t, os.WriteFile(mended, whole, 0o600))
		records = readRecords(t, mended)
		return len(records) >= fewEvents
	}, patience, 100*time.Millisecond)
	collector.stop(t)
	written, err := os.ReadFile(lake)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(written, []byte(torn+`{"resourceLogs":`)), "a delivery was written right behind what broke off")
	assert.Equal(t, slices.Sorted(maps.Keys(eventsOf(t, org))), uidsOf(records))
}
