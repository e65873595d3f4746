// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

const (
	positionKey = "position"
	// version is of the record and of the chunks. A record of another version is not read.
	version = 1
	// mostChunks is far more than a store ever keeps; a record that claims more is corrupt.
	mostChunks = 1 << 20
)

// State is how far delivery has come.
type State struct {
	// Query names the query that the position belongs to.
	Query string
	// Next is the position: where to go on.
	Next string
	// Start is where this history began, on Okta's clock: no fall-back goes further back.
	Start time.Time
	// Newest is the newest published time that polling has come to, on Okta's clock; zero before the
	// first event. A fall-back goes back from there, so what is delivered ahead of polling leaves it.
	Newest time.Time
	// Answered is when Okta answered with what was delivered last, on its clock; zero before the first
	// answer. It alone is no reason to store a state again.
	Answered time.Time
	// Again says that what was delivered comes again at this position, because it is a time and not
	// a cursor, or has not moved. Nothing is forgotten before the position has moved on. It is not stored.
	Again bool
	// Beside is the time of a delivery while nothing polls, so that the position stands still and with it
	// Newest; zero while something does. Events delivered beside the position are forgotten by their own
	// time. It is not stored.
	Beside time.Time
}

// record is the state as it is stored.
type record struct {
	Version int       `json:"version"`
	Org     string    `json:"org"`
	Query   string    `json:"query"`
	Next    string    `json:"next"`
	Start   time.Time `json:"start"`
	Newest  time.Time `json:"newest"`
	// Answered is absent from the first records that were ever stored.
	Answered time.Time `json:"answered,omitzero"`
	// The stored chunks are those from FirstChunk up to, and without, NextChunk. After the last number
	// comes 0.
	FirstChunk uint64 `json:"first_chunk"`
	NextChunk  uint64 `json:"next_chunk"`
}

func (r *record) state() State {
	return State{Query: r.Query, Next: r.Next, Start: r.Start, Newest: r.Newest, Answered: r.Answered}
}

// parseRecord reads a stored record, or says in one sentence why it can't be used.
func parseRecord(text []byte, org string) (*record, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("it is not a record of this receiver: %w", err)
	}
	switch {
	case r.Version != version:
		return nil, fmt.Errorf("it has version %d and this receiver reads version %d", r.Version, version)
	case r.Org != org:
		return nil, fmt.Errorf("it belongs to the org %s and this receiver polls %s", r.Org, org)
	case r.Next == "" || r.Start.IsZero():
		return nil, errors.New("it holds no position")
	case r.NextChunk-r.FirstChunk > mostChunks: // also where it would be below 0
		return nil, errors.New("its list of delivered events is impossible")
	}
	return &r, nil
}

func chunkKey(n uint64) string { return "seen/" + strconv.FormatUint(n, 10) }
