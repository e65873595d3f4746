// SPDX-License-Identifier: Apache-2.0

package management

import (
	"net/http"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Env is what the management of apps needs of its org.
type Env struct {
	// Now returns the time on Okta's clock.
	Now func() time.Time
	// Log writes an event into the org's own log.
	Log func(event logevent.Event)
	// IDs makes the ids of objects and events, and secrets.
	IDs *api.IDs
	// Clients is the authorization server, to which every app is a client.
	Clients *authserver.Server
	// OrgID is the id of the org; it is part of the names of apps.
	OrgID string
	// OrgURL returns the address of the org, scheme and host, which issues its scopes.
	OrgURL func(r *http.Request) string
}

// Server keeps the apps of an org. It is safe for concurrent use. Make one with [New].
type Server struct {
	options Options
	env     Env

	// mu guards what follows. Now and Log of env are called without it: the org has a lock of its own.
	mu     sync.Mutex
	apps   []*app // in the order of their making
	made   int    // apps that were ever made
	grants map[string][]*grant
	roles  map[string][]*role
	// superAdminClients is the org's setting about new service apps.
	superAdminClients bool
}

// New returns a server without apps.
func New(options Options, env Env) *Server {
	options = options.WithDefaults()
	return &Server{
		options: options, env: env, superAdminClients: options.SuperAdminClients,
		grants: map[string][]*grant{}, roles: map[string][]*role{},
	}
}

// findApp returns the app with the id, or nil. It needs the lock.
func (s *Server) findApp(id string) *app {
	for _, a := range s.apps {
		if a.id == id {
			return a
		}
	}
	return nil
}

// findClient returns the app with the client id, or nil. It needs the lock.
func (s *Server) findClient(clientID string) *app {
	for _, a := range s.apps {
		if a.clientID == clientID {
			return a
		}
	}
	return nil
}
