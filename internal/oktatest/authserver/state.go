// SPDX-License-Identifier: Apache-2.0

package authserver

import "time"

// accessToken is what the server knows of a token it issued.
type accessToken struct {
	clientID   string
	scopes     []string
	expires    time.Time
	thumbprint string // of the DPoP key it is bound to, or empty
	revoked    bool
}

// nonce is one value of dpop-nonce. All clients of an org share it.
type nonce struct {
	value string
	made  time.Time
}

// client is who asks for a token, once that is proven.
type client struct {
	id  string
	app App
	// method is the token_endpoint_auth_method.
	method string
}
