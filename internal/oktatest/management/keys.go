// SPDX-License-Identifier: Apache-2.0

package management

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// key is one public key of an app.
type key struct {
	id               string
	created, updated time.Time
	knownFrom        time.Time // when the token endpoint first knows of it, or of its being active again
	inactive         bool
	config           keyConfig
	public           jose.JSONWebKey
}

func (k *key) encrypts() bool { return k.config.Use != nil && *k.config.Use == "enc" }

// members are those of the key inside its app.
func (k *key) members() map[string]any {
	members := map[string]any{"id": k.id, "kty": k.config.Type, "status": status(k.inactive), "use": k.config.Use, "alg": k.config.Algorithm, "kid": nil}
	if k.config.KeyID != "" {
		members["kid"] = k.config.KeyID
	}
	if k.config.Type == "RSA" {
		members["n"], members["e"] = k.config.Modulus, k.config.Exponent
	} else {
		members["crv"], members["x"], members["y"] = k.config.Curve, k.config.X, k.config.Y
	}
	return members
}

// view is the key on its own.
func (k *key) view(base string, a *app) map[string]any {
	view := maps.Clone(k.members())
	self := base + "/api/v1/apps/" + a.id + "/credentials/jwks/" + k.id
	view["created"], view["lastUpdated"], view["_links"] = stamp(k.created), stamp(k.updated), credentialLinks(self, k.inactive)
	return view
}

// newKey makes a key of what its owner sent.
func (s *Server) newKey(raw json.RawMessage, now time.Time) (*key, *apierror.Error) {
	config, public, refused := readKey(raw)
	if refused != nil {
		return nil, refused
	}
	return &key{
		id: s.env.IDs.Object("pks"), created: now, updated: now, knownFrom: now.Add(s.options.KeyDelay),
		inactive: config.Status == "INACTIVE", config: config, public: public,
	}, nil
}

// readKeys reads the keys of an app that is made or replaced. A key that the app has already stays the same object.
func (s *Server) readKeys(c *call, a *app, sent *keySet) (keys []*key, refused *apierror.Error) {
	if sent == nil {
		return nil, nil
	}
	for _, raw := range sent.Keys {
		k, refused := s.newKey(raw, c.now)
		if refused != nil {
			return nil, refused
		}
		keys = append(keys, a.known(k))
	}
	return keys, checkKeys(keys)
}

// known returns the key of the app that is the same as the one given, with the status of that; or the one given.
func (a *app) known(given *key) *key {
	at := slices.IndexFunc(a.keys, func(k *key) bool {
		return k.config.KeyID == given.config.KeyID && k.config.Modulus == given.config.Modulus && k.config.X == given.config.X && k.config.Y == given.config.Y
	})
	if at < 0 {
		return given
	}
	same := *a.keys[at]
	if given.config.Status != "" && same.inactive != given.inactive {
		same.inactive, same.updated, same.knownFrom = given.inactive, given.updated, given.knownFrom
	}
	return &same
}

// sameKeys reports whether an app has the same keys with the same status as before.
func sameKeys(before, after []*key) bool {
	return slices.EqualFunc(before, after, func(a, b *key) bool { return a.id == b.id && a.inactive == b.inactive })
}

// checkKeys checks the keys of an app against each other (Okta, "JSON Web Key" of the Applications API).
func checkKeys(keys []*key) *apierror.Error {
	seen, encrypting := map[string]bool{}, 0
	for _, k := range keys {
		id := k.config.KeyID
		if k.encrypts() && !k.inactive {
			encrypting++
		}
		switch {
		case id == "" && len(keys) > 1:
			return apierror.Refused(jsonWebKey, "Each key should have a unique kid when adding multiple keys.")
		case seen[id]:
			return apierror.Refused(jsonWebKey, "All keys in the 'jwks' must have a unique `kid`.")
		}
		seen[id] = true
	}
	switch {
	case len(keys) > maxKeys:
		return apierror.Refused(jsonWebKey, "You can't create a new key. You have reached the maximum number of keys allowed (50).")
	case encrypting > 1:
		return apierror.Refused(jsonWebKey, "The client can have only one active encryption key in the 'jwks'.")
	}
	return nil
}

