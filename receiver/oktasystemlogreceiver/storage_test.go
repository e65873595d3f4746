// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// stalledStorage is a storage whose disk hangs, whatever becomes of a context.
type stalledStorage struct {
	storage.Client
	works chan struct{}
}

func (s *stalledStorage) Close(context.Context) error {
	<-s.works
	return nil
}

// A disk that hangs does not keep the collector from ending.
func TestStorageThatHangsIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &stalledStorage{works: make(chan struct{})}
		began := time.Now()
		require.ErrorContains(t, closeStorage(t.Context(), client), "the storage does not close within 1s: check its disk")
		assert.Equal(t, closeGrace, time.Since(began))
		close(client.works)
		synctest.Wait()
		require.NoError(t, closeStorage(t.Context(), client))
	})
}
