// SPDX-License-Identifier: Apache-2.0

package management

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"unicode/utf8"
)

// appConfig is what the owner of an app decides: the body of create and replace requests (Okta, Applications API).
// Other members are ignored.
type appConfig struct {
	Name        string          `json:"name"`
	Label       string          `json:"label"`
	SignOnMode  string          `json:"signOnMode"`
	Credentials appCredentials  `json:"credentials"`
	Settings    appSettings     `json:"settings"`
	Profile     json.RawMessage `json:"profile,omitempty"`
}

type appCredentials struct {
	OAuth oauthCredentials `json:"oauthClient"`
}

type oauthCredentials struct {
	ClientID        string `json:"client_id,omitempty"`
	Secret          string `json:"client_secret,omitempty"`
	Method          string `json:"token_endpoint_auth_method"`
	AutoKeyRotation *bool  `json:"autoKeyRotation"`
	PKCERequired    *bool  `json:"pkce_required"`
}

type appSettings struct {
	Notes json.RawMessage `json:"notes,omitempty"`
	OAuth *oauthSettings  `json:"oauthClient"`
}

type oauthSettings struct {
	ApplicationType string          `json:"application_type"`
	GrantTypes      []string        `json:"grant_types"`
	ResponseTypes   []string        `json:"response_types"`
	RedirectURIs    []string        `json:"redirect_uris"`
	Keys            *keySet         `json:"jwks,omitempty"`
	KeysURI         string          `json:"jwks_uri,omitempty"`
	BoundTokens     *bool           `json:"dpop_bound_access_tokens"`
	ConsentMethod   string          `json:"consent_method"`
	IssuerMode      string          `json:"issuer_mode"`
	Network         json.RawMessage `json:"network,omitempty"`
}

type keySet struct {
	Keys []json.RawMessage `json:"keys"`
}

// Values that the API takes.
const (
	service       = "service"
	privateKeyJWT = "private_key_jwt"
	secretJWT     = "client_secret_jwt"
)

var (
	methods          = []string{"client_secret_basic", "client_secret_post", secretJWT, privateKeyJWT, "none"}
	applicationTypes = []string{"web", "native", "browser", service}
	appGrantTypes    = []string{"authorization_code", "client_credentials", "implicit", "interaction_code", "password", "refresh_token",
		"urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"}
	responseTypes = []string{"code", "id_token", "token"}
	clientIDs     = regexp.MustCompile(`^[A-Za-z0-9$_.+!*'(),-]+$`)
	connections   = []string{"ANYWHERE", "ZONE"}
)

// fill puts defaults where the owner says nothing.
func (c *appConfig) fill() {
	preset(&c.Credentials.OAuth.Method, "client_secret_basic")
	presetBool(&c.Credentials.OAuth.AutoKeyRotation, true)
	presetBool(&c.Credentials.OAuth.PKCERequired, false)
	o := c.Settings.OAuth
	if o == nil {
		return
	}
	preset(&o.ApplicationType, "web")
	if o.ResponseTypes == nil && o.ApplicationType == service {
		o.ResponseTypes = []string{"token"}
	}
	if o.RedirectURIs == nil {
		o.RedirectURIs = []string{}
	}
	presetBool(&o.BoundTokens, false)
	preset(&o.ConsentMethod, "TRUSTED")
	preset(&o.IssuerMode, "ORG_URL")
}

func presetBool(value **bool, otherwise bool) {
	if *value == nil {
		*value = &otherwise
	}
}

// check says what is wrong with a config that was filled. hasKeys tells whether the app will have keys of its own.
func (c *appConfig) check(hasKeys bool) (wrong complaints) {
	wrong.when(c.Name == "", blank, "name")
	wrong.when(c.Name != "" && c.Name != "oidc_client", "name: Only custom OpenID Connect clients, oidc_client, are simulated")
	wrong.when(c.Label == "", blank, "label")
	wrong.when(utf8.RuneCountInString(c.Label) > maxLabel, "label: The field is too long, %d characters at most", maxLabel)
	wrong.when(c.SignOnMode == "", blank, "signOnMode")
	wrong.when(c.SignOnMode != "" && c.SignOnMode != "OPENID_CONNECT", "signOnMode: The value must be OPENID_CONNECT")
	c.Credentials.OAuth.check(&wrong)
	if c.Settings.OAuth == nil {
		wrong.when(true, blank, "grant_types")
		return wrong
	}
	c.Settings.OAuth.check(&wrong)
	c.checkMethod(&wrong, hasKeys)
	return wrong
}

