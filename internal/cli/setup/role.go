// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/apps"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// roleLabels are the names of the roles that read the System Log, as the Admin Console has them, smallest first.
var roleLabels = map[string]string{apps.RoleReport: "Report Administrator", apps.RoleReadOnly: "Read-only Administrator"}

// ensureRole gives the app the smallest role that reads the System Log, and takes the greatest one away that the org
// may have given it by itself.
func (s *installer) ensureRole(ctx context.Context) (found, error) {
	roles, err := s.admin.apps.Roles(ctx, s.app.ClientID())
	if err != nil {
		return found{}, err
	}
	at := slices.IndexFunc(roles, func(role apps.Role) bool { return roleLabels[role.Type] != "" })
	has := apps.RoleReport
	if at >= 0 {
		has = roles[at].Type
	} else if err := s.assign(ctx, has); err != nil {
		return found{}, err
	}
	said := done("%s", roleLabels[has])
	super := slices.IndexFunc(roles, func(role apps.Role) bool { return role.Type == apps.RoleSuper })
	if super < 0 {
		return said, nil
	}
	automatic, err := s.admin.apps.AutomaticSuperAdmin(ctx)
	switch {
	case err != nil || !automatic:
		said.cause = "the app is also a Super Administrator, which somebody has made it"
		said.remedy = "take that role away on the app's page Admin roles: the receiver does not need it"
	default:
		if err := s.admin.apps.Unassign(ctx, s.app.ClientID(), &roles[super]); err != nil && !isGone(err) {
			return found{}, err
		}
		said.cause = "the org makes each service app a Super Administrator by itself, which was taken back for this app"
		said.remedy = "consider to switch off Public client app admins (Admin Console, Settings > Account)"
	}
	return said, nil
}

// assign gives the app a role. That it has the role already is no failure.
func (s *installer) assign(ctx context.Context, role string) error {
	_, err := s.admin.apps.Assign(ctx, s.app.ClientID(), role)
	var e *oktaerr.Error
	if errors.As(err, &e) && e.Status == http.StatusConflict {
		roles, listErr := s.admin.apps.Roles(ctx, s.app.ClientID())
		if listErr == nil && slices.ContainsFunc(roles, func(has apps.Role) bool { return has.Type == role }) {
			return nil
		}
		// Somebody changes roles at the same moment, which passes.
		e.Kind = oktaerr.Unavailable
	}
	return err
}

// exchangeRoles gives the app one role in the place of another one. An app that has not the latter is left as it is.
func (s *installer) exchangeRoles(ctx context.Context, from, to string) error {
	roles, err := s.admin.apps.Roles(ctx, s.app.ClientID())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(roles, func(role apps.Role) bool { return role.Type == from })
	if at < 0 {
		return nil
	}
	if err := s.assign(ctx, to); err != nil {
		return err
	}
	if err := s.admin.apps.Unassign(ctx, s.app.ClientID(), &roles[at]); err != nil && !isGone(err) {
		return err
	}
	return nil
}
