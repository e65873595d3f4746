// SPDX-License-Identifier: Apache-2.0

package catalogue

// CategoryOf describes one category of event types, and what stands nearest to it in other schemas. Those are what fits
// most of its types; which of several applies to an event follows from what the type ends with.
type CategoryOf struct {
	// Name is the value of okta.category.
	Name string
	// About is what its event types are about.
	About string
	// ECSCategory and ECSType are values of event.category and event.type in the Elastic Common Schema 8.
	ECSCategory, ECSType string
	// OCSF is the class of the Open Cybersecurity Schema Framework 1, its uid and its caption.
	OCSF string
}

// The classes of OCSF that occur.
const (
	ocsfFinding       = "2004 Detection Finding"
	ocsfAccountChange = "3001 Account Change"
	ocsfAuthenticate  = "3002 Authentication"
	ocsfEntity        = "3004 Entity Management"
	ocsfUserAccess    = "3005 User Access Management"
	ocsfGroup         = "3006 Group Management"
	ocsfLifecycle     = "6002 Application Lifecycle"
	ocsfAPI           = "6003 API Activity"
)

// Values of ECS that occur several times.
const (
	ecsIAM           = "iam"
	ecsConfiguration = "configuration"
	ecsEntityTypes   = "creation, change, deletion"
)

// Categories returns all categories, in the order of category-rules.txt.
func Categories() []CategoryOf {
	return []CategoryOf{
		{"authentication", "somebody, or something, proves who it is", "authentication", "start, info", ocsfAuthenticate},
		{"session", "sessions of users, from the sign-in that begins one to its end; impersonation", "session, authentication", "start, end, info", ocsfAuthenticate},
		{"mfa", "factors, authenticators, and the messages that ask for one", "iam, authentication", "user, change, info", ocsfAccountChange},
		{"user_lifecycle", "users are created, activated, suspended and deleted", ecsIAM, "user, creation, change, deletion", ocsfAccountChange},
		{"user_account", "locks, passwords and profiles of users", ecsIAM, "user, change", ocsfAccountChange},
		{"group", "groups and who is in them", ecsIAM, "group, creation, change, deletion", ocsfGroup},
		{"application", "apps, their settings, and who has them", "iam, configuration", ecsEntityTypes, ocsfEntity},
		{"provisioning", "users and groups go to apps and directories, and come from them", ecsIAM, "user, group, creation, change, deletion", ocsfEntity},
		{"agent", "agents on the org's own servers: Active Directory, LDAP, IWA, RADIUS", "host, iam", "start, end, change, info", ocsfLifecycle},
		{"policy", "policies, their rules, and what they decided", "iam, configuration", "access, creation, change, deletion", ocsfEntity},
		{"admin_role", "roles of admins, what they allow, and who has them", ecsIAM, "admin, creation, change, deletion", ocsfUserAccess},
		{"api_token", "Okta's own API tokens", ecsIAM, "admin, creation, change, deletion", ocsfEntity},
		{"oauth", "OAuth 2.0 and OpenID Connect: clients, authorization servers, consents, tokens", "iam, authentication", "access, creation, change, deletion", ocsfEntity},
		{"idp", "external identity providers", ecsConfiguration, ecsEntityTypes, ocsfEntity},
		{"device", "devices and their management", "iam, host", ecsEntityTypes, ocsfEntity},
		{"network", "network zones, trusted origins, and requests that they block", "configuration, network", "creation, change, deletion, denied", ocsfEntity},
		{"org", "the org itself, its features, its looks, and Okta's support in it", ecsConfiguration, ecsEntityTypes, ocsfEntity},
		{"system", "Okta's own work: tasks, reports, failover", ecsConfiguration, "info, change", ocsfAPI},
		{"message", "e-mails, text messages and calls to users", "email", "info", ocsfAPI},
		{"rate_limit", "limits of requests, and what goes beyond them", "api", "denied, info", ocsfAPI},
		{"threat", "what Okta takes for an attack or a risk, and the settings of that", "threat, intrusion_detection", "indicator, info", ocsfFinding},
		{"integration", "where the org sends events and asks others: event hooks, inline hooks, log streams", ecsConfiguration, ecsEntityTypes, ocsfEntity},
		{"governance", "requests for access, and reviews of it", ecsIAM, "user, group, change", ocsfUserAccess},
		{"privileged_access", "Okta Privileged Access: servers, secrets, accounts of others", ecsIAM, "admin, creation, change, deletion", ocsfUserAccess},
		{"workflow", "Okta Workflows", ecsConfiguration, ecsEntityTypes, ocsfAPI},
		{"certificate", "certificates and those who issue them", ecsConfiguration, ecsEntityTypes, ocsfEntity},
		{"ai_agent", "AI agents and other workloads, and the servers that they use", ecsIAM, ecsEntityTypes, ocsfEntity},
	}
}
