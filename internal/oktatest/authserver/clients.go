// SPDX-License-Identifier: Apache-2.0

package authserver

// SetApp registers a client, or replaces it. Its tokens stay.
func (s *Server) SetApp(clientID string, app App) {
	app = app.normal()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apps[clientID] = app
}

// ChangeApp changes a client at run time: rotates a key or secret, withdraws a role or scope, requires DPoP,
// deactivates it. It reports whether there is such a client. change must not call the server or its org.
func (s *Server) ChangeApp(clientID string, change func(app *App)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	app, ok := s.apps[clientID]
	if !ok {
		return false
	}
	app = app.clone()
	change(&app)
	s.apps[clientID] = app.normal()
	return true
}

// DeleteApp removes a client. Its tokens open nothing any more.
func (s *Server) DeleteApp(clientID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.apps, clientID)
}

// Knows reports whether there is such a client.
func (s *Server) Knows(clientID string) bool {
	_, known := s.app(clientID)
	return known
}

// app returns a client and whether it exists.
func (s *Server) app(clientID string) (App, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app, ok := s.apps[clientID]
	return app, ok
}
