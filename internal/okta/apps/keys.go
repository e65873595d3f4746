// SPDX-License-Identifier: Apache-2.0

package apps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// Key is a public key of an app as Okta describes it (Okta, Application SSO Public Keys API).
type Key struct {
	// ID is Okta's id of the key, by which it is changed and deleted.
	ID string `json:"id"`
	// KeyID is the kid, by which signatures name the key.
	KeyID string `json:"kid"`
	// Status is ACTIVE or INACTIVE.
	Status string `json:"status"`
	Use    string `json:"use"`
}

// Active reports whether the key verifies signatures.
func (k *Key) Active() bool { return k.Status == "ACTIVE" }

// Keys returns the public keys of an app. Okta's specification has an array, its examples have a JWK set: both are
// understood.
func (c *Client) Keys(ctx context.Context, appID string) ([]Key, error) {
	var text json.RawMessage
	if _, err := c.client.Call(ctx, http.MethodGet, keyPath(appID), nil, &text); err != nil {
		return nil, failed(err, "list the keys of the app %s", appID)
	}
	keys, err := readKeys(text)
	if err != nil {
		return nil, failed(okta.Unusable("the answer is no list of keys: %w", err), "list the keys of the app %s", appID)
	}
	return keys, nil
}

func readKeys(text []byte) (keys []Key, err error) {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return keys, json.Unmarshal(text, &keys)
	}
	var set struct {
		Set *struct {
			Keys []Key `json:"keys"`
		} `json:"jwks"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, err
	}
	if set.Set == nil {
		return nil, errors.New("it is neither an array nor a JWK set")
	}
	return set.Set.Keys, nil
}

// AddKey adds a public key, active, beside those that the app has.
func (c *Client) AddKey(ctx context.Context, appID string, publicKey json.RawMessage) (*Key, error) {
	var key Key
	_, err := c.client.Call(ctx, http.MethodPost, keyPath(appID), publicKey, &key)
	return whole(&key, key.ID, failed(err, "add a key to the app %s", appID))
}

// ActivateKey makes a key verify signatures.
func (c *Client) ActivateKey(ctx context.Context, appID, id string) error {
	return c.do(ctx, http.MethodPost, keyPath(appID, id, "lifecycle", "activate"), "activate the key %s", id)
}

// DeactivateKey makes a key verify nothing any more, which Okta wants before it deletes it.
func (c *Client) DeactivateKey(ctx context.Context, appID, id string) error {
	return c.do(ctx, http.MethodPost, keyPath(appID, id, "lifecycle", "deactivate"), "deactivate the key %s", id)
}

// DeleteKey removes a key that is not active, for good.
func (c *Client) DeleteKey(ctx context.Context, appID, id string) error {
	return c.do(ctx, http.MethodDelete, keyPath(appID, id), "delete the key %s", id)
}

func keyPath(appID string, parts ...string) *url.URL {
	return okta.Path(appsPath, append([]string{appID, "credentials", "jwks"}, parts...)...)
}
