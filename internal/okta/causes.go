// SPDX-License-Identifier: Apache-2.0

package okta

// Cause is what is behind a failed request, as far as Okta's answer tells.
type Cause int

const (
	// CauseUnknown means: the answer does not tell.
	CauseUnknown Cause = iota
	// CauseServer means: Okta itself failed.
	CauseServer
	// CauseRateLimit means: too many requests.
	CauseRateLimit
	// CauseAddress means: org_url does not lead to the APIs of an org.
	CauseAddress
	// CauseRequest means: Okta does not understand the request.
	CauseRequest
	// CauseFilter means: Okta does not accept filter or q.
	CauseFilter
	// CausePosition means: Okta does not accept where to read on.
	CausePosition
	// CauseCredentialFile means: the file that holds the credential can't be used.
	CauseCredentialFile
	// CauseCredentialMissing means: no credential reached Okta.
	CauseCredentialMissing
	// CauseCredentialRefused means: Okta does not accept the credential, and does not say why.
	CauseCredentialRefused
	// CauseAPIToken means: the API token is wrong or not alive, or its admin is not.
	CauseAPIToken
	// CauseAccessToken means: the OAuth access token is not alive any more.
	CauseAccessToken
	// CauseFeature means: the org lacks a feature.
	CauseFeature
	// CauseForbidden means: the credential is good but not for this, and Okta does not say why.
	CauseForbidden
	// CauseRole means: the admin role is missing.
	CauseRole
	// CauseScope means: the scope is not granted.
	CauseScope
	// CauseScopeName means: the scope does not exist.
	CauseScopeName
	// CauseNetworkZone means: a network zone keeps this address out.
	CauseNetworkZone
	// CauseClientID means: no app has this client id.
	CauseClientID
	// CauseClientKind means: the app is not of a kind that may do this.
	CauseClientKind
	// CauseClientSecret means: the client secret is wrong.
	CauseClientSecret
	// CauseClientRefused means: id or credential of the client is wrong, and Okta does not say which.
	CauseClientRefused
	// CauseManyCredentials means: more than one credential reached the token endpoint.
	CauseManyCredentials
	// CauseBrowser means: the request looked like a browser's.
	CauseBrowser
	// CauseKeyID means: no active key of the app has this key id.
	CauseKeyID
	// CauseKeyNotRegistered means: the app has no key.
	CauseKeyNotRegistered
	// CauseSignature means: the private key does not belong to the key with this key id.
	CauseSignature
	// CauseAssertion means: Okta can't read the client assertion.
	CauseAssertion
	// CauseAudience means: the request went to another address than the one that was signed.
	CauseAudience
	// CauseClock means: the clocks differ.
	CauseClock
	// CauseReplay means: something on the way sent a signed request twice.
	CauseReplay
	// CauseDPoPRequired means: the app wants DPoP, which is switched off here.
	CauseDPoPRequired
	// CauseDPoPOff means: DPoP is required here, but not switched on at the app.
	CauseDPoPOff
	// CauseDPoPNonce means: Okta refused also the nonce that it had just given.
	CauseDPoPNonce
	// CauseDPoPProof means: Okta does not accept the DPoP proof.
	CauseDPoPProof
)

