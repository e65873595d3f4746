// SPDX-License-Identifier: Apache-2.0

package management

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// app is one OpenID Connect app, which is a client of the authorization server.
type app struct {
	id, clientID     string
	place            int // counts the apps of the org
	created, updated time.Time
	inactive         bool
	config           appConfig // without keys and secrets
	keys             []*key
	secrets          []*secret
}

// createApp makes an app.
func (s *Server) createApp(c *call) (reply, *apierror.Error) {
	var config appConfig
	if refused := c.decode(&config); refused != nil {
		return refuse(refused)
	}
	activate, err := strconv.ParseBool(cmp.Or(c.URL.Query().Get("activate"), "true"))
	if err != nil {
		return refuse(apierror.Refused("RequestParams", "activate: The value must be true or false"))
	}
	config.fill()
	a := &app{id: s.env.IDs.Object("0oa"), created: c.now, updated: c.now, inactive: !activate}
	keys, refused := s.checkApp(c, a, &config)
	if refused != nil {
		return refuse(refused)
	}
	if s.options.MaxApps > 0 && len(s.apps) >= s.options.MaxApps {
		return refuse(apierror.Refused("generalSettings", "Cannot create application instance. Maximum number of instances has been reached."))
	}
	s.made++
	a.place, a.clientID, a.config, a.keys = s.made, cmp.Or(config.Credentials.OAuth.ClientID, a.id), config, keys
	a.takeSecret(s, c.now)
	s.apps = append(s.apps, a)
	s.publish(a)
	c.logApp(a, "create", "Create")
	return ok(s.viewWithSecret(c, a))
}

// checkApp checks what an app is made from or replaced with, takes the keys out of it and returns them.
func (s *Server) checkApp(c *call, a *app, config *appConfig) ([]*key, *apierror.Error) {
	keys := a.keys
	if o := config.Settings.OAuth; o != nil && (o.Keys != nil || !s.options.KeepsOmitted) {
		var refused *apierror.Error
		if keys, refused = s.readKeys(c, a, o.Keys); refused != nil {
			return nil, refused
		}
		o.Keys = nil
	}
	if refused := config.check(len(keys) > 0).refused(); refused != nil {
		return nil, refused
	}
	if !a.inactive && s.labelTaken(a, config.Label) {
		return nil, labelTaken(config.Label)
	}
	if id := config.Credentials.OAuth.ClientID; id != "" && id != a.clientID {
		if a.clientID != "" {
			return nil, apierror.Refused("client_id", "client_id: The client ID of an app cannot be changed")
		}
		if s.findClient(id) != nil || s.env.Clients.Knows(id) {
			return nil, apierror.Refused("client_id", "client_id: Another client of the org has this client ID")
		}
	}
	return keys, nil
}

// labelTaken reports whether another active app has the label.
func (s *Server) labelTaken(than *app, label string) bool {
	return slices.ContainsFunc(s.apps, func(a *app) bool { return a != than && !a.inactive && a.config.Label == label })
}

func labelTaken(label string) *apierror.Error {
	return apierror.Refused("label", `label: An active OpenID Connect Client instance with the label "`+label+`" already exists.`)
}

func (s *Server) showApp(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	return ok(s.view(c.base, a))
}

// replaceApp replaces all that the owner of an app decides, keys too. What the request leaves out falls back to its
// default, and an app of super admins keeps its keys from admins of apps.
func (s *Server) replaceApp(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	var config appConfig
	if s.options.KeepsOmitted {
		config = a.config.clone()
	}
	if refused := c.decode(&config); refused != nil {
		return refuse(refused)
	}
	config.fill()
	keys, refused := s.checkApp(c, a, &config)
	if refused != nil {
		return refuse(refused)
	}
	if !sameKeys(a.keys, keys) {
		if refused := s.mayChangeCredentials(c, a); refused != nil {
			return refuse(refused)
		}
	}
	c.logKeyChanges(a, keys)
	a.config, a.keys, a.updated = config, keys, c.now
	a.takeSecret(s, c.now)
	s.publish(a)
	c.logApp(a, "update", "Update")
	return ok(s.viewWithSecret(c, a))
}

// takeSecret gives an app with secrets its first one, and takes those of an app with keys away (Okta help, "Manage
// secrets and keys").
func (a *app) takeSecret(s *Server, now time.Time) {
	credentials := &a.config.Credentials.OAuth
	given := credentials.Secret
	credentials.ClientID, credentials.Secret = "", ""
	switch {
	case !a.config.usesSecret():
		a.secrets = nil
	case len(a.secrets) == 0:
		a.secrets = []*secret{s.newSecret(given, false, now)}
	case given != "":
		a.secrets[0].value, a.secrets[0].updated = given, now
	}
}

func (s *Server) activateApp(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	if a.inactive && s.labelTaken(a, a.config.Label) {
		return refuse(labelTaken(a.config.Label))
	}
	return s.setInactive(c, a, false)
}

func (s *Server) deactivateApp(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	return s.setInactive(c, a, true)
}

func (s *Server) setInactive(c *call, a *app, inactive bool) (reply, *apierror.Error) {
	if a.inactive != inactive {
		a.inactive, a.updated = inactive, c.now
		s.publish(a)
		if inactive {
			c.logApp(a, "deactivate", "Deactivate")
		} else {
			c.logApp(a, "activate", "Activate")
		}
	}
	return ok(json.RawMessage("{}"))
}

// deleteApp deletes an inactive app. Its grants stay with its client id (recorded), its roles do not.
func (s *Server) deleteApp(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	if !a.inactive {
		refused := apierror.New(http.StatusForbidden, "E0000056")
		refused.Causes = []string{"The application must be deactivated before deletion."}
		return refuse(refused)
	}
	s.apps = slices.DeleteFunc(s.apps, func(other *app) bool { return other == a })
	delete(s.roles, a.clientID)
	s.env.Clients.DeleteApp(a.clientID)
	c.logApp(a, "delete", "Delete")
	return gone()
}

// mayChangeCredentials refuses admins of apps the credentials of an app that was granted scopes (Okta, "Implement
// OAuth for Okta with a service app").
func (s *Server) mayChangeCredentials(c *call, a *app) *apierror.Error {
	if c.caller.Admin != authserver.AdminOfAll && (len(s.grants[a.clientID]) > 0 || len(s.roles[a.clientID]) > 0) {
		return forbidden
	}
	return nil
}
