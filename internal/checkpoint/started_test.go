// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStartedIsReadAgain(t *testing.T) {
	ctx, client := t.Context(), NewMemory()
	none, err := ReadStarted(ctx, client, "a/")
	require.NoError(t, err)
	assert.True(t, none.IsZero())

	local := time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.UTC)
	for _, s := range []Started{{Local: local}, {Local: local, Okta: local.Add(time.Hour)}, {Local: local, Begun: true}} {
		require.NoError(t, WriteStarted(ctx, client, "a/", s))
		read, err := ReadStarted(ctx, client, "a/")
		require.NoError(t, err)
		assert.Equal(t, s, read)
	}
	other, err := ReadStarted(ctx, client, "b/")
	require.NoError(t, err)
	assert.True(t, other.IsZero(), "that of another prefix")

	require.NoError(t, client.Set(ctx, "b/started", []byte(`{"local":7}`)))
	other, err = ReadStarted(ctx, client, "b/")
	require.NoError(t, err)
	assert.True(t, other.IsZero(), "corrupt")
}