// causes gives each cause a name for logs, and what an operator can do about it. Okta's error
// catalogue, and its pages on API tokens, OAuth service apps and DPoP, are the source.
var causes = map[Cause]struct{ name, remedy string }{
	CauseUnknown:   {"unknown", ""},
	CauseServer:    {"server", ""},
	CauseRateLimit: {"rate_limit", ""},
	CauseAddress:   {"address", "check org_url: it is the org's own address, such as https://acme.okta.com, without a path"},
	CauseRequest:   {"request", "check that no proxy changes requests to okta"},
	CauseFilter:    {"filter", "check filter and q"},
	CausePosition:  {"position", ""},
	CauseCredentialFile: {"credential_file",
		"check the file and its permissions: it is read again at the next try"},
	CauseCredentialMissing: {"credential_missing",
		"the request came without a credential that okta recognises: check the credential in the configuration, and that no proxy removes the Authorization header"},
	CauseCredentialRefused: {"credential_refused", "check the credential"},
	CauseAPIToken: {"api_token",
		"the API token is wrong, was revoked, was not used for 30 days, belongs to an admin who was deactivated, or is bound to a network zone that this address is not in: create a new one and set it in api_token or api_token_file"},
	CauseAccessToken: {"access_token",
		"okta refuses the access token that it issued: check that the app is active and that its tokens are not being revoked; a new token is minted at the next try"},
	CauseFeature:   {"feature", "the org does not have this feature: ask Okta to switch the System Log API on"},
	CauseForbidden: {"forbidden", "check the admin role and the scopes of the credential, and whether a network zone keeps this address out"},
	CauseRole: {"role",
		"the credential may not read the System Log: give its admin, or the service app, the Read-only Administrator role"},
	CauseScope: {"scope",
		"the scope is not granted: have a super admin grant okta.logs.read (or what oauth.scopes names) on the app's page Okta API Scopes"},
	CauseScopeName: {"scope_name",
		"the scope does not exist: set oauth.scopes to [okta.logs.read], and org_url to the org itself rather than to a custom authorization server"},
	CauseNetworkZone: {"network_zone",
		"the app may not be used from this address: add the collector's public address to the network zone in the app's settings"},
	CauseClientID: {"client_id",
		"no such app in this org: set oauth.client_id to the Client ID on the app's page General, and org_url to the org that the app is in"},
	CauseClientKind: {"client_kind",
		"the app may not do this: create an app of type API Services with public key / private key authentication, or an API service integration for a client secret"},
	CauseClientSecret: {"client_secret",
		"the client secret is wrong or inactive: set oauth.client_secret or oauth.client_secret_file to an active secret of the app"},
	CauseClientRefused: {"client_refused",
		"check that the app is active, oauth.client_id, and that the key or secret belongs to that app"},
	CauseManyCredentials: {"many_credentials",
		"more than one credential came with the request: check that no proxy and no http.headers adds one"},
	CauseBrowser: {"browser", "the request carried an Origin header: remove it from http.headers, or from the proxy that adds it"},
	CauseKeyID: {"key_id",
		"the app has no active key with this key id: set oauth.key_id to the kid on the app's page General, and activate the key there"},
	CauseKeyNotRegistered: {"key_not_registered",
		"the app has no usable public key: add the public half of the private key on the app's page General, and set oauth.key_id to its kid"},
	CauseSignature: {"signature",
		"the private key does not belong to the public key with this key id: set oauth.private_key (or private_key_file) and oauth.key_id to the two halves of one pair, of RSA 2048 bits or more, or EC"},
	CauseAssertion: {"assertion", "check that no proxy changes requests to okta, and report this if none does"},
	CauseAudience: {"audience",
		"the request was signed for another address than the one it reached: set org_url to the address that okta itself is called by, and check that no proxy rewrites the host"},
	CauseClock: {"clock",
		"the clocks differ although okta's own was followed: check that no proxy changes or removes the Date header of okta's answers"},
	CauseReplay: {"replay", "something between the collector and okta sends requests twice: check the proxy's retries"},
	CauseDPoPRequired: {"dpop_required",
		"the app requires DPoP: set oauth.dpop to auto, or clear Require Demonstrating Proof of Possession (DPoP) header in token requests in the app's settings"},
	CauseDPoPOff: {"dpop_off",
		"the app does not use DPoP: set oauth.dpop to auto, or select Require Demonstrating Proof of Possession (DPoP) header in token requests in the app's settings"},
	CauseDPoPNonce: {"dpop_nonce", "check that no proxy removes the DPoP or DPoP-Nonce header"},
	CauseDPoPProof: {"dpop_proof", "check that no proxy changes or removes the DPoP header, or the address of the request"},
}

// String is the cause's name, such as "network_zone".
func (c Cause) String() string { return causes[c].name }

// Remedy is what an operator can do, "" where there is nothing to do but to wait.
func (c Cause) Remedy() string { return causes[c].remedy }