func (o oauthCredentials) check(wrong *complaints) {
	wrong.when(!slices.Contains(methods, o.Method), "token_endpoint_auth_method: %q is not a valid value", o.Method)
	if id := o.ClientID; id != "" {
		wrong.when(len(id) < minClientID || len(id) > maxClientID, "client_id: The value must have from %d to %d characters", minClientID, maxClientID)
		wrong.when(!clientIDs.MatchString(id) || id == "ALL_CLIENTS", "client_id: The value is not valid")
	}
}

func (o *oauthSettings) check(wrong *complaints) {
	wrong.when(!slices.Contains(applicationTypes, o.ApplicationType), "application_type: %q is not a valid value", o.ApplicationType)
	wrong.when(len(o.GrantTypes) == 0, blank, "grant_types")
	for _, value := range o.GrantTypes {
		wrong.when(!slices.Contains(appGrantTypes, value), "grant_types: %q is not a valid value", value)
		wrong.when(o.ApplicationType == service && slices.Contains(appGrantTypes[:1], value), "grant_types: %q is not valid for an application_type of service", value)
	}
	for _, value := range o.ResponseTypes {
		wrong.when(!slices.Contains(responseTypes, value), "response_types: %q is not a valid value", value)
	}
	wrong.when(o.ConsentMethod != "TRUSTED" && o.ConsentMethod != "REQUIRED", "consent_method: %q is not a valid value", o.ConsentMethod)
	wrong.when(!slices.Contains([]string{"ORG_URL", "CUSTOM_URL", "DYNAMIC"}, o.IssuerMode), "issuer_mode: %q is not a valid value", o.IssuerMode)
	if len(o.Network) > 0 && string(o.Network) != "null" {
		var network struct{ Connection string }
		bad := json.Unmarshal(o.Network, &network) != nil || !slices.Contains(connections, network.Connection)
		wrong.when(bad, "network: The connection must be ANYWHERE or ZONE")
	}
	if o.KeysURI != "" {
		u, err := url.Parse(o.KeysURI)
		wrong.when(err != nil || u.Scheme != "https" || u.Host == "", "jwks_uri: The value must be a valid https URL")
	}
}

// checkMethod checks that a client can prove who it is as it says (Okta: a public key or a URL of some is required with
// private_key_jwt).
func (c *appConfig) checkMethod(wrong *complaints, hasKeys bool) {
	method, o := c.Credentials.OAuth.Method, c.Settings.OAuth
	wrong.when(o.ApplicationType == service && method == "none", "token_endpoint_auth_method: \"none\" is not valid for an application_type of service")
	wrong.when(method == privateKeyJWT && !hasKeys && o.KeysURI == "", "jwks: Either 'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'")
	wrong.when(hasKeys && o.KeysURI != "", "jwks: 'jwks' and 'jwks_uri' cannot both be set")
	if secret := c.Credentials.OAuth.Secret; secret != "" {
		*wrong = append(*wrong, secretComplaints(method, secret)...)
	}
}

// usesSecret reports whether the client proves who it is with a secret.
func (c *appConfig) usesSecret() bool {
	return c.Credentials.OAuth.Method != privateKeyJWT && c.Credentials.OAuth.Method != "none"
}

// clone shares nothing that is ever changed in place.
func (c *appConfig) clone() appConfig {
	raw, err := json.Marshal(c)
	var same appConfig
	if err != nil || json.Unmarshal(raw, &same) != nil { // it came from JSON
		panic("an app's settings must be JSON")
	}
	return same
}
