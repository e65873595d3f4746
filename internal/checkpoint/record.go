// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	positionKey = "position"
	// version is of the record and of the chunks, but for the records of replays. A record of another version is not
	// read.
	version = 1
)

// Position is how far delivery has come in an org's System Log. All of it is stored.
type Position struct {
	// Query names the query that Next belongs to.
	Query string
	// Next is where polling resumes: path and query of Okta's next link, or of a since.
	Next string
	// Start is where this history began, on Okta's clock: no rewind goes further back.
	Start time.Time
	// Newest is the newest published time that polling has come to, on Okta's clock; zero before the
	// first event. A rewind goes back from there, so what is delivered ahead of polling does not move it.
	Newest time.Time
	// Answered is when Okta answered with what was delivered last, on its clock; zero before the first
	// answer. A change of it alone is no reason to store a position again.
	Answered time.Time
	// Ended: all that a replay was to read was delivered. Nothing more is asked for.
	Ended bool
}

// record is a position as it is stored, with the numbers of the chunks beside it.
type record struct {
	Version int       `json:"version"`
	Org     string    `json:"org"`
	Query   string    `json:"query"`
	Next    string    `json:"next"`
	Start   time.Time `json:"start"`
	Newest  time.Time `json:"newest"`
	// Answered is absent from the first records that were ever stored.
	Answered time.Time `json:"answered,omitzero"`
	// Ended is only in the record of a replay.
	Ended bool `json:"ended,omitempty"`
	// OrgID is the id of the org, absent while it is not known.
	OrgID string `json:"org_id,omitempty"`
	// The stored chunks are those from FirstChunk up to, and without, NextChunk. After the last number
	// comes 0.
	FirstChunk uint64 `json:"first_chunk"`
	NextChunk  uint64 `json:"next_chunk"`
}

func (r *record) position() Position {
	return Position{Query: r.Query, Next: r.Next, Start: r.Start, Newest: r.Newest, Answered: r.Answered, Ended: r.Ended}
}

// errNewer says that a newer version wrote a record.
var errNewer = errors.New("a newer version wrote it")

// parseRecord reads a stored record of a version, or says in one sentence why it can't be used.
func parseRecord(text []byte, version int) (*record, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("it is not a record of this receiver: %w", err)
	}
	switch {
	case r.Version > version:
		return nil, fmt.Errorf("%w: it has version %d and this receiver reads version %d: run the version of the receiver that wrote it, or a newer one", errNewer, r.Version, version)
	case r.Version != version:
		return nil, fmt.Errorf("it has version %d and this receiver reads version %d: run the version of the receiver that wrote it, or a newer one", r.Version, version)
	case r.Next == "" || r.Start.IsZero():
		return nil, errors.New("it holds no position")
	case r.NextChunk-r.FirstChunk > maxChunks: // also where it would be below 0
		return nil, errors.New("its list of delivered events is impossible")
	}
	return &r, nil
}

func (r *record) marshal() ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write the position: %w", err)
	}
	return text, nil
}
