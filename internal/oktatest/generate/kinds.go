// SPDX-License-Identifier: Apache-2.0

package generate

type actorKind int

const (
	userActor actorKind = iota
	adminActor
	systemActor
	serviceActor
	addressActor
)

type outcome struct{ result, reason string }

// kind is the pattern of one event type. Names are those of Okta's event type catalogue.
type kind struct {
	weight                               int
	eventType, message, legacy, severity string
	actor                                actorKind
	job, rich                            bool
	factor                               string // credential type of a sign-in step
	uri, query                           string
	outcomes                             []outcome
	debug                                string // further members of debugData, each after a comma
	targets                              []string
	changes                              string // changeDetails, only on types that have them in the catalogue
}

// weighted holds the index of each kind as often as its weight says.
var weighted = func() (indexes []int) {
	for i, k := range kinds {
		for range k.weight {
			indexes = append(indexes, i)
		}
	}
	return indexes
}()

var (
	success    = []outcome{{"SUCCESS", ""}}
	mostly     = []outcome{{"SUCCESS", ""}, {"SUCCESS", ""}, {"SUCCESS", ""}, {"SUCCESS", ""}, {"FAILURE", "INVALID_CREDENTIALS"}}
	factorDone = []outcome{{"SUCCESS", ""}, {"SUCCESS", ""}, {"SUCCESS", ""}, {"FAILURE", "User rejected Okta push verify"}, {"UNANSWERED", ""}, {"CHALLENGE", ""}}
	noOutcome  = []outcome{{}}
	decided    = []outcome{{"ALLOW", "Sign-on policy evaluation resulted in ALLOW"}, {"CHALLENGE", "Sign-on policy evaluation resulted in CHALLENGE"}, {"DENY", "Sign-on policy evaluation resulted in DENY"}}
)

const (
	vpnChange  = `{"from":{"vpnLocationOptions":"DISABLED","vpnSettingsZones":{"include":null,"exclude":null}},"to":{"message":"Use the company network to reach this application","vpnLocationOptions":"ZONE","vpnSettingsZones":{"include":["ALL_ZONES"],"exclude":null}}}`
	ruleChange = `{"from":{"status":"ACTIVE","priority":3,"conditions":{"people":{"groups":{"include":["00g1"]}}}},"to":{"status":"ACTIVE","priority":1,"conditions":{"people":{"groups":{"include":["00g1","00g2"]}}}}}`
	roleChange = `{"from":{"permissions":["okta.users.read"]},"to":{"permissions":["okta.users.read","okta.users.manage"]}}`
)

