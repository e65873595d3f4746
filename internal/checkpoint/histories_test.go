// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

func openOf(t *testing.T, client storage.Client, host string) *Store {
	t.Helper()
	s, err := Open(t.Context(), client, host, zap.NewNop())
	require.NoError(t, err)
	return s
}

// An org_url that is wrong for a while costs nothing: each org has a history of its own.
func TestEachOrgHasAHistoryOfItsOwn(t *testing.T) {
	client := NewMemory()
	acme := openOf(t, client, "acme.okta.com")
	commit(t, acme, at(noon, "of acme"), event(1))

	other := openOf(t, client, "other.okta.com")
	_, found := other.Position()
	assert.False(t, found)
	assert.False(t, other.Delivered(event(1)))
	commit(t, other, at(noon.Add(time.Hour), "of other"), event(2))
	commit(t, other, at(noon.Add(2*time.Hour), "of other, later"), event(3))

	acme = openOf(t, client, "acme.okta.com")
	position, found := acme.Position()
	require.True(t, found)
	assert.Equal(t, at(noon, "of acme"), position)
	assert.True(t, acme.Delivered(event(1)))
	assert.False(t, acme.Delivered(event(2)))
	other = openOf(t, client, "other.okta.com")
	position, found = other.Position()
	require.True(t, found)
	assert.Equal(t, "of other, later", position.Next)
	assert.True(t, other.Delivered(event(2)))
}

// Versions before this one stored the host as it was written.
func TestHostsOfEarlierVersionsAreKnown(t *testing.T) {
	for _, host := range []string{"acme.okta.com", "acme.okta.com:443", "acme.okta.com.", "ACME.okta.com", "acme.okta.com.:443"} {
		client := NewMemory()
		record := `{"version":1,"org":"` + host + `","query":"q","next":"n","start":"2026-11-21T00:00:00Z"}`
		require.NoError(t, client.Set(t.Context(), positionKey, []byte(record)))
		_, found := openOf(t, client, "acme.okta.com").Position()
		assert.True(t, found, host)
		_, found = openOf(t, client, "acme.okta.com:8443").Position()
		assert.False(t, found, host)
	}
}

// The first history lies where earlier versions look for it.
func TestFirstHistoryIsWhereEarlierVersionsLook(t *testing.T) {
	client := NewMemory()
	commit(t, openOf(t, client, "acme.okta.com"), at(noon, "n"), event(1))
	for _, key := range []string{positionKey, chunkKey(0)} {
		text, err := client.Get(t.Context(), key)
		require.NoError(t, err)
		assert.NotNil(t, text, key)
	}
}

func TestMoveToAnotherHostKeepsThePosition(t *testing.T) {
	for name, before := range map[string]string{"the first history": "", "another one": "other.okta.com"} {
		t.Run(name, func(t *testing.T) {
			client := NewMemory()
			if before != "" {
				commit(t, openOf(t, client, before), at(noon, "of "+before))
			}
			s := openOf(t, client, "acme.okta.com")
			require.NoError(t, s.SetOrgID(t.Context(), "00o1"), "nothing is stored yet, and nothing is written")
			assert.Empty(t, s.OrgID())
			commit(t, s, at(noon, "of acme"), event(1))
			require.NoError(t, s.SetOrgID(t.Context(), "00o1"))

			moved := openOf(t, client, "login.acme.com")
			_, found := moved.Position()
			require.False(t, found)
			found, err := moved.Adopt(t.Context(), "00o2")
			require.NoError(t, err)
			assert.False(t, found, "another org")
			found, err = moved.Adopt(t.Context(), "00o1")
			require.NoError(t, err)
			require.True(t, found)
			position, _ := moved.Position()
			assert.Equal(t, "of acme", position.Next)
			assert.True(t, moved.Delivered(event(1)))
			commit(t, moved, at(noon.Add(time.Minute), "further"), event(2))

			for _, host := range []string{"login.acme.com", "acme.okta.com"} {
				s := openOf(t, client, host)
				position, found := s.Position()
				require.True(t, found, host)
				assert.Equal(t, "further", position.Next, host)
				assert.Equal(t, "00o1", s.OrgID())
				assert.True(t, s.Delivered(event(1)) && s.Delivered(event(2)), host)
			}
		})
	}
}
