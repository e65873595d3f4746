// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKnownThumbprintsAndHashes(t *testing.T) {
	assert.Equal(t, "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo", tokenHash("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"), "RFC 9449 §7.1")
	var key jose.JSONWebKey
	require.NoError(t, key.UnmarshalJSON([]byte(`{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}`)))
	assert.Equal(t, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", thumbprint(key), "RFC 9449 §6.1")
}

func TestReplaysAreForgottenWhenTheyCannotBeUsedAnyMore(t *testing.T) {
	var seen replays
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	require.True(t, seen.use("short", at(1), noon))
	require.True(t, seen.use("long", at(60), noon))
	require.False(t, seen.use("short", at(1), noon))
	require.True(t, seen.use("later", at(60), at(5)))
	assert.Equal(t, map[string]time.Time{"long": at(60), "later": at(60)}, seen.until)
}
