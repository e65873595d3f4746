// SPDX-License-Identifier: Apache-2.0

package management

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// view is an app as the API shows it, without its secrets.
func (s *Server) view(base string, a *app) map[string]any {
	self := base + api.AppsPath + "/" + a.id
	action := "deactivate"
	if a.inactive {
		action = "activate"
	}
	return map[string]any{
		"id": a.id, "orn": "orn:okta:idp:" + cmp.Or(s.env.OrgID, "00oSyntheticOrg00005d7") + ":apps:oidc_client:" + a.id,
		"name": a.config.Name, "label": a.config.Label, "status": status(a.inactive),
		"created": stamp(a.created), "lastUpdated": stamp(a.updated), "signOnMode": a.config.SignOnMode,
		"features": []string{}, "profile": orNull(a.config.Profile),
		"credentials": map[string]any{"oauthClient": a.viewCredentials()},
		"settings":    map[string]any{"notes": orNull(a.config.Settings.Notes), "oauthClient": a.viewSettings()},
		"_links": map[string]any{
			"self": href(self), action: href(self+"/lifecycle/"+action, http.MethodPost),
			"clientCredentials": []any{
				map[string]any{"name": "secrets", "href": self + "/credentials/secrets"}, map[string]any{"name": "jwks", "href": self + "/credentials/jwks"},
			},
		},
	}
}

// viewWithSecret is an app as the answer to who made or replaced it shows it: with its secret, if it has one (Okta: the
// only answers of the Applications API that do).
func (s *Server) viewWithSecret(c *call, a *app) map[string]any {
	view := s.view(c.base, a)
	if len(a.secrets) > 0 {
		view["credentials"].(map[string]any)["oauthClient"].(map[string]any)["client_secret"] = a.secrets[0].value
	}
	return view
}

func (a *app) viewCredentials() map[string]any {
	set := a.config.Credentials.OAuth
	return map[string]any{
		"client_id": a.clientID, "token_endpoint_auth_method": set.Method, "autoKeyRotation": *set.AutoKeyRotation, "pkce_required": *set.PKCERequired,
	}
}

func (a *app) viewSettings() map[string]any {
	set := a.config.Settings.OAuth
	view := map[string]any{
		"application_type": set.ApplicationType, "grant_types": set.GrantTypes, "response_types": set.ResponseTypes, "redirect_uris": set.RedirectURIs,
		"dpop_bound_access_tokens": *set.BoundTokens, "consent_method": set.ConsentMethod, "issuer_mode": set.IssuerMode,
		"client_uri": nil, "logo_uri": nil,
	}
	if len(set.Network) > 0 {
		view["network"] = set.Network
	}
	if set.KeysURI != "" {
		view["jwks_uri"] = set.KeysURI
	}
	if len(a.keys) > 0 {
		keys := make([]any, 0, len(a.keys))
		for _, k := range a.keys {
			keys = append(keys, k.members())
		}
		view["jwks"] = map[string]any{"keys": keys}
	}
	return view
}

// orNull makes null of what was not given.
func orNull(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("null")
	}
	return raw
}
