// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

const november = "2026-11-20T00:00:00Z..2026-11-21T00:00:00Z"

// A replay has a history beside that of the log and those of other replays, in whatever order they begin.
func TestReplayHasAHistoryOfItsOwn(t *testing.T) {
	for name, liveFirst := range map[string]bool{"the log first": true, "the replay first": false} {
		t.Run(name, func(t *testing.T) {
			client := NewMemory().(*memory)
			if liveFirst {
				live := openOf(t, client, "acme.okta.com")
				commit(t, live, at(noon, "live"), event(1))
				require.NoError(t, live.SetOrgID(t.Context(), "00o1"))
			}
			before := maps.Clone(client.values)
			replay, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop(), Replay(november))
			require.NoError(t, err)
			_, found := replay.Position()
			require.False(t, found)
			require.False(t, replay.MayAdopt(), "no other history is continued")
			require.False(t, replay.Delivered(event(1)))
			commit(t, replay, at(noon, "replayed"), event(1), event(2))
			require.NoError(t, replay.SetOrgID(t.Context(), "00o1"))
			for key, value := range before {
				require.Equal(t, value, client.values[key], "%s is as it was", key)
			}

			live := openOf(t, client, "acme.okta.com")
			position, found := live.Position()
			require.Equal(t, liveFirst, found)
			require.False(t, live.Delivered(event(2)))
			require.False(t, live.MayAdopt(), "nor is a replay continued")
			if liveFirst {
				require.Equal(t, at(noon, "live"), position)
			}
			other, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop(), Replay("beginning.."+november))
			require.NoError(t, err)
			_, found = other.Position()
			require.False(t, found)
		})
	}
}

// That a replay has ended is stored with its last events, and survives replicas.
func TestEndOfAReplayIsStored(t *testing.T) {
	client := NewMemory().(*memory)
	for _, open := range []func(*testing.T) (*Store, error){
		func(t *testing.T) (*Store, error) {
			return Open(t.Context(), client, "acme.okta.com", zap.NewNop(), Replay(november))
		},
		func(t *testing.T) (*Store, error) {
			return OpenFenced(t.Context(), client, "acme.okta.com", zap.NewNop(), Replay(november+",1"))
		},
	} {
		s, err := open(t)
		require.NoError(t, err)
		commit(t, s, at(noon, "n"), event(1))
		ended := at(noon, "n")
		ended.Ended = true
		commit(t, s, ended)
		for range 3 {
			s, err = open(t)
			require.NoError(t, err)
			position, found := s.Position()
			require.True(t, found)
			assert.True(t, position.Ended, "also where nothing but that has changed")
			assert.True(t, s.Delivered(event(1)))
		}
	}
}

// No version that knows nothing of replays takes the record of one for its own, wherever it finds it.
func TestRecordOfAReplayHasAVersionOfItsOwn(t *testing.T) {
	client := NewMemory().(*memory)
	s, err := Open(t.Context(), client, "acme.okta.com", zap.NewNop(), Replay(november))
	require.NoError(t, err)
	commit(t, s, at(noon, "n"))
	text := client.values["replay/acme.okta.com/"+november+"/position"]
	require.NotEmpty(t, text)
	_, err = parseRecord(text, version)
	require.ErrorContains(t, err, "it has version 2 and this receiver reads version 1")
	_, err = parseRecord(text, replayVersion)
	require.NoError(t, err)

	require.NoError(t, client.Set(t.Context(), positionKey, text))
	_, err = Open(t.Context(), client, "acme.okta.com", zap.NewNop())
	require.ErrorIs(t, err, ErrUnusable)
	for key := range client.values {
		assert.Contains(t, []string{positionKey, "replay/acme.okta.com/" + november + "/position"}, key)
	}
}
