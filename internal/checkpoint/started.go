// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// startedKey is the key, behind a prefix, of when a receiver first started.
const startedKey = "started"

// Started is when a receiver first started that had no position, so that it begins there also when Okta's first good
// answer comes later, or after restarts. The zero value says that nothing is known.
type Started struct {
	// Local is that moment on the local clock, which may have been set since.
	Local time.Time `json:"local"`
	// Okta is the same moment on Okta's clock; zero as long as no answer has told the time.
	Okta time.Time `json:"okta,omitzero"`
	// Begun is set once a position is stored: from then on this tells nothing about where to begin. The record stays,
	// so that no later start writes another one.
	Begun bool `json:"begun,omitempty"`
}

// IsZero reports whether nothing is known.
func (s Started) IsZero() bool { return s.Local.IsZero() }

// ReadStarted reads when a receiver first started; prefix is that of its keys. What can't be read as such is nothing.
// An error is one of the storage.
func ReadStarted(ctx context.Context, client storage.Client, prefix string) (Started, error) {
	text, err := client.Get(ctx, prefix+startedKey)
	if err != nil {
		return Started{}, fmt.Errorf("read when the receiver first started: %w", err)
	}
	var s Started
	if json.Unmarshal(text, &s) != nil {
		return Started{}, nil
	}
	return s, nil
}

// WriteStarted stores when a receiver first started. An error is one of the storage.
func WriteStarted(ctx context.Context, client storage.Client, prefix string, s Started) error {
	text, err := json.Marshal(s)
	if err == nil {
		err = client.Set(ctx, prefix+startedKey, text)
	}
	if err != nil {
		return fmt.Errorf("store when the receiver first started: %w", err)
	}
	return nil
}
