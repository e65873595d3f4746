// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// recordedStorage is the file that file_storage had after a receiver of commit 27a9d2c, the last one before
// the stored position was given its own type, had polled the first 25 events of this test's org.
const recordedStorage = "../../testdata/storage/receiver_okta_systemlog_"

// What an earlier version has stored is resumed: nothing is lost, and nothing is repeated, also after a
// rewind, which needs the IDs of what that version delivered.
func TestStorageOfAnEarlierVersionIsResumed(t *testing.T) {
	recorded, err := os.ReadFile(recordedStorage)
	require.NoError(t, err)
	directory := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(directory, filepath.Base(recordedStorage)), recorded, 0o600))

	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		id := component.MustNewID("file_storage")
		extension := fileStorage(t, directory)
		client, err := storageClient(t.Context(), &id, host{id: extension}, component.NewID(metadata.Type))
		require.NoError(t, err)
		defer func() { assert.NoError(t, extension.Shutdown(context.Background())) }()
		w.storage = client
		w.cfg.PageSize = 10
		then := w.org.Now().Add(-time.Hour)
		var fresh []string
		for n := range 30 {
			event := eventOf("user.session.start", n, then.Add(time.Duration(n)*time.Second))
			w.org.AppendAt(event.Published, event)
			if n >= 25 {
				fresh = append(fresh, event.UUID)
			}
		}
		w.start()
		w.wait(30 * time.Second)
		assert.Equal(t, fresh, w.sink.uuids())
		assert.Equal(t, 1, w.logged("Polling resumes from the stored position"))

		w.org.RefusePositions("")
		w.wait(5 * time.Minute)
		assert.Equal(t, 1, w.logged("Polling rewinds"))
		assert.Equal(t, fresh, w.sink.uuids(), "what the earlier version delivered is known")
		w.stop()
	})
}
