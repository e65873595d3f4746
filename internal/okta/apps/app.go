// SPDX-License-Identifier: Apache-2.0

package apps

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

const appsPath = "/api/v1/apps"

// bounds of a list: of an org's apps only those are asked for whose label begins as the one that is looked for.
var bounds = okta.Bounds{Elements: 5000, Pages: 200, Bytes: 64 << 20}

// Client manages the API Services apps of one org (Okta, Applications API). Every error wraps an [*oktaerr.Error],
// except those of a context that ended. It is safe for concurrent use.
type Client struct{ client *okta.Client }

// New returns a client for the apps of the org of an [okta.Client].
func New(client *okta.Client) *Client { return &Client{client: client} }

// App is an API Services app as Okta describes it.
type App struct {
	ID          string      `json:"id,omitempty"`
	Name        string      `json:"name"`
	Label       string      `json:"label"`
	Status      string      `json:"status,omitempty"`
	SignOnMode  string      `json:"signOnMode"`
	Credentials Credentials `json:"credentials"`
	Settings    Settings    `json:"settings"`
	// Profile is free for its owner's use.
	Profile Profile `json:"profile"`
}

// Credentials are how an app proves who it is.
type Credentials struct {
	OAuth struct {
		ClientID   string `json:"client_id,omitempty"`
		AuthMethod string `json:"token_endpoint_auth_method"`
	} `json:"oauthClient"`
}

// Settings are what an app may do.
type Settings struct {
	OAuth struct {
		ApplicationType string   `json:"application_type"`
		GrantTypes      []string `json:"grant_types"`
		ResponseTypes   []string `json:"response_types"`
		DPoP            bool     `json:"dpop_bound_access_tokens"`
		Keys            *KeySet  `json:"jwks,omitempty"`
	} `json:"oauthClient"`
}

// KeySet is a JWK set of public keys.
type KeySet struct {
	Keys []json.RawMessage `json:"keys"`
}

// Profile is the mark by which a program knows the app that it has made.
type Profile struct {
	// ManagedBy names the program.
	ManagedBy string `json:"managedBy,omitempty"`
	// Instance is the id of the one set-up that made the app.
	Instance string `json:"instance,omitempty"`
}

// UnmarshalJSON reads a profile of any shape: that of another program's app need not be like ours.
func (p *Profile) UnmarshalJSON(text []byte) error {
	var members map[string]any
	if json.Unmarshal(text, &members) == nil {
		p.ManagedBy, _ = members["managedBy"].(string)
		p.Instance, _ = members["instance"].(string)
	}
	return nil
}

// Service is a new API Services app that signs with a private key and whose access tokens are bound to a key (DPoP),
// which is off unless an app asks for it (Okta, Applications API).
func Service(label string, mark Profile, publicKey json.RawMessage) *App {
	app := &App{Name: "oidc_client", Label: label, SignOnMode: "OPENID_CONNECT", Profile: mark}
	app.Credentials.OAuth.AuthMethod = "private_key_jwt"
	settings := &app.Settings.OAuth
	settings.ApplicationType = "service"
	settings.GrantTypes, settings.ResponseTypes = []string{"client_credentials"}, []string{"token"}
	settings.DPoP = true
	settings.Keys = &KeySet{Keys: []json.RawMessage{publicKey}}
	return app
}

// ClientID is the id by which the app asks for tokens.
func (a *App) ClientID() string { return a.Credentials.OAuth.ClientID }

// Active reports whether the app is switched on.
func (a *App) Active() bool { return a.Status == "ACTIVE" }

// Labelled returns the apps with exactly this label, active or not. Okta's q finds what begins with it.
func (c *Client) Labelled(ctx context.Context, label string) ([]App, error) {
	at := okta.Path(appsPath)
	at.RawQuery = url.Values{"q": {label}, "limit": {"200"}, "includeNonDeleted": {"true"}}.Encode()
	var all []App
	err := c.client.List(ctx, at, bounds, func(text json.RawMessage) error {
		// Only the label is looked at before anything else: apps of all kinds are in the list.
		var named struct {
			Label string `json:"label"`
		}
		if err := json.Unmarshal(text, &named); err != nil || named.Label != label {
			return err
		}
		var app App
		if err := json.Unmarshal(text, &app); err != nil {
			return err
		}
		all = append(all, app)
		return nil
	})
	return all, failed(err, "look for apps named %q", label)
}

// Get returns an app.
func (c *Client) Get(ctx context.Context, id string) (*App, error) {
	var app App
	_, err := c.client.Call(ctx, http.MethodGet, okta.Path(appsPath, id), nil, &app)
	return whole(&app, app.ID, failed(err, "read the app %s", id))
}

// Create makes an app, active. It is not safe to repeat: look for the app first.
func (c *Client) Create(ctx context.Context, app *App) (*App, error) {
	var made App
	_, err := c.client.Call(ctx, http.MethodPost, okta.Path(appsPath), app, &made)
	return whole(&made, made.ID, failed(err, "create the app %q", app.Label))
}

// Activate switches an app on.
func (c *Client) Activate(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodPost, okta.Path(appsPath, id, "lifecycle", "activate"), "activate the app %s", id)
}

// Deactivate switches an app off, which Okta wants before it deletes it.
func (c *Client) Deactivate(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodPost, okta.Path(appsPath, id, "lifecycle", "deactivate"), "deactivate the app %s", id)
}

// Delete removes an app that is not active, for good, and its keys with it. Its grants stay (Okta keeps them by client
// id).
func (c *Client) Delete(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodDelete, okta.Path(appsPath, id), "delete the app %s", id)
}

// do sends a request whose answer does not matter.
func (c *Client) do(ctx context.Context, method string, at *url.URL, action string, args ...any) error {
	_, err := c.client.Call(ctx, method, at, nil, nil)
	return failed(err, action, args...)
}

// failed says what was being done when an error happened.
func failed(err error, action string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(action+": %w", append(args, err)...)
}

// whole refuses an answer without an id: it is not the object that was asked for.
func whole[T any](object *T, id string, err error) (*T, error) {
	switch {
	case err != nil:
		return nil, err
	case id == "":
		return nil, okta.Unusable("the answer has no id")
	}
	return object, nil
}

// Knows reports whether a public key with the kid is among those in the app's settings.
func (a *App) Knows(kid string) bool {
	if a.Settings.OAuth.Keys == nil {
		return false
	}
	return slices.ContainsFunc(a.Settings.OAuth.Keys.Keys, func(text json.RawMessage) bool {
		var key Key
		return json.Unmarshal(text, &key) == nil && key.KeyID == kid
	})
}
