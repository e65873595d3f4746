// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"github.com/go-jose/go-jose/v4"

	"github.com/otel-okta/okta-systemlog-receiver/internal/privatekey"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

// parseKey reads a private key for signing.
func parseKey(place secret.Place, text, keyID string) (jose.SigningKey, error) {
	key, err := privatekey.Read(place, text, keyID)
	if err != nil {
		return jose.SigningKey{}, err
	}
	return jose.SigningKey{Algorithm: key.Algorithm, Key: jose.JSONWebKey{Key: key.Private, KeyID: key.ID}}, nil
}
