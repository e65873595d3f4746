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
	none, err := ReadStarted(ctx, client, "a.okta.com")
	require.NoError(t, err)
	assert.True(t, none.IsZero())

	local := time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.UTC)
	for _, s := range []Started{
		{Local: local, Org: "a.okta.com"},
		{Local: local, Okta: local.Add(time.Hour), Org: "mistyped.okta.com"},
		{Local: local, Begun: true, Org: "a.okta.com"},
	} {
		require.NoError(t, WriteStarted(ctx, client, s))
		read, err := ReadStarted(ctx, client, "a.okta.com")
		require.NoError(t, err)
		assert.Equal(t, s, read)
	}
	other, err := ReadStarted(ctx, client, "b.okta.com")
	require.NoError(t, err)
	assert.True(t, other.IsZero(), "another org, after this one came to a position")

	require.NoError(t, client.Set(ctx, "started", []byte(`{"local":7}`)))
	other, err = ReadStarted(ctx, client, "a.okta.com")
	require.NoError(t, err)
	assert.True(t, other.IsZero(), "corrupt")
}
