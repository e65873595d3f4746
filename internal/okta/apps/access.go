// SPDX-License-Identifier: Apache-2.0

package apps

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// Scopes that a receiver needs.
const (
	ScopeLogsRead    = "okta.logs.read"
	ScopeHooksRead   = "okta.eventHooks.read"
	ScopeHooksManage = "okta.eventHooks.manage"
)

// Types of admin roles (Okta, Client Role Assignments API).
const (
	// RoleReport is the Report Administrator: the smallest standard role that reads the System Log.
	RoleReport = "REPORT_ADMIN"
	// RoleReadOnly is the Read-only Administrator, which reads the System Log and much else.
	RoleReadOnly = "READ_ONLY_ADMIN"
	// RoleSuper is the Super Administrator, which may do everything.
	RoleSuper = "SUPER_ADMIN"
)

// Grant is a scope that an app may ask for.
type Grant struct {
	ID       string `json:"id,omitempty"`
	Issuer   string `json:"issuer"`
	ScopeID  string `json:"scopeId"`
	ClientID string `json:"clientId,omitempty"`
}

// Grants returns the scopes that are granted to an app.
func (c *Client) Grants(ctx context.Context, appID string) ([]Grant, error) {
	var all []Grant
	err := c.client.List(ctx, okta.Path(appsPath, appID, "grants"), bounds, into(&all))
	return all, failed(err, "list the scopes of the app %s", appID)
}

// Grant grants an app a scope of Okta's APIs, which only a super admin can. issuer is the org's own address, not that
// of a custom domain.
func (c *Client) Grant(ctx context.Context, appID, issuer, scope string) (*Grant, error) {
	var made Grant
	_, err := c.client.Call(ctx, http.MethodPost, okta.Path(appsPath, appID, "grants"), Grant{Issuer: issuer, ScopeID: scope}, &made)
	return whole(&made, made.ID, failed(err, "grant the app %s the scope %s", appID, scope))
}

// Revoke takes a grant back.
func (c *Client) Revoke(ctx context.Context, appID string, grant *Grant) error {
	return c.do(ctx, http.MethodDelete, okta.Path(appsPath, appID, "grants", grant.ID), "revoke the scope %s", grant.ScopeID)
}

// Role is an admin role of an app.
type Role struct {
	ID    string `json:"id,omitempty"`
	Type  string `json:"type"`
	Label string `json:"label,omitempty"`
}

// Roles returns the admin roles of a client.
func (c *Client) Roles(ctx context.Context, clientID string) ([]Role, error) {
	var all []Role
	err := c.client.List(ctx, okta.Path(clientsPath, clientID, "roles"), bounds, into(&all))
	return all, failed(err, "list the roles of the app %s", clientID)
}

// Assign gives a client a standard admin role, which only a super admin can.
func (c *Client) Assign(ctx context.Context, clientID, roleType string) (*Role, error) {
	var made Role
	_, err := c.client.Call(ctx, http.MethodPost, okta.Path(clientsPath, clientID, "roles"), Role{Type: roleType}, &made)
	return whole(&made, made.ID, failed(err, "give the app %s the role %s", clientID, roleType))
}

// Unassign takes an admin role from a client.
func (c *Client) Unassign(ctx context.Context, clientID string, role *Role) error {
	return c.do(ctx, http.MethodDelete, okta.Path(clientsPath, clientID, "roles", role.ID), "take the role %s from the app", role.Type)
}

const clientsPath = "/oauth2/v1/clients"

// AutomaticSuperAdmin reports whether the org makes each service app a super admin once a scope is granted to it
// (Okta, Org Setting: public client app admins).
func (c *Client) AutomaticSuperAdmin(ctx context.Context) (bool, error) {
	var setting struct {
		On bool `json:"clientPrivilegesSetting"`
	}
	_, err := c.client.Call(ctx, http.MethodGet, okta.Path("/api/v1/org/settings/clientPrivilegesSetting"), nil, &setting)
	return setting.On, failed(err, "read the org's setting for service apps")
}

// Issuer returns the org's own address, which is the issuer of its scopes, also where the org is called by a custom
// domain. It is public (Okta, Well-Known URIs API), and only a name: nothing is sent there.
func (c *Client) Issuer(ctx context.Context) (string, error) {
	var org struct {
		Links struct {
			Organization struct {
				Href string `json:"href"`
			} `json:"organization"`
		} `json:"_links"`
	}
	if _, err := c.client.Call(ctx, http.MethodGet, okta.Path("/.well-known/okta-organization"), nil, &org); err != nil {
		return "", failed(err, "ask the org for its name")
	}
	return org.Links.Organization.Href, nil
}

// into appends the elements of a list to all.
func into[T any](all *[]T) func(json.RawMessage) error {
	return func(text json.RawMessage) error {
		var element T
		if err := json.Unmarshal(text, &element); err != nil {
			return err
		}
		*all = append(*all, element)
		return nil
	}
}
