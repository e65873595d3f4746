// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"maps"
	"slices"
)

// Cause is why a request failed, as far as Okta's answer tells.
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
	// CauseNextLink means: something on the way changes or removes the links of Okta's answers.
	CauseNextLink
	// CauseNotOkta means: something between here and Okta has answered in its place.
	CauseNotOkta
	// CauseGateway means: Okta was not reached, or its own front has failed; the answer does not tell which.
	CauseGateway
	// CauseEncoding means: something on the way packs Okta's answers in a way that was not asked for.
	CauseEncoding
	// CauseMalformed means: the answer is cut off, or no valid JSON.
	CauseMalformed
	// CauseTooLong means: the request is longer than Okta accepts.
	CauseTooLong
	// CausePosition means: Okta does not accept where to read on.
	CausePosition
	// CauseCredentialFile means: the file that holds the credential can't be used.
	CauseCredentialFile
	// CauseCredentialMissing means: no credential reached Okta.
	CauseCredentialMissing
	// CauseCredentialRefused means: Okta does not accept the credential, and does not say why.
	CauseCredentialRefused
	// CauseAPIToken means: the API token is wrong, expired or revoked, or its admin was deactivated.
	CauseAPIToken
	// CauseAccessToken means: the OAuth access token has expired or was revoked.
	CauseAccessToken
	// CauseFeature means: the org lacks a feature.
	CauseFeature
	// CauseForbidden means: the credential is accepted but may not do this, and Okta does not say why.
	CauseForbidden
	// CauseRole means: the admin role is missing.
	CauseRole
	// CauseScope means: the scope is not granted.
	CauseScope
	// CauseScopeName means: the scope does not exist.
	CauseScopeName
	// CauseNetworkZone means: a network zone excludes this machine's address.
	CauseNetworkZone
	// CauseClientID means: no app has this client id.
	CauseClientID
	// CauseClientKind means: the app is not of a kind that may do this.
	CauseClientKind
	// CauseClientSecret means: the client secret is wrong.
	CauseClientSecret
	// CauseClientRefused means: the client id or the client's credential is wrong, and Okta does not say which.
	CauseClientRefused
	// CauseManyCredentials means: the token endpoint got more than one credential.
	CauseManyCredentials
	// CauseBrowser means: Okta took the request for that of a browser.
	CauseBrowser
	// CauseKeyID means: no active key of the app has this key id.
	CauseKeyID
	// CauseKeyNotRegistered means: the app has no key.
	CauseKeyNotRegistered
	// CauseSignature means: the private key does not belong to the key with this key id.
	CauseSignature
	// CauseAssertion means: Okta can't read the client assertion.
	CauseAssertion
	// CauseAudience means: the request arrived at another address than the one that was signed.
	CauseAudience
	// CauseClock means: Okta's clock and the local one differ too much.
	CauseClock
	// CauseReplay means: something between here and Okta sent a signed request twice.
	CauseReplay
	// CauseDPoPRequired means: the app requires DPoP, which is disabled in the configuration.
	CauseDPoPRequired
	// CauseDPoPOff means: the configuration requires DPoP, which is not enabled in the app.
	CauseDPoPOff
	// CauseDPoPNonce means: Okta refused even the nonce that it had just given.
	CauseDPoPNonce
	// CauseDPoPProof means: Okta does not accept the DPoP proof.
	CauseDPoPProof
	// CauseDNS means: DNS did not find the host.
	CauseDNS
	// CauseConnectionRefused means: nothing listens at the address.
	CauseConnectionRefused
	// CauseUnreachable means: nothing answers from the address.
	CauseUnreachable
	// CauseConnectionBroken means: the connection ended before the answer was complete.
	CauseConnectionBroken
	// CauseProxy means: the proxy does not connect to the org.
	CauseProxy
	// CauseTLS means: the TLS handshake failed.
	CauseTLS
	// CauseCertificateAuthority means: an unknown authority has signed the server's certificate.
	CauseCertificateAuthority
	// CauseCertificateHost means: the server's certificate is for another host.
	CauseCertificateHost
	// CauseCertificateTime means: the server's certificate is not valid now.
	CauseCertificateTime
	// CauseHookScope means: the scope that event hooks take is not granted.
	CauseHookScope
	// CauseHookRole means: the admin role may not manage event hooks.
	CauseHookRole
	// CauseHookLimit means: the org has as many event hooks as it may have.
	CauseHookLimit
	// CauseHookTypes means: event hooks can't send some of the event types.
	CauseHookTypes
	// CauseHookRequest means: Okta does not accept the event hook as it is configured.
	CauseHookRequest
	// CauseHookVerify means: the receiver did not answer Okta's verification request at the event hook's address.
	CauseHookVerify
	// CauseHookGone means: the event hook was deleted in the meantime.
	CauseHookGone
)

