// SPDX-License-Identifier: Apache-2.0

package management

import (
	"encoding/base32"
	"net/http"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// role is an admin role that is assigned to a client.
type role struct {
	id, kind string
	created  time.Time
}

// superAdminRole is the role that may do everything.
const superAdminRole = "SUPER_ADMIN"

// roleLabels are the standard roles and what they are called (Okta, standard roles).
var roleLabels = map[string]string{
	"ACCESS_CERTIFICATIONS_ADMIN": "Access Certifications Administrator", "ACCESS_REQUESTS_ADMIN": "Access Requests Administrator",
	"API_ACCESS_MANAGEMENT_ADMIN": "API Access Management Administrator", "APP_ADMIN": "Application Administrator",
	"GROUP_MEMBERSHIP_ADMIN": "Group Membership Administrator", "HELP_DESK_ADMIN": "Help Desk Administrator", "ORG_ADMIN": "Organization Administrator",
	"READ_ONLY_ADMIN": "Read-only Administrator", "REPORT_ADMIN": "Report Administrator", superAdminRole: "Super Administrator",
	"USER_ADMIN": "Group Administrator", "WORKFLOWS_ADMIN": "Workflows Administrator",
}

// otherIDs are the standard roles whose assignments have ids like those of custom roles.
var otherIDs = []string{"ACCESS_CERTIFICATIONS_ADMIN", "ACCESS_REQUESTS_ADMIN", "WORKFLOWS_ADMIN"}

// roleID is the id of an assignment, which is the same in every org (recorded: base32 of the role without padding).
func (s *Server) roleID(kind string) string {
	if slices.Contains(otherIDs, kind) {
		return s.env.IDs.Object("irb")
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(kind))
}

func (x *role) view(base, clientID string) map[string]any {
	return map[string]any{
		"id": x.id, "label": roleLabels[x.kind], "type": x.kind, "status": "ACTIVE", "created": stamp(x.created), "lastUpdated": stamp(x.created),
		"assignmentType": "CLIENT", "_links": map[string]any{"assignee": href(base + api.ClientsPath + "/" + clientID)},
	}
}

// client returns the app with the client id that the path names.
func (s *Server) client(c *call) (*app, *apierror.Error) {
	if a := s.findClient(c.ids["client"]); a != nil {
		return a, nil
	}
	return nil, apierror.NotFound(c.ids["client"], "PublicClientApp")
}

func (s *Server) roleOf(a *app, kind string) *role {
	at := slices.IndexFunc(s.roles[a.clientID], func(x *role) bool { return x.kind == kind })
	if at < 0 {
		return nil
	}
	return s.roles[a.clientID][at]
}

func (s *Server) listRoles(c *call) (reply, *apierror.Error) {
	a, refused := s.client(c)
	if refused != nil {
		return refuse(refused)
	}
	views := make([]any, 0, len(s.roles[a.clientID]))
	for _, x := range s.roles[a.clientID] {
		views = append(views, x.view(c.base, a.clientID))
	}
	return ok(views)
}

func (s *Server) assignRole(c *call) (reply, *apierror.Error) {
	a, refused := s.client(c)
	if refused != nil {
		return refuse(refused)
	}
	var sent struct{ Type, Role string }
	if refused := c.decode(&sent); refused != nil {
		return refuse(refused)
	}
	switch {
	case sent.Type == "CUSTOM": // the org has no custom roles
		return refuse(apierror.NotFound(sent.Role, "CustomRole"))
	case roleLabels[sent.Type] == "":
		return refuse(apierror.Refused("type", "type: The value is not a role type"))
	case a.config.Settings.OAuth.ApplicationType != service:
		return refuse(apierror.New(http.StatusBadRequest, "E0000227"))
	case s.roleOf(a, sent.Type) != nil:
		return refuse(apierror.New(http.StatusConflict, s.options.DuplicateRoleCode))
	}
	x := s.give(c, a, sent.Type)
	s.publish(a)
	if s.options.RoleOK {
		return ok(x.view(c.base, a.clientID))
	}
	return created(x.view(c.base, a.clientID))
}

// give assigns a role. It needs the lock.
func (s *Server) give(c *call, a *app, kind string) *role {
	x := &role{id: s.roleID(kind), kind: kind, created: c.now}
	s.roles[a.clientID] = append(s.roles[a.clientID], x)
	c.logRole(a, x, "grant", "privilegeGranted", "Grant OAuth client privilege")
	return x
}

// role returns app and role that the path names.
func (s *Server) role(c *call) (*app, *role, *apierror.Error) {
	a, refused := s.client(c)
	if refused != nil {
		return nil, nil, refused
	}
	at := slices.IndexFunc(s.roles[a.clientID], func(x *role) bool { return x.id == c.ids["role"] })
	if at < 0 {
		return nil, nil, apierror.NotFound(c.ids["role"], "RoleAssignment")
	}
	return a, s.roles[a.clientID][at], nil
}

func (s *Server) showRole(c *call) (reply, *apierror.Error) {
	a, x, refused := s.role(c)
	if refused != nil {
		return refuse(refused)
	}
	return ok(x.view(c.base, a.clientID))
}

func (s *Server) unassignRole(c *call) (reply, *apierror.Error) {
	a, x, refused := s.role(c)
	if refused != nil {
		return refuse(refused)
	}
	s.roles[a.clientID] = slices.DeleteFunc(s.roles[a.clientID], func(o *role) bool { return o == x })
	s.publish(a)
	c.logRole(a, x, "revoke", "privilegeRevoked", "Revoke OAuth client privilege")
	return gone()
}

func (c *call) logRole(a *app, x *role, verb, detail, message string) {
	c.log("app.oauth2.client.privilege."+verb, message, map[string]string{detail: roleLabels[x.kind]},
		logevent.Target{ID: a.clientID, Type: "PublicClientApp", Name: a.config.Label})
}
