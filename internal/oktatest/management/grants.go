// SPDX-License-Identifier: Apache-2.0

package management

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// grant is one scope that a client may ask for. It belongs to the client id, and outlives the app (recorded).
type grant struct {
	id, clientID, scope, issuer, createdBy string
	created                                time.Time
}

// grantModel is what Okta calls the model of a grant in texts.
const grantModel = "OAuth2ScopeConsentGrant"

func (g *grant) view(base, appID string) map[string]any {
	app := base + api.AppsPath + "/" + appID
	return map[string]any{
		"id": g.id, "status": "ACTIVE", "created": stamp(g.created), "lastUpdated": stamp(g.created), "createdBy": map[string]any{"id": g.createdBy, "type": "User"},
		"issuer": g.issuer, "clientId": g.clientID, "scopeId": g.scope, "source": "ADMIN",
		"_links": map[string]any{
			"app": href(app), "self": href(app+"/grants/"+g.id, http.MethodGet, http.MethodDelete), "client": href(base + api.ClientsPath + "/" + g.clientID),
		},
	}
}

// viewFor is the view with the scope itself, if the request asks for it.
func (g *grant) viewFor(c *call, appID string) map[string]any {
	view := g.view(c.base, appID)
	if c.URL.Query().Get("expand") == "scope" {
		view["_embedded"] = map[string]any{"scope": map[string]any{"id": g.scope}}
	}
	return view
}

func (s *Server) listGrants(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	views := make([]any, 0, len(s.grants[a.clientID]))
	for _, g := range s.grants[a.clientID] {
		views = append(views, g.viewFor(c, a.id))
	}
	return ok(views)
}

// addGrant grants one scope. The first grant of a service app makes it a super admin where the org is set so (Okta,
// "Public client app admins").
func (s *Server) addGrant(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	var sent struct{ Issuer, ScopeID string }
	if refused := c.decode(&sent); refused != nil {
		return refuse(refused)
	}
	issuer := s.env.OrgURL(c.Request)
	var wrong complaints
	wrong.when(sent.ScopeID == "", blank, "scopeId")
	wrong.when(sent.ScopeID != "" && !knownScope(sent.ScopeID), "scopeId: %q is not a scope of the org authorization server", sent.ScopeID)
	wrong.when(sent.Issuer == "", blank, "issuer")
	wrong.when(sent.Issuer != "" && sent.Issuer != issuer, "issuer: The value must be the URL of the org authorization server, %s", issuer)
	if refused := wrong.refused(); refused != nil {
		return refuse(refused)
	}
	if before := s.grantOf(a, sent.ScopeID); before != nil {
		if s.options.DuplicateGrant == DuplicateRefused {
			return refuse(apierror.Refused(grantModel, "scopeId: The scope "+sent.ScopeID+" is granted already"))
		}
		return s.answerGrant(before.view(c.base, a.id))
	}
	g := &grant{id: s.env.IDs.Object("oag"), clientID: a.clientID, scope: sent.ScopeID, issuer: issuer, createdBy: c.user(), created: c.now}
	first := len(s.grants[a.clientID]) == 0
	s.grants[a.clientID] = append(s.grants[a.clientID], g)
	c.logGrant(g, "grant", "Administrator consent granted.")
	if first && s.superAdminClients && a.config.Settings.OAuth.ApplicationType == service && s.roleOf(a, superAdminRole) == nil {
		s.give(c, a, superAdminRole)
	}
	s.publish(a)
	return s.answerGrant(g.view(c.base, a.id))
}

func (s *Server) answerGrant(view map[string]any) (reply, *apierror.Error) {
	if s.options.GrantCreated {
		return created(view)
	}
	return ok(view)
}

func (s *Server) grantOf(a *app, scope string) *grant {
	at := slices.IndexFunc(s.grants[a.clientID], func(g *grant) bool { return g.scope == scope })
	if at < 0 {
		return nil
	}
	return s.grants[a.clientID][at]
}

// grant returns app and grant that the path names.
func (s *Server) grant(c *call) (*app, *grant, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return nil, nil, refused
	}
	at := slices.IndexFunc(s.grants[a.clientID], func(g *grant) bool { return g.id == c.ids["grant"] })
	if at < 0 {
		return nil, nil, apierror.NotFound(c.ids["grant"], grantModel)
	}
	return a, s.grants[a.clientID][at], nil
}

func (s *Server) showGrant(c *call) (reply, *apierror.Error) {
	a, g, refused := s.grant(c)
	if refused != nil {
		return refuse(refused)
	}
	return ok(g.viewFor(c, a.id))
}

func (s *Server) revokeGrant(c *call) (reply, *apierror.Error) {
	a, g, refused := s.grant(c)
	if refused != nil {
		return refuse(refused)
	}
	s.grants[a.clientID] = slices.DeleteFunc(s.grants[a.clientID], func(o *grant) bool { return o == g })
	s.publish(a)
	c.logGrant(g, "revoke", "Administrator consent revoked.")
	return gone()
}

// logGrant notes a grant or its revocation (shape of recorded events).
func (c *call) logGrant(g *grant, verb, message string) {
	c.log("app.oauth2.admin.consent."+verb, message, nil,
		logevent.Target{ID: g.id, Type: "ConsentGrant", Name: g.scope, Detail: map[string]string{"publicclientapp": g.clientID}})
}

// scopeNames are what the scopes of Okta's management API are about (Okta, OAuth 2.0 scopes). Each has a .read and a
// .manage, but for those of readOnlyScopes.
var scopeNames = strings.Fields(`agentPools apiTokens appGrants apps authenticators authorizationServers behaviors brands captchas
	certificateAuthorities clients deviceAssurance deviceIntegrations devices domains emailDomains emailServers enduser eventHooks factors features
	groups identitySources idps inlineHooks linkedObjects logStreams manifests networkZones oauthIntegrations orgs personal.adminSettings policies
	principalRateLimits profileMappings pushProviders rateLimits realmAssignments realms riskEvents riskProviders roles schemas
	securityEventsProviders serviceAccounts sessions templates threatInsights trustedOrigins uischemas userTypes users`)

// readOnlyScopes have no .manage.
var readOnlyScopes = []string{"okta.logs.read", "okta.reports.read", "okta.myAccount.read"}

// knownScope reports whether there is such a scope.
func knownScope(scope string) bool {
	name, isOkta := strings.CutPrefix(scope, "okta.")
	at := strings.LastIndexByte(name, '.')
	switch {
	case slices.Contains(readOnlyScopes, scope):
		return true
	case !isOkta || at < 0:
		return false
	}
	verb := name[at+1:]
	return slices.Contains(scopeNames, name[:at]) && (verb == "read" || verb == "manage" || scope == "okta.clients.register")
}
