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

func entries(t *testing.T, client storage.Client) []*Entry {
	t.Helper()
	all, err := Entries(t.Context(), client.(Listed), zap.NewNop())
	require.NoError(t, err)
	return all
}

// twoOrgs is a storage with the histories of two orgs; the second has a custom domain, too, and was polled by replicas.
func twoOrgs(t *testing.T) storage.Client {
	t.Helper()
	client := NewMemory()
	commit(t, openOf(t, client, "acme.okta.com"), at(noon, "of acme"), event(1), event(2))
	other, err := OpenFenced(t.Context(), client, "other.okta.com", zap.NewNop())
	require.NoError(t, err)
	commit(t, other, at(noon.Add(time.Hour), "of other"), event(3))
	require.NoError(t, other.SetOrgID(t.Context(), "00o2"))
	moved := openOf(t, client, "login.other.com")
	found, err := moved.Adopt(t.Context(), "00o2")
	require.NoError(t, err)
	require.True(t, found)
	return client
}

func TestEntriesAreAllHistories(t *testing.T) {
	assert.Empty(t, entries(t, NewMemory()))
	all := entries(t, twoOrgs(t))
	require.Len(t, all, 2)
	acme, other := all[0], all[1]
	position, _ := acme.Store.Position()
	assert.Equal(t, at(noon, "of acme"), position)
	assert.Equal(t, "acme.okta.com", acme.Host)
	assert.Equal(t, 2, acme.Store.Remembered())
	assert.Empty(t, acme.Store.Epoch())
	assert.True(t, acme.Serves("ACME.okta.com:443"))
	assert.False(t, acme.Serves("other.okta.com"))

	assert.Equal(t, "other.okta.com", other.Host)
	assert.Equal(t, "00o2", other.Store.OrgID())
	assert.Equal(t, 1, other.Store.Remembered())
	assert.Regexp(t, "^1-", other.Store.Epoch())
	for _, host := range []string{"other.okta.com", "login.other.com"} {
		assert.True(t, other.Serves(host), host)
	}
}

func TestEntriesThatCannotBeReadSayWhy(t *testing.T) {
	client := twoOrgs(t)
	require.NoError(t, client.Set(t.Context(), positionKey, []byte(`{"version":2}`)))
	all := entries(t, client)
	require.Len(t, all, 2)
	require.ErrorIs(t, all[0].Err, ErrUnusable)
	assert.True(t, all[0].Newer())
	assert.True(t, all[0].Serves("any.okta.com"), "whose it is can't be told")
	require.NoError(t, all[1].Err)

	require.NoError(t, client.Set(t.Context(), positionKey, []byte(`{"ver`)))
	assert.False(t, entries(t, client)[0].Newer())
}

func TestRemoveLeavesTheHistoriesOfOthers(t *testing.T) {
	for name, n := range map[string]int{"the first one": 0, "one of replicas, with another host": 1} {
		t.Run(name, func(t *testing.T) {
			client := twoOrgs(t)
			all := entries(t, client)
			require.NoError(t, Remove(t.Context(), client, all[n]))
			left := entries(t, client)
			require.Len(t, left, 1)
			assert.Equal(t, all[1-n].Host, left[0].Host)
			assert.True(t, left[0].Equals(all[1-n]))
			_, found := openOf(t, client, all[n].Host).Position()
			assert.False(t, found)

			require.NoError(t, RemoveAll(t.Context(), client, left...))
			assert.Empty(t, client.(*memory).values, "nothing is left over")
		})
	}
}

func TestRemoveOfAHistoryThatCannotBeRead(t *testing.T) {
	client := twoOrgs(t)
	require.NoError(t, client.Set(t.Context(), positionKey, []byte("corrupt")))
	require.NoError(t, Remove(t.Context(), client, entries(t, client)[0]))
	_, found := openOf(t, client, "acme.okta.com").Position()
	assert.False(t, found)
	_, found = openOf(t, client, "login.other.com").Position()
	assert.True(t, found)
}

// A position that is set anew finds again what was delivered, also where it is the very time that was stored before.
func TestBeginAtForgetsWhatWasDelivered(t *testing.T) {
	for name, epoch := range map[string]bool{"one collector": false, "replicas": true} {
		t.Run(name, func(t *testing.T) {
			client := &batches{Client: NewMemory()}
			s := openOf(t, client, "acme.okta.com")
			if epoch {
				var err error
				s, err = OpenFenced(t.Context(), client, "acme.okta.com", zap.NewNop())
				require.NoError(t, err)
			}
			began := Position{Query: "q", Next: "since", Start: noon}
			for n := range 2 {
				require.NoError(t, s.Commit(t.Context(), began, Delivered{IDs: []ID{event(n)}}, KeepAll()))
			}
			require.NoError(t, s.SetOrgID(t.Context(), "00o1"))
			client.sizes = nil
			require.NoError(t, openOf(t, client, "acme.okta.com").BeginAt(t.Context(), began))
			written := 0
			for _, size := range client.sizes {
				if size == 3 {
					written++
				}
			}
			assert.Equal(t, 1, written, "the position is set and two lists are deleted in one transaction: %v", client.sizes)

			again := openOf(t, client, "acme.okta.com")
			position, found := again.Position()
			require.True(t, found)
			assert.Equal(t, began, position)
			assert.Zero(t, again.Remembered())
			assert.Equal(t, "00o1", again.OrgID())
			assert.Equal(t, epoch, again.Epoch() != "")
		})
	}
}
