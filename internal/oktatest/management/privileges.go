// SPDX-License-Identifier: Apache-2.0

package management

import (
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

func (s *Server) viewPrivileges() map[string]any {
	return map[string]any{"clientPrivilegesSetting": s.superAdminClients}
}

func (s *Server) showPrivileges(*call) (reply, *apierror.Error) { return ok(s.viewPrivileges()) }

// setPrivileges changes the setting. Okta's catalogue has no event type of its own for it.
func (s *Server) setPrivileges(c *call) (reply, *apierror.Error) {
	var sent struct {
		Setting *bool `json:"clientPrivilegesSetting"`
	}
	if refused := c.decode(&sent); refused != nil {
		return refuse(refused)
	}
	if sent.Setting == nil {
		return refuse(apierror.Refused("clientPrivilegesSetting", "clientPrivilegesSetting: The field cannot be left blank"))
	}
	s.superAdminClients = *sent.Setting
	return ok(s.viewPrivileges())
}
