// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// recovery is a collector that begins at end, and an operator who follows docs/operating.md to the letter.
type recovery struct {
	*pipeline
	org *simulator
}

func newRecovery(t *testing.T) *recovery {
	t.Helper()
	org := startSimulatorHere(t)
	r := &recovery{pipeline: newPipeline(t, "http://"+org.address, ""), org: org}
	r.edit(t, "start_at: beginning", "start_at: end")
	p := r.start(t)
	p.awaitPrinted(t, "Polling begins at start_at", 1)
	r.happen(20)
	r.wait(t, 20)
	p.stop(t)
	return r
}

// edit changes the configuration.
func (r *recovery) edit(t *testing.T, old, text string) {
	t.Helper()
	config, err := os.ReadFile(r.config)
	require.NoError(t, err)
	require.Contains(t, string(config), old)
	require.NoError(t, os.WriteFile(r.config, []byte(strings.ReplaceAll(string(config), old, text)), 0o600))
}

// stored is the file of a receiver with this part of the name after the slash.
func (r *recovery) stored(name string) string {
	return filepath.Join(filepath.Dir(r.config), "storage", "receiver_okta_systemlog_"+name)
}

// happen has n events happen now.
func (r *recovery) happen(n int) {
	for range n {
		r.org.Append(r.org.generator.Event(r.org.Now()))
	}
}

// newest is the time of the newest event that arrived.
func (r *recovery) newest(t *testing.T) string {
	t.Helper()
	var newest pcommon.Timestamp
	for _, record := range r.read(t) {
		newest = max(newest, record.Timestamp())
	}
	return newest.AsTime().Format(time.RFC3339Nano)
}

// arrivals counts how often each event of the org has arrived.
func (r *recovery) arrivals(records []plog.LogRecord) map[string]int {
	count := map[string]int{}
	for event := range r.org.Events() {
		count[event.UUID] = 0
	}
	for _, record := range records {
		uid, _ := record.Attributes().Get("log.record.uid")
		count[uid.Str()]++
	}
	return count
}

func TestRenamedReceiverBringsItsPositionAlong(t *testing.T) {
	r := newRecovery(t)
	r.edit(t, "okta_systemlog:", "okta_systemlog/prod:")
	r.edit(t, "[okta_systemlog]", "[okta_systemlog/prod]")
	require.NoError(t, os.Rename(r.stored(""), r.stored("prod")))
	r.happen(20)
	p := r.start(t)
	p.awaitPrinted(t, "Polling resumes from the stored position", 1)
	records := r.wait(t, 40)
	p.stop(t)
	for uuid, times := range r.arrivals(records) {
		assert.Equal(t, 1, times, uuid)
	}
}

func TestEventsBehindAForgottenPositionAreFetchedLater(t *testing.T) {
	r := newRecovery(t)
	before := r.newest(t)
	r.edit(t, "okta_systemlog:", "okta_systemlog/prod:")
	r.edit(t, "[okta_systemlog]", "[okta_systemlog/prod]")
	r.happen(20)
	p := r.start(t)
	p.awaitPrinted(t, "a receiver that was renamed", 1)
	r.happen(5)
	r.wait(t, 25)
	p.stop(t)

	require.NoError(t, os.Remove(r.stored("prod")))
	r.edit(t, "start_at: end", "start_at: "+before)
	p = r.start(t)
	r.requireAll(t)
	p.stop(t)
	for uuid, times := range r.arrivals(r.read(t)) {
		assert.LessOrEqual(t, times, 2, uuid)
	}
}

// requireAll waits until each event of the org has arrived.
func (r *recovery) requireAll(t *testing.T) {
	t.Helper()
	eventually(t, func() bool {
		for _, times := range r.arrivals(r.read(t)) {
			if times == 0 {
				return false
			}
		}
		return true
	}, patience, 50*time.Millisecond)
}

func TestPositionThatCannotBeUsedIsLeftAndReplaced(t *testing.T) {
	for name, record := range map[string]string{"newer": `{"version":9}`, "corrupt": "}"} {
		t.Run(name, func(t *testing.T) {
			r := newRecovery(t)
			before := r.newest(t)
			r.overwrite(t, record)
			r.happen(20)
			p := r.start(t)
			p.awaitPrinted(t, "The stored position can't be used and is left as it is", 1)
			p.stop(t)
			require.Equal(t, record, r.position(t))
			require.Len(t, r.read(t), 20)

			require.NoError(t, os.Remove(r.stored("")))
			r.edit(t, "start_at: end", "start_at: "+before)
			p = r.start(t)
			r.requireAll(t)
			p.stop(t)
		})
	}
}

// bucket is the one in which file_storage keeps everything.
var bucket = []byte("default")

// overwrite puts another record in the place of the position.
func (r *recovery) overwrite(t *testing.T, record string) {
	t.Helper()
	db, err := bbolt.Open(r.stored(""), 0o600, &bbolt.Options{Timeout: patience})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		require.NotEmpty(t, tx.Bucket(bucket).Get([]byte("position")))
		return tx.Bucket(bucket).Put([]byte("position"), []byte(record))
	}))
}

// position is the stored record.
func (r *recovery) position(t *testing.T) (record string) {
	t.Helper()
	db, err := bbolt.Open(r.stored(""), 0o600, &bbolt.Options{Timeout: patience, ReadOnly: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	require.NoError(t, db.View(func(tx *bbolt.Tx) error {
		record = string(tx.Bucket(bucket).Get([]byte("position")))
		return nil
	}))
	return record
}
