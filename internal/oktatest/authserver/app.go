// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"cmp"
	"crypto"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

const (
	// ClientCredentials is the grant type of machines.
	ClientCredentials = "client_credentials"
	// maxSecrets is how many secrets a client can have (Okta, API service integrations).
	maxSecrets = 2
)

// AppKind says how a client may prove who it is.
type AppKind int

const (
	// ServiceApp is an API Services app of the org's own: private_key_jwt only, the default.
	ServiceApp AppKind = iota
	// APIServiceIntegration is an integration installed from Okta's catalogue: client_secret_basic or private_key_jwt.
	APIServiceIntegration
	// WebApp is an app for people: the org authorization server refuses it client credentials.
	WebApp
)

// AppRole says what the admin role of a client lets it see.
type AppRole int

const (
	// RoleAssigned may read the System Log and manage event hooks, the default.
	RoleAssigned AppRole = iota
	// RoleMissing gets 403 E0000006 whatever its scopes.
	RoleMissing
	// RoleSeesNothing gets 200 with an empty list, as Okta does for some under-privileged roles.
	RoleSeesNothing
	// RoleLogsOnly may read the System Log and has nothing to do with event hooks: 403 E0000006 there, whatever its
	// scopes.
	RoleLogsOnly
)

// Admin says what the admin roles of a client, or of who made an API token, let it change with the management API.
type Admin int

const (
	// AdminOfNothing gets 403 E0000006 on every path of the management API, the default.
	AdminOfNothing Admin = iota
	// AdminOfApps may make and change apps, and the keys of those without grants, as app and org admins may (Okta, "Only
	// the Super Admin role has permissions to grant scopes").
	AdminOfApps
	// AdminOfAll is a super admin.
	AdminOfAll
)

// AppKey is a public key registered for a client.
type AppKey struct {
	// Key is the JWK. SetApp keeps its public half only, and names a key without an id after its thumbprint (RFC 7638).
	Key jose.JSONWebKey
	// Inactive keys are registered and verify nothing.
	Inactive bool
	// KnownFrom is when the token endpoint first knows of the key; zero means that it does at once.
	KnownFrom time.Time
}

// ActiveKey returns an active key for signatures with the given id.
func ActiveKey(keyID string, public crypto.PublicKey) AppKey {
	return AppKey{Key: jose.JSONWebKey{Key: public, KeyID: keyID, Use: "sig"}}
}

// AppSecret is a client secret. Okta keeps up to two, so that they can be changed without a pause.
type AppSecret struct {
	// Value is the secret itself.
	Value string
	// Inactive secrets open nothing.
	Inactive bool
}

// App is an OAuth 2.0 client of the org. The zero value is an active service app with a role and okta.logs.read,
// without a key.
type App struct {
	// Kind says how it authenticates.
	Kind AppKind
	// Keys are the registered public keys. None is a client without a JWKSet; one of RSA below 2048 bits, or two of one
	// id, spoil the set.
	Keys []AppKey
	// Secrets are the client secrets of an APIServiceIntegration. Okta keeps two; the first two count.
	Secrets []AppSecret
	// Scopes are the granted scopes; nil means okta.logs.read, an empty list none.
	Scopes []string
	// GrantTypes are the grant types it may use; nil means client_credentials.
	GrantTypes []string
	// Role is its admin role.
	Role AppRole
	// Admin is what its admin roles let it change with the management API.
	Admin Admin
	// LoneKeyNeedsNoID accepts assertions without a kid while the client has exactly one key, as Okta does. By default
	// they are refused, so that a client that omits it is noticed.
	LoneKeyNeedsNoID bool
	// RequireDPoP is Okta's "Require Demonstrating Proof of Possession (DPoP) header in token requests".
	RequireDPoP bool
	// TokenLifetime is how long its access tokens live, to the second; 0 means DefaultTokenLifetime.
	TokenLifetime time.Duration
	// OutsideZone makes its token requests come from outside its network zones: 403 access_denied.
	OutsideZone bool
	// Inactive is a deactivated app: no token is issued and its tokens open nothing.
	Inactive bool
	// AudienceHost is the host that `aud` of its assertions must name; empty means the host that was called.
	AudienceHost string
}

// normal fills in what nil stands for, and shares nothing with the caller. What it returns is never changed again, so
// it is read without the lock.
func (a App) normal() App {
	a = a.clone()
	if a.Scopes == nil {
		a.Scopes = []string{api.LogsScope}
	}
	if a.GrantTypes == nil {
		a.GrantTypes = []string{ClientCredentials}
	}
	a.Secrets = a.Secrets[:min(len(a.Secrets), maxSecrets)]
	a.TokenLifetime = cmp.Or(a.TokenLifetime, DefaultTokenLifetime)
	for i := range a.Keys {
		a.Keys[i].Key = publicKey(a.Keys[i].Key)
	}
	return a
}

func (a App) clone() App {
	a.Keys, a.Secrets = slices.Clone(a.Keys), slices.Clone(a.Secrets)
	a.Scopes, a.GrantTypes = slices.Clone(a.Scopes), slices.Clone(a.GrantTypes)
	return a
}

func publicKey(key jose.JSONWebKey) jose.JSONWebKey {
	if !key.IsPublic() && key.Valid() {
		key = key.Public()
	}
	if key.KeyID == "" {
		key.KeyID = thumbprint(key)
	}
	return key
}

// thumbprint is the SHA-256 thumbprint of a key (RFC 7638), base64url without padding; empty for keys that have none.
func thumbprint(key jose.JSONWebKey) string {
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

func (a App) accepts(secret string) bool {
	for _, s := range a.Secrets {
		if !s.Inactive && s.Value != "" && subtle.ConstantTimeCompare([]byte(s.Value), []byte(secret)) == 1 {
			return true
		}
	}
	return false
}