// causes gives each cause a name for logs, its meaning in plain words, and what an operator can do about it. The
// sources are Okta's error catalogue and its pages on API tokens, OAuth service apps and DPoP.
var causes = map[Cause]struct{ name, meaning, remedy string }{
	CauseUnknown:   {"unknown", "the answer does not tell", ""},
	CauseServer:    {"server", "okta itself failed", ""},
	CauseRateLimit: {"rate_limit", "the requests that this window allows are used up", ""},
	CauseAddress:   {"address", "org_url does not lead to the APIs of an org", "check org_url: it is the org's own address, such as https://acme.okta.com, without a path"},
	CauseRequest:   {"request", "okta does not understand the request", "check that no proxy changes requests to okta"},
	CauseFilter:    {"filter", "okta does not accept filter or q", "check filter and q"},
	CauseNextLink: {"next_link", "something between this machine and okta changes or removes the Link header of okta's answers",
		"have the proxy or gateway in between leave the Link header alone; polling goes on by itself when it does"},
	CauseNotOkta: {"not_okta", "the answer is not okta's: a proxy, a gateway or a sign-in page answers in its place",
		"check what is between this machine and okta: have it let the host of org_url through (allow-list, sign-in, TLS inspection) or set http.proxy_url to the proxy that this network needs, " +
			"and check that org_url is the org's own address; okta's answers carry an X-Okta-Request-Id"},
	CauseGateway: {"gateway", "the answer bears no mark of okta's: a proxy or gateway in between did not reach okta, or okta's own front has failed",
		"wait, it is tried again by itself; if it lasts, check the proxy or gateway between this machine and okta, and see status.okta.com"},
	CauseEncoding: {"encoding", "something between this machine and okta packs okta's answers in a way that was not asked for",
		"have the proxy or gateway in between leave Accept-Encoding and Content-Encoding alone: gzip is all that is asked for"},
	CauseMalformed: {"malformed", "the answer is not the JSON that okta sends",
		"check whether a proxy or gateway in between changes or cuts off answers; if none does, report it to okta with the request id"},
	CauseTooLong:  {"too_long", "okta does not accept requests of this length", "shorten filter and q"},
	CausePosition: {"position", "okta does not accept where to read on", ""},
	CauseCredentialFile: {"credential_file", "the file that holds the credential can't be used",
		"check the file and its permissions: it is read again at the next try"},
	CauseCredentialMissing: {"credential_missing",
		"the request came without a credential that okta recognises",
		"check the credential in the configuration, and that no proxy removes the Authorization header"},
	CauseCredentialRefused: {"credential_refused", "okta does not accept the credential", "check the credential"},
	CauseAPIToken: {"api_token",
		"the API token is wrong, was revoked, was not used for 30 days, belongs to an admin who was deactivated, or is bound to a network zone that this address is not in",
		"create a new one and set it in api_token or api_token_file"},
	CauseAccessToken: {"access_token",
		"okta refuses the access token that it issued",
		"check that the app is active and that its tokens are not being revoked; a new token is issued at the next try"},
	CauseFeature: {"feature",
		"the org does not have this feature",
		"ask Okta to switch the System Log API on"},
	CauseForbidden: {"forbidden", "the credential is good but not for this", "check the admin role and the scopes of the credential, and whether a network zone keeps this address out"},
	CauseRole: {"role",
		"the credential may not read the System Log",
		"give its admin, or the service app, the Read-only Administrator role"},
	CauseScope: {"scope",
		"the scope is not granted",
		"have a super admin grant okta.logs.read (or what oauth.scopes names) on the app's page Okta API Scopes"},
	CauseScopeName: {"scope_name",
		"the scope does not exist",
		"set oauth.scopes to [okta.logs.read], and org_url to the org itself rather than to a custom authorization server"},
	CauseNetworkZone: {"network_zone",
		"the app may not be used from this address",
		"add the collector's public address to the network zone in the app's settings"},
	CauseClientID: {"client_id",
		"no such app in this org",
		"set oauth.client_id to the Client ID on the app's page General, and org_url to the org that the app is in"},
	CauseClientKind: {"client_kind",
		"the app may not do this",
		"create an app of type API Services with public key / private key authentication, or an API service integration for a client secret"},
	CauseClientSecret: {"client_secret",
		"the client secret is wrong or inactive",
		"set oauth.client_secret or oauth.client_secret_file to an active secret of the app"},
	CauseClientRefused: {"client_refused", "okta does not accept the app or its credential",
		"check that the app is active, oauth.client_id, and that the key or secret belongs to that app"},
	CauseManyCredentials: {"many_credentials",
		"more than one credential came with the request",
		"check that no proxy and no http.headers adds one"},
	CauseBrowser: {"browser",
		"the request carried an Origin header",
		"remove it from http.headers, or from the proxy that adds it"},
	CauseKeyID: {"key_id",
		"the app has no active key with this key id",
		"set oauth.key_id to the kid on the app's page General, and activate the key there"},
	CauseKeyNotRegistered: {"key_not_registered",
		"the app has no usable public key",
		"add the public half of the private key on the app's page General, and set oauth.key_id to its kid"},
	CauseSignature: {"signature",
		"the private key does not belong to the public key with this key id",
		"set oauth.private_key (or private_key_file) and oauth.key_id to the two halves of one pair, of RSA 2048 bits or more, or EC"},
	CauseAssertion: {"assertion", "okta can't read the client assertion", "check that no proxy changes requests to okta, and report this if none does"},
	CauseAudience: {"audience",
		"the request was signed for another address than the one it reached",
		"set org_url to the address that okta itself is called by, and check that no proxy rewrites the host"},
	CauseClock: {"clock",
		"the clocks differ although okta's own was followed",
		"check that no proxy changes or removes the Date header of okta's answers"},
	CauseReplay: {"replay",
		"something between the collector and okta sends requests twice",
		"check the proxy's retries"},
	CauseDPoPRequired: {"dpop_required",
		"the app requires DPoP",
		"set oauth.dpop to auto, or clear Require Demonstrating Proof of Possession (DPoP) header in token requests in the app's settings"},
	CauseDPoPOff: {"dpop_off",
		"the app does not use DPoP",
		"set oauth.dpop to auto, or select Require Demonstrating Proof of Possession (DPoP) header in token requests in the app's settings"},
	CauseDPoPNonce: {"dpop_nonce", "okta refuses also the nonce that it has just given", "check that no proxy removes the DPoP or DPoP-Nonce header"},
	CauseDPoPProof: {"dpop_proof", "okta does not accept the DPoP proof", "check that no proxy changes or removes the DPoP header, or the address of the request"},
	CauseDNS: {"dns",
		"the name of the host was not found",
		"check org_url for a typing mistake, and the DNS server of this machine"},
	CauseConnectionRefused: {"connection_refused",
		"nothing takes connections at this address, or a firewall refuses them",
		"check host and port of org_url, and allow the way out to it (egress allow-list) or set http.proxy_url"},
	CauseUnreachable: {"unreachable",
		"nothing answered in time from this address",
		"allow the way out to the host on its port (egress allow-list), or set http.proxy_url to the proxy that this network needs, and leave http.timeout above 30s"},
	CauseConnectionBroken: {"connection_broken",
		"the connection was broken off on the way",
		"check that firewall and proxy let the host through (egress allow-list, TLS inspection); what passes by itself is tried again"},
	CauseProxy: {"proxy",
		"the proxy does not connect to okta",
		"check http.proxy_url or HTTPS_PROXY, its user and password, and that it lets the host through"},
	CauseTLS: {"tls",
		"no TLS connection came about",
		"check the port of org_url, http.tls, and that no proxy in between breaks TLS"},
	CauseCertificateAuthority: {"certificate_authority",
		"the server's certificate is signed by an authority that this machine does not know",
		"install the system's CA certificates, or, where a proxy inspects TLS, set http.tls.ca_file to its CA certificate"},
	CauseCertificateHost: {"certificate_host",
		"the server's certificate is for another host",
		"check org_url, and that neither DNS nor a proxy leads elsewhere"},
	CauseCertificateTime: {"certificate_time",
		"the server's certificate has expired or is not valid yet",
		"check the clock of this machine, and the certificate of a proxy that inspects TLS"},
	CauseHookScope: {"hook_scope",
		"a scope that event hooks take is not granted",
		"have a super admin grant okta.eventHooks.read and okta.eventHooks.manage on the app's page Okta API Scopes, and add them to oauth.scopes"},
	CauseHookRole: {"hook_role",
		"the credential may not manage event hooks",
		"give its admin, or the service app, a role that may, such as Super Administrator, or create the hook in the Admin Console (Workflow > Event Hooks) and leave register out"},
	CauseHookLimit: {"hook_limit",
		"the org has 25 active event hooks, which is all that okta allows",
		"deactivate one of them, or give this one the name of one that it can share"},
	CauseHookTypes: {"hook_types",
		"event hooks can't send some of the event types",
		"leave these out of event_types: only types marked event-hook-eligible in okta's event type catalogue can be sent"},
	CauseHookRequest: {"hook_request",
		"okta does not accept the event hook",
		"check register: public_url is an https address of 1024 characters at most, name has 1 to 255, event_types are 300 at most and all of them eligible for event hooks"},
	CauseHookVerify: {"hook_verify",
		"okta could not verify the endpoint",
		"check that public_url leads to the endpoint and path of event_hook over https with a certificate that public clients trust, that the ingress passes the headers on, and that it lets okta's addresses in"},
	CauseHookGone: {"hook_gone",
		"the event hook was deleted meanwhile",
		"the next try creates it again"},
}

// Causes are all causes.
func Causes() []Cause { return slices.Sorted(maps.Keys(causes)) }

// String is the cause's name, such as "network_zone".
func (c Cause) String() string { return causes[c].name }

// Meaning says in plain words what went wrong.
func (c Cause) Meaning() string { return causes[c].meaning }

// Remedy is what an operator can do, "" where nothing helps but to wait.
func (c Cause) Remedy() string { return causes[c].remedy }
