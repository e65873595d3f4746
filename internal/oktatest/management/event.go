// SPDX-License-Identifier: Apache-2.0

package management

import (
	"cmp"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// credentialEvent begins the event types of keys and secrets.
const credentialEvent = "app.oauth2.credentials.lifecycle."

// user is who calls.
func (c *call) user() string { return cmp.Or(c.caller.ClientID, api.SyntheticAdmin) }

// logApp notes what was done to an app: once as an application, once as a client (Okta, event types).
func (c *call) logApp(a *app, verb, display string) {
	settings := a.config.Settings.OAuth
	ids := make([]string, 0, len(a.keys))
	for _, k := range a.keys {
		ids = append(ids, k.config.KeyID)
	}
	c.log("application.lifecycle."+verb, display+" application", nil, logevent.Target{ID: a.id, Type: "AppInstance", Name: a.config.Label})
	c.log("app.oauth2.client.lifecycle."+verb, display+" OAuth client", map[string]string{
		"clientId": a.clientID, "clientName": a.config.Label, "kid": strings.Join(ids, ","),
	}, logevent.Target{ID: a.clientID, Type: "PublicClientApp", Name: a.config.Label, Detail: map[string]string{
		"TokenEndpointAuthMethod": a.config.Credentials.OAuth.Method, "GrantTypes": strings.Join(settings.GrantTypes, ","),
		"JwksUri": settings.KeysURI, "ApplicationType": settings.ApplicationType,
	}})
}

// logKey notes what was done to a key.
func (c *call) logKey(a *app, k *key, verb string) {
	use := "sig"
	if k.config.Use != nil {
		use = *k.config.Use
	}
	c.log(credentialEvent+verb, "OAuth client credential: "+verb, nil, logevent.Target{
		ID: k.id, Type: "JsonWebKey", Name: k.config.KeyID, Detail: map[string]string{
			"clientid": a.clientID, "clientcredentialstype": "JWK", "status": status(k.inactive), "KeyId": k.config.KeyID, "KeyType": k.config.Type, "KeyUse": use,
		},
	})
}

// logKeyChanges notes what the replacement of an app does to its keys.
func (c *call) logKeyChanges(a *app, after []*key) {
	before := map[string]*key{}
	for _, k := range a.keys {
		before[k.id] = k
	}
	for _, k := range after {
		old := before[k.id]
		delete(before, k.id)
		switch {
		case old == nil:
			c.logKey(a, k, "create")
		case old.inactive != k.inactive && k.inactive:
			c.logKey(a, k, "deactivate")
		case old.inactive != k.inactive:
			c.logKey(a, k, "activate")
		}
	}
	for _, k := range a.keys {
		if before[k.id] != nil {
			c.logKey(a, k, "delete")
		}
	}
}

// logSecret notes what was done to a secret, or that it was read (Okta: the log has its hash).
func (c *call) logSecret(a *app, x *secret, eventType, message string) {
	c.log(eventType, message, nil, logevent.Target{
		ID: x.id, Type: "OAuth2ClientSecretEntity", Detail: map[string]string{
			"clientid": a.clientID, "clientsecret": x.hash(), "clientcredentialstype": "CLIENT_SECRET", "status": status(x.inactive),
		},
	})
}
