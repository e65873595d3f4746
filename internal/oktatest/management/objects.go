// SPDX-License-Identifier: Apache-2.0

package management

// Objects returns everything that the API shows at the given address of the org, by its place: app/{id},
// key/{app}/{id}, secret/{app}/{id} with its hash instead of its value, grant/{client}/{id}, role/{client}/{id} and
// org/clientPrivilegesSetting. A grant whose app was deleted is among them, though the API shows it no more.
func (s *Server) Objects(base string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	objects := map[string]any{"org/clientPrivilegesSetting": s.viewPrivileges()}
	for _, a := range s.apps {
		objects["app/"+a.id] = s.view(base, a)
		for _, k := range a.keys {
			objects["key/"+a.id+"/"+k.id] = k.view(base, a)
		}
		for _, x := range a.secrets {
			view := x.view(base, a)
			delete(view, "client_secret")
			objects["secret/"+a.id+"/"+x.id] = view
		}
	}
	for clientID, grants := range s.grants {
		for _, g := range grants {
			objects["grant/"+clientID+"/"+g.id] = g.view(base, clientID)
		}
	}
	for clientID, roles := range s.roles {
		for _, x := range roles {
			objects["role/"+clientID+"/"+x.id] = x.view(base, clientID)
		}
	}
	return objects
}
