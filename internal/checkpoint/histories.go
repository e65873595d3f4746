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
type keys struct {
	prefix string
	epoch  string // "" for a history that was never one of several replicas
}

func (k keys) position() string      { return k.space() + positionKey }
func (k keys) chunk(n uint64) string { return k.space() + chunkKey(n) }

// named is the key that names the epoch of a history.
func (k keys) named() string { return k.prefix + "epoch" }

func (k keys) space() string {
	if k.epoch == "" {
		return k.prefix
	}
	return k.named() + "/" + k.epoch + "/"
}

// keysOfHost are those of a host's own history, where that is not the first one.
func keysOfHost(host string) keys { return keys{prefix: "org/" + host + "/"} }

// Aliases lead to a history by the id of its org, and from a further host of the same org. Their value is the
// prefix of the history's keys behind a word, since some storages can't tell an empty value from none.
func aliasOfID(orgID string) string  { return "org_id/" + orgID }
func aliasOfHost(host string) string { return "org/" + host + "/alias" }

const aliasWord = "prefix:"

func (k keys) alias() []byte { return []byte(aliasWord + k.prefix) }

func parseAlias(text []byte) (keys, bool) {
	prefix, ok := strings.CutPrefix(string(text), aliasWord)
	return keys{prefix: prefix}, ok
}

// stored is what a storage has of one history.
type stored struct {
	keys   keys
	record []byte  // nil where there is none
	former *string // the epoch before, where there was one
}

// read reads what the storage has of a history.
func (k keys) read(ctx context.Context, client storage.Client) (stored, error) {
	named, position := storage.GetOperation(k.named()), storage.GetOperation(k.position())
	if err := client.Batch(ctx, named, position); err != nil {
		return stored{}, fmt.Errorf("read the stored position: %w", err)
	}
	return k.follow(ctx, client, named.Value, position.Value)
}

// follow follows the name of an epoch, where there is one; record is that of a history without epochs.
func (k keys) follow(ctx context.Context, client storage.Client, named, record []byte) (stored, error) {
	if named == nil {
		return stored{keys: k, record: record}, nil
	}
	e, err := parseEpoch(named)
	if err != nil {
		return stored{}, err
	}
	k.epoch = e.Epoch
	if record, err = client.Get(ctx, k.position()); err != nil {
		return stored{}, fmt.Errorf("read the stored position: %w", err)
	}
	if record == nil {
		// Another replica has just begun a later one, and this one is gone: the next try finds that.
		return stored{}, fmt.Errorf("%w: there is none in the epoch %s", ErrUnusable, e.Epoch)
	}
	return stored{keys: k, record: record, former: e.Former}, nil
}

// find returns what is stored of a host's history, or the keys of the one that it would begin.
func find(ctx context.Context, client storage.Client, host string) (stored, error) {
	own, first, alias := keysOfHost(host), keys{}, storage.GetOperation(aliasOfHost(host))
	ownNamed, ownPosition := storage.GetOperation(own.named()), storage.GetOperation(own.position())
	firstNamed, firstPosition := storage.GetOperation(first.named()), storage.GetOperation(first.position())
	if err := client.Batch(ctx, ownNamed, ownPosition, alias, firstNamed, firstPosition); err != nil {
		return stored{}, fmt.Errorf("read the stored position: %w", err)
	}
	if s, err := own.follow(ctx, client, ownNamed.Value, ownPosition.Value); err != nil || s.record != nil {
		return s, err
	}
	if other, ok := parseAlias(alias.Value); ok {
		return other.read(ctx, client)
	}
	s, err := first.follow(ctx, client, firstNamed.Value, firstPosition.Value)
	if err != nil || s.record == nil {
		return s, err
	}
	r, err := parseRecord(s.record, version)
	if err != nil || sameHost(r.Org, host) {
		// Whose it is can't be told where it can't be read.
		return s, nil
	}
	return stored{keys: own}, nil
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
	found, err := other.read(ctx, s.client)
	if err != nil || found.record == nil {
		return false, err
	}
	if err := s.read(ctx, found); err != nil {
		return false, err
	}
	if s.fenced {
		if err := s.takeOver(ctx); err != nil {
			return false, err
		}
	}
	if err := s.client.Set(ctx, aliasOfHost(s.org), other.alias()); err != nil {
		return false, fmt.Errorf("store the position: %w", err)
	}
	return true, nil
}

// OrgID is the id of the history's org, "" while it is not known.
func (s *Store) OrgID() string { return s.record.OrgID }

// SetOrgID makes the history be found by the id of its org, but for that of a replay.
func (s *Store) SetOrgID(ctx context.Context, orgID string) error {
	if orgID == "" || orgID == s.record.OrgID || !s.found || s.keys.isReplay() {
		return nil
	}
	if err := s.hold(ctx); err != nil {
		return err
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
