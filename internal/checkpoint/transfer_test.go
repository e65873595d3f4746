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

func transfer(t *testing.T, from, to storage.Client) {
	t.Helper()
	require.NoError(t, Transfer(t.Context(), entries(t, from), to, entries(t, to)))
}

// What is transferred is what was there: each receiver finds its position, and what was delivered, under each of its
// hosts.
func requireSame(t *testing.T, from, to storage.Client, hosts ...string) {
	t.Helper()
	for _, host := range hosts {
		want, got := openOf(t, from, host), openOf(t, to, host)
		wanted, found := want.Position()
		require.True(t, found, host)
		position, _ := got.Position()
		assert.Equal(t, wanted, position, host)
		assert.Equal(t, want.delivered, got.delivered, host)
		assert.Equal(t, want.OrgID(), got.OrgID(), host)
		assert.Equal(t, want.Epoch(), got.Epoch(), host)
	}
}

func TestTransferToAnEmptyStorage(t *testing.T) {
	from, to := twoOrgs(t), &batches{Client: NewMemory()}
	require.NoError(t, Transfer(t.Context(), entries(t, from), to, nil))
	assert.Len(t, to.sizes, 1, "one transaction")
	requireSame(t, from, to, "acme.okta.com", "other.okta.com", "login.other.com")

	// A replica takes over, and its successor removes what is left of the epoch.
	for range 2 {
		s, err := OpenFenced(t.Context(), to, "login.other.com", zap.NewNop())
		require.NoError(t, err)
		assert.True(t, s.Delivered(event(3)))
	}
}

func TestTransferBesideTheHistoryOfAnotherOrg(t *testing.T) {
	from, to := twoOrgs(t), NewMemory()
	commit(t, openOf(t, to, "third.okta.com"), at(noon, "of third"), event(4))
	transfer(t, from, to)
	requireSame(t, from, to, "acme.okta.com", "other.okta.com", "login.other.com")
	third := openOf(t, to, "third.okta.com")
	position, _ := third.Position()
	assert.Equal(t, "of third", position.Next)
	assert.True(t, third.Delivered(event(4)))
	assert.Len(t, entries(t, to), 3)
}

// Where the new receiver has begun already, the old position counts, and what either has delivered is known.
func TestTransferOverAHistoryOfTheSameOrg(t *testing.T) {
	for name, host := range map[string]string{"the same host": "other.okta.com", "a further host": "login.other.com", "known by its id": "third.other.com"} {
		t.Run(name, func(t *testing.T) {
			from, to := twoOrgs(t), NewMemory()
			began, err := OpenFenced(t.Context(), to, host, zap.NewNop())
			require.NoError(t, err)
			commit(t, began, at(noon.Add(5*time.Hour), "begun anew"), event(3), event(9))
			require.NoError(t, began.SetOrgID(t.Context(), "00o2"))
			there := entries(t, to)
			require.Nil(t, entries(t, from)[0].Rival(there))
			require.Equal(t, there[0], entries(t, from)[1].Rival(there))

			transfer(t, from, to)
			require.Len(t, entries(t, to), 2)
			for _, host := range []string{host, "other.okta.com", "login.other.com"} {
				s := openOf(t, to, host)
				position, found := s.Position()
				require.True(t, found, host)
				assert.Equal(t, "of other", position.Next, host)
				assert.Equal(t, 2, s.Remembered())
				assert.True(t, s.Delivered(event(3)) && s.Delivered(event(9)), host)
			}

			// Both are remembered until polling has passed what was delivered ahead of it.
			s := openOf(t, to, host)
			commit(t, s, at(noon.Add(2*time.Hour), "further"), event(10))
			again := openOf(t, to, host)
			assert.True(t, again.Delivered(event(9)) && again.Delivered(event(10)))
		})
	}
}

// What was broken off after the positions have arrived is completed by doing it again.
func TestTransferAgainChangesNothing(t *testing.T) {
	from, to := twoOrgs(t), NewMemory()
	transfer(t, from, to)
	for i, e := range entries(t, from) {
		rival := e.Rival(entries(t, to))
		require.NotNil(t, rival)
		assert.True(t, rival.Equals(e), i)
	}
	transfer(t, from, to)
	requireSame(t, from, to, "acme.okta.com", "other.okta.com", "login.other.com")
	commit(t, openOf(t, to, "acme.okta.com"), at(noon, "of acme"), event(7))
	assert.False(t, entries(t, from)[0].Equals(entries(t, to)[0]))
}

func TestTransferLeavesWhatCannotBeRead(t *testing.T) {
	for name, tc := range map[string]struct{ spoilFrom, spoilTo bool }{"what is moved": {spoilFrom: true}, "what is there": {spoilTo: true}} {
		t.Run(name, func(t *testing.T) {
			from, to := twoOrgs(t), twoOrgs(t)
			if tc.spoilFrom {
				require.NoError(t, from.Set(t.Context(), positionKey, []byte(`{"version":2}`)))
			}
			if tc.spoilTo {
				require.NoError(t, to.Set(t.Context(), positionKey, []byte(`{"version":2}`)))
			}
			before := len(to.(*memory).values)
			require.ErrorIs(t, Transfer(t.Context(), entries(t, from), to, entries(t, to)), ErrUnusable)
			assert.Len(t, to.(*memory).values, before)
		})
	}
}