func (s *Server) listKeys(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	views := make([]any, 0, len(a.keys))
	for _, k := range a.keys {
		views = append(views, k.view(c.base, a))
	}
	if s.options.KeysInObject {
		return ok(map[string]any{"jwks": map[string]any{"keys": views}})
	}
	return ok(views)
}

func (s *Server) addKey(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	if refused := s.mayChangeCredentials(c, a); refused != nil {
		return refuse(refused)
	}
	var raw json.RawMessage
	if refused := c.decode(&raw); refused != nil {
		return refuse(refused)
	}
	k, refused := s.newKey(raw, c.now)
	if refused == nil && a.config.Settings.OAuth.KeysURI != "" {
		refused = apierror.Refused(jsonWebKey, "The client gets its keys from its 'jwks_uri'.")
	}
	if refused == nil {
		refused = checkKeys(append(slices.Clone(a.keys), k))
	}
	if refused != nil {
		return refuse(refused)
	}
	a.keys = append(slices.Clone(a.keys), k)
	s.changed(c, a)
	c.logKey(a, k, "create")
	return created(k.view(c.base, a))
}

// key returns app and key that the path names.
func (s *Server) key(c *call) (*app, *key, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return nil, nil, refused
	}
	at := slices.IndexFunc(a.keys, func(k *key) bool { return k.id == c.ids["key"] })
	if at < 0 {
		return nil, nil, apierror.NotFound(c.ids["key"], jsonWebKey)
	}
	return a, a.keys[at], nil
}

// keyToChange returns app and key that the path names, if the caller may change them.
func (s *Server) keyToChange(c *call) (*app, *key, *apierror.Error) {
	a, k, refused := s.key(c)
	if refused == nil {
		refused = s.mayChangeCredentials(c, a)
	}
	return a, k, refused
}

func (s *Server) showKey(c *call) (reply, *apierror.Error) {
	a, k, refused := s.key(c)
	if refused != nil {
		return refuse(refused)
	}
	return ok(k.view(c.base, a))
}

func (s *Server) activateKey(c *call) (reply, *apierror.Error) {
	a, k, refused := s.keyToChange(c)
	if refused != nil {
		return refuse(refused)
	}
	if k.inactive {
		again := *k
		again.inactive = false
		if refused := checkKeys(append(slices.DeleteFunc(slices.Clone(a.keys), func(o *key) bool { return o == k }), &again)); refused != nil {
			return refuse(refused)
		}
		k.inactive, k.updated, k.knownFrom = false, c.now, c.now.Add(s.options.KeyDelay)
		s.changed(c, a)
		c.logKey(a, k, "activate")
	}
	return ok(k.view(c.base, a))
}

func (s *Server) deactivateKey(c *call) (reply, *apierror.Error) {
	a, k, refused := s.keyToChange(c)
	if refused != nil {
		return refuse(refused)
	}
	others := slices.ContainsFunc(a.keys, func(o *key) bool { return o != k && !o.inactive && !o.encrypts() })
	if !k.inactive && !k.encrypts() && !others && a.config.Credentials.OAuth.Method == privateKeyJWT {
		return refuse(apierror.Refused(jsonWebKey,
			"Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`."))
	}
	if !k.inactive {
		k.inactive, k.updated = true, c.now
		s.changed(c, a)
		c.logKey(a, k, "deactivate")
	}
	return ok(k.view(c.base, a))
}

func (s *Server) deleteKey(c *call) (reply, *apierror.Error) {
	a, k, refused := s.keyToChange(c)
	if refused != nil {
		return refuse(refused)
	}
	if !k.inactive {
		return refuse(apierror.Refused(jsonWebKey, "You can't delete an active JSON Web Key. Deactivate the key before deleting it."))
	}
	a.keys = slices.DeleteFunc(slices.Clone(a.keys), func(o *key) bool { return o == k })
	s.changed(c, a)
	c.logKey(a, k, "delete")
	return gone()
}

// changed notes a change of an app's credentials. It needs the lock.
func (s *Server) changed(c *call, a *app) {
	a.updated = c.now
	s.publish(a)
}