var kinds = []kind{
	{14, "user.session.start", "User login to Okta", "core.user_auth.login_success", "INFO", userActor, false, true, "PASSWORD", "/idp/idx/identify", "", mostly, "", []string{"AppInstance"}, ""},
	{12, "user.session.end", "User logout from Okta", "core.user_auth.logout_success", "INFO", userActor, false, false, "", "/login/signout", "fromURI=******", success, "", nil, ""},
	{10, "user.authentication.auth_via_mfa", "Authentication of user via MFA", "core.user.factor.attempt_success", "INFO", userActor, false, true, "OTP", "/idp/idx/challenge/answer", "", factorDone, `,"factor":"OKTA_VERIFY_PUSH"`, []string{"User", "AuthenticatorEnrollment"}, ""},
	{13, "user.authentication.sso", "User single sign on to app", "app.auth.sso", "INFO", userActor, false, true, "", "/app/example_crm/exk1/sso/saml", "RelayState=******", success, `,"signOnMode":"SAML 2.0","initiationType":"SP_INITIATED"`, []string{"AppInstance", "AppUser"}, ""},
	{4, "user.authentication.verify", "Verify user identity", "", "INFO", userActor, false, true, "PASSWORD", "/idp/idx/authenticators/poll", "", factorDone, "", []string{"User", "AppInstance"}, ""},
	{3, "user.authentication.auth_via_AD_agent", "Authenticate user with AD agent", "core.user_auth.login_via_ad", "INFO", userActor, false, false, "PASSWORD", "/api/v1/authn", "", mostly, `,"agentId":"a531"`, []string{"AppInstance"}, ""},
	{2, "user.authentication.auth_via_IDP", "Authenticate user via IDP", "", "INFO", userActor, false, false, "ASSERTION", "/sso/saml2/0oaidp", "", mostly, "", []string{"IdpInstance"}, ""},
	{1, "user.account.lock", "Max sign in attempts exceeded", "core.user_auth.account_locked", "DEBUG", systemActor, false, false, "", "/idp/idx/challenge/answer", "", []outcome{{"FAILURE", "LOCKED_OUT"}}, "", []string{"User"}, ""},
	{1, "user.account.update_password", "User update password for Okta", "core.user.config.password_update.success", "INFO", userActor, false, false, "", "/api/v1/users/me/credentials/change_password", "", success, "", []string{"User"}, ""},
	{1, "user.account.reset_password", "User reset password for Okta (by admin)", "core.user.config.password_reset.success", "INFO", adminActor, false, false, "", "/api/v1/users/00u1/lifecycle/reset_password", "sendEmail=true", success, "", []string{"User"}, ""},
	{5, "user.account.update_profile", "Update user profile for Okta", "core.user.config.profile_update.success", "INFO", adminActor, false, false, "", "/api/v1/users/00u1", "", success, `,"changedAttributes":"department,manager"`, []string{"User"}, ""},
	{2, "user.lifecycle.create", "Create okta user", "core.user.config.user_creation.failure", "ERROR", systemActor, true, false, "", "", "", []outcome{{"FAILURE", ""}}, "", []string{"NewUser"}, ""},
	{2, "user.lifecycle.activate", "Activate okta user", "core.user.config.user_activated", "INFO", adminActor, false, false, "", "/api/v1/users/00u1/lifecycle/activate", "", success, "", []string{"User"}, ""},
	{1, "user.lifecycle.deactivate", "Deactivate okta user", "core.user.config.user_deactivated", "INFO", adminActor, false, false, "", "/api/v1/users/00u1/lifecycle/deactivate", "", success, "", []string{"User"}, ""},
	{1, "user.lifecycle.suspend", "Suspend okta user", "core.user.config.user_status.suspended", "INFO", adminActor, false, false, "", "/api/v1/users/00u1/lifecycle/suspend", "", success, "", []string{"User"}, ""},
	{2, "user.mfa.factor.activate", "Enroll new factor or authenticator for user", "core.user.factor.activate", "INFO", userActor, false, false, "", "/idp/idx/credential/enroll", "", success, `,"factor":"FIDO_WEBAUTHN"`, []string{"User", "Factor Enroll"}, ""},
	{1, "user.mfa.factor.deactivate", "Reset factor or authenticator enrollment for user", "core.user.factor.deactivate", "INFO", adminActor, false, false, "", "/api/v1/users/00u1/factors/opf1", "", success, `,"factor":"SMS_FACTOR"`, []string{"User"}, ""},
	{1, "user.mfa.okta_verify.deny_push", "User rejected Okta push verify", "core.user.mfa.okta_verify.push_denied", "INFO", userActor, false, true, "", "/idp/idx/authenticators/poll", "", []outcome{{"FAILURE", "User rejected Okta push verify"}}, "", []string{"User"}, ""},
	{1, "user.mfa.attempt_bypass", "Attempt bypass of factor", "core.user.factor.attempt_bypass", "WARN", userActor, false, true, "", "/idp/idx/challenge", "", []outcome{{"SKIPPED", ""}}, "", []string{"User"}, ""},
	{1, "user.risk.detect", "User risk level changed", "", "WARN", systemActor, false, false, "", "/idp/idx/identify", "", success, `,"previousRiskLevel":"LOW","riskLevel":"HIGH"`, []string{"User"}, ""},
	{2, "user.session.access_admin_app", "User accessing Okta admin app", "app.admin.sso.login.success", "INFO", adminActor, false, false, "", "/admin/sso/callback", "code=******&state=******", success, "", []string{"AppInstance", "AppUser"}, ""},
	{1, "user.session.impersonation.grant", "Grant user session impersonation", "", "INFO", adminActor, false, false, "", "/api/internal/support/impersonation", "", success, "", []string{"User"}, ""},
	{1, "user.session.context.change", "User session context changed", "", "INFO", userActor, false, true, "", "/idp/idx/authenticators/poll", "", success, "", []string{"User"}, ""},
	{4, "group.user_membership.add", "Add user to group membership", "core.user_group_member.user_add", "INFO", adminActor, false, false, "", "/api/v1/groups/00g1/users/00u1", "", success, "", []string{"User", "UserGroup"}, ""},
	{6, "group.user_membership.remove", "Remove user from group membership", "core.user_group_member.user_remove", "INFO", systemActor, true, false, "", "", "", success, "", []string{"User", "UserGroup"}, ""},
	{1, "group.lifecycle.create", "Create Okta group", "", "INFO", adminActor, false, false, "", "/api/v1/groups", "", success, "", []string{"UserGroup"}, ""},
	{1, "group.privilege.grant", "Grant group privilege", "core.user_group.config.grant_admin", "INFO", adminActor, false, false, "", "/api/v1/groups/00g1/roles", "", success, `,"privilegeGranted":"Read-only administrator"`, []string{"UserGroup", "ROLE"}, ""},
	{1, "user.account.privilege.grant", "Grant user privilege", "core.user.admin_privilege.granted", "INFO", adminActor, false, false, "", "/api/v1/users/00u1/roles", "", success, `,"privilegeGranted":"Super administrator"`, []string{"User"}, ""},
	{4, "application.user_membership.add", "Add user to application membership", "app.generic.provision.assign_user_to_app", "INFO", adminActor, false, false, "", "/api/v1/apps/0oa1/users", "", success, `,"appname":"example_crm"`, []string{"AppUser", "AppInstance", "User"}, ""},
	{2, "application.user_membership.remove", "Remove user's application membership", "app.generic.provision.deactivate_user_from_app", "INFO", systemActor, true, false, "", "", "", success, "", []string{"AppUser", "AppInstance", "User"}, ""},
	{1, "application.lifecycle.update", "Update application", "app.generic.config.app_updated", "INFO", adminActor, false, false, "", "/api/v1/apps/0oa1", "", success, "", []string{"AppInstance"}, vpnChange},
	{4, "application.provision.user.push", "Push new user to external application", "app.user_management.push_new_user_success", "INFO", systemActor, true, false, "", "", "", []outcome{{"SUCCESS", ""}, {"DEFERRED", ""}}, "", []string{"AppUser", "AppInstance"}, ""},
	{1, "application.provision.user.sync", "Sync user in external application", "app.user_management.user_sync", "INFO", systemActor, true, false, "", "", "", []outcome{{"SCHEDULED", ""}, {"SUCCESS", ""}}, "", []string{"AppInstance"}, ""},
	{5, "app.oauth2.token.grant.access_token", "OIDC access token is granted", "app.oauth2.token.grant.access_token_success", "INFO", serviceActor, false, false, "", "/oauth2/v1/token", "grant_type=******&scope=******&client_assertion_type=******", success, `,"clientAuthType":"private_key_jwt","grantType":"client_credentials","grantedScopes":"okta.logs.read","requestedScopes":"okta.logs.read","responseTime":"207"`, []string{"access_token"}, ""},
	{9, "policy.evaluate_sign_on", "Evaluation of sign-on policy", "", "INFO", userActor, false, true, "", "/idp/idx/identify", "", decided, `,"targetEventHookIds":"who1","oktaUserAgentExtended":"okta-auth-js/7.14 okta-signin-widget-7.39"`, []string{"PolicyEntity", "Rule", "AppInstance", "User"}, ""},
	{1, "policy.rule.update", "Update policy rule", "policy.rule.update", "INFO", adminActor, false, false, "", "/api/v1/policies/00p1/rules/0pr1", "", success, `,"policyType":"OktaSignOn"`, []string{"PolicyRule", "PolicyEntity"}, ""},
	{1, "policy.lifecycle.update", "Update policy", "policy.lifecycle.update", "INFO", adminActor, false, false, "", "/api/v1/policies/00p1", "", success, "", []string{"PolicyEntity"}, ruleChange},
	{1, "iam.role.update", "Update admin role", "", "INFO", adminActor, false, false, "", "/api/v1/iam/roles/cr01", "", success, "", []string{"Role"}, roleChange},
	{1, "security.authenticator.lifecycle.update", "Update authenticator", "", "INFO", adminActor, false, false, "", "/api/v1/authenticators/aut1", "", success, "", []string{"Authenticator"}, ruleChange},
	{1, "security.threat.detected", "Request from suspicious actor", "security.threat.detected", "WARN", addressActor, false, false, "", "/idp/idx/challenge/answer", "", []outcome{{"DENY", "Login failures with high unknown users count, Login Failures"}}, `,"threatDetections":"{\"Login failures with high unknown users count\":\"HIGH\",\"Login Failures\":\"MEDIUM\"}"`, nil, ""},
	{1, "security.request.blocked", "Request blocked", "security.request.blocked", "WARN", addressActor, false, false, "", "/oauth2/v1/authorize", "client_id=******", []outcome{{"DENY", "Request blocked by zone"}}, "", []string{"Zone"}, ""},
	{1, "system.api_token.create", "Create API token", "api.token.create", "INFO", adminActor, false, false, "", "/api/internal/tokens", "expand=user", success, "", []string{"Token"}, ""},
	{6, "system.email.delivery", "Email delivery", "", "INFO", systemActor, true, false, "", "", "", []outcome{{"SUCCESS", "delivered"}, {"DEFERRED", ""}}, "", []string{"email"}, ""},
	{1, "system.sms.send_factor_verify_message", "Send SMS message for factor verification", "", "INFO", userActor, false, false, "SMS", "/idp/idx/challenge", "", success, `,"phoneNumber":"XXX-XXX-0199"`, []string{"User"}, ""},
	{1, "system.org.rate_limit.warning", "Rate limit warning", "core.framework.ratelimit.warning", "WARN", systemActor, false, false, "", "/api/v1/users", "", noOutcome, `,"rateLimitScopeType":"ORG","rateLimitSecondsToReset":"11","threshold":"500","timeSpan":"1","timeUnit":"MINUTES","warningPercent":"60"`, []string{"URL Pattern", "Bucket Uuid"}, ""},
	{1, "core.concurrency.org.limit.violation", "Too many concurrent requests in flight", "core.concurrency.org.limit.violation", "WARN", systemActor, false, false, "", "/api/v1/users", "", noOutcome, "", nil, ""},
	{1, "device.enrollment.create", "Device enrolled", "", "INFO", userActor, false, false, "", "/idp/authenticators", "", success, "", []string{"UDDevice", "User"}, ""},
	{1, "zone.update", "Update of a network zone", "zone.update", "INFO", adminActor, false, false, "", "/api/v1/zones/nzo1", "", success, "", []string{"Zone"}, ""},
	{1, "system.log_stream.lifecycle.deactivate", "Deactivate log stream", "", "INFO", systemActor, true, false, "", "", "", success, "", []string{"LogStream"}, ""},
	{1, "system.idp.lifecycle.update", "Update identity provider", "", "INFO", adminActor, false, false, "", "/api/v1/idps/0oi1", "", success, "", []string{"IdpInstance"}, ruleChange},
}
