// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// startedKey is the key of when a receiver first started.
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
	// Org is the host of the org that the receiver was started for.
	Org string `json:"org"`
}

// IsZero reports whether nothing is known.
func (s Started) IsZero() bool { return s.Local.IsZero() }

// ReadStarted reads when a receiver first started for an org, which is named by its normalised host. A start for
// another org counts as long as that came to no position: its address may have been a slip. What can't be read is
// nothing. An error is one of the storage.
func ReadStarted(ctx context.Context, client storage.Client, org string) (Started, error) {
	text, err := client.Get(ctx, startedKey)
	if err != nil {
		return Started{}, fmt.Errorf("read when the receiver first started: %w", err)
	}
	var s Started
	if json.Unmarshal(text, &s) != nil || s.Begun && s.Org != org {
		return Started{}, nil
	}
	return s, nil
}

// WriteStarted stores when a receiver first started. An error is one of the storage.
func WriteStarted(ctx context.Context, client storage.Client, s Started) error {
	text, err := json.Marshal(s)
	if err == nil {
		err = client.Set(ctx, startedKey, text)
	}
	if err != nil {
		return fmt.Errorf("store when the receiver first started: %w", err)
	}
	return nil
}
