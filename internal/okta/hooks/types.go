// SPDX-License-Identifier: Apache-2.0

package hooks

// UsualTypes are the types of event that most who take event hooks want first.
func UsualTypes() []string {
	return []string{
		"application.user_membership.add",
		"group.user_membership.add",
		"system.api_token.create",
		"system.org.rate_limit.violation",
		"user.account.lock",
		"user.account.privilege.grant",
		"user.account.reset_password",
		"user.account.update_password",
		"user.authentication.auth_via_mfa",
		"user.authentication.sso",
		"user.lifecycle.activate",
		"user.lifecycle.create",
		"user.lifecycle.deactivate",
		"user.lifecycle.suspend",
		"user.lifecycle.unsuspend",
		"user.mfa.factor.deactivate",
		"user.mfa.factor.reset_all",
		"user.session.start",
	}
}
