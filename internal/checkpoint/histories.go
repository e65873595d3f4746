// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// ErrUnusable says that a stored record can't be used: it is corrupt, or a newer version of the receiver wrote it.
// It is never overwritten.
var ErrUnusable = errors.New("the stored position can't be used")

// keys are the storage keys of one history: each org has one, so that an org_url that was wrong for a moment
// leaves the history of the right org as it is.
//
// The first history of a storage has keys without a prefix, as all histories had before there were several: so an
// earlier version of the receiver resumes it.
type keys struct{ prefix string }

func (k keys) position() string      { return k.prefix + positionKey }
func (k keys) chunk(n uint64) string { return k.prefix + chunkKey(n) }

// keysOfHost are those of a host's own history, where that is not the first one.
func keysOfHost(host string) keys { return keys{"org/" + host + "/"} }

// Aliases lead to a history by the id of its org, and from a further host of the same org. Their value is the
// prefix of the history's keys behind a word, since some storages can't tell an empty value from none.
func aliasOfID(orgID string) string  { return "org_id/" + orgID }
func aliasOfHost(host string) string { return "org/" + host + "/alias" }

const aliasWord = "prefix:"

func (k keys) alias() []byte { return []byte(aliasWord + k.prefix) }

func parseAlias(text []byte) (keys, bool) {
	prefix, ok := strings.CutPrefix(string(text), aliasWord)
	return keys{prefix}, ok
}

// find returns the keys of a host's history, or of the one that it would begin, and the record that is stored
// there, nil where none is.
func find(ctx context.Context, client storage.Client, host string) (keys, []byte, error) {
	own, alias, first := keysOfHost(host), storage.GetOperation(aliasOfHost(host)), storage.GetOperation(positionKey)
	position := storage.GetOperation(own.position())
	if err := client.Batch(ctx, position, alias, first); err != nil {
		return keys{}, nil, fmt.Errorf("read the stored position: %w", err)
	}
	if position.Value != nil {
		return own, position.Value, nil
	}
	if other, ok := parseAlias(alias.Value); ok {
		text, err := client.Get(ctx, other.position())
		if err != nil {
			return keys{}, nil, fmt.Errorf("read the stored position: %w", err)
		}
		return other, text, nil
	}
	if first.Value == nil {
		return keys{}, nil, nil
	}
	r, err := parseRecord(first.Value)
	if err != nil || sameHost(r.Org, host) {
		// Whose it is can't be told where it can't be read.
		return keys{}, first.Value, nil
	}
	return own, nil, nil
}

// sameHost compares two hosts as they were written by versions that did not normalise them.
func sameHost(a, b string) bool { return normal(a) == normal(b) }

func normal(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ":443")
	return strings.TrimSuffix(host, ".")
}

// Adopt makes the history of the org with an id the one of this host, where the storage has one that began under
// another host, such as before a move to a custom domain; it reports whether it has. It is for a host that has no
// history of its own.
func (s *Store) Adopt(ctx context.Context, orgID string) (bool, error) {
	text, err := s.client.Get(ctx, aliasOfID(orgID))
	if err != nil {
		return false, fmt.Errorf("read the stored position: %w", err)
	}
	other, ok := parseAlias(text)
	if !ok {
		return false, nil
	}
	if text, err = s.client.Get(ctx, other.position()); err != nil {
		return false, fmt.Errorf("read the stored position: %w", err)
	}
	if text == nil {
		return false, nil
	}
	if err := s.read(ctx, other, text); err != nil {
		return false, err
	}
	if err := s.client.Set(ctx, aliasOfHost(s.org), other.alias()); err != nil {
		return false, fmt.Errorf("store the position: %w", err)
	}
	return true, nil
}

// OrgID is the id of the history's org, "" while it is not known.
func (s *Store) OrgID() string { return s.record.OrgID }

// SetOrgID makes the history be found by the id of its org.
func (s *Store) SetOrgID(ctx context.Context, orgID string) error {
	if orgID == "" || orgID == s.record.OrgID || !s.found {
		return nil
	}
	next := s.record
	next.OrgID = orgID
	text, err := next.marshal()
	if err != nil {
		return err
	}
	err = s.client.Batch(ctx, storage.SetOperation(s.keys.position(), text), storage.SetOperation(aliasOfID(orgID), s.keys.alias()))
	if err != nil {
		return fmt.Errorf("store the id of the org: %w", err)
	}
	s.record = next
	return nil
}
