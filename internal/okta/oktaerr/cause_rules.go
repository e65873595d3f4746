// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"net/http"
	"strings"
)

// causeRules give the cause for what Okta said. The first rule with the same code and a text that is part of the
// summary applies. Okta guarantees only codes, not texts, so the last rule of each code has no text and always
// applies.
//
// Sources: Okta's error code catalogue (E…), its OAuth 2.0 error catalogue, and its DPoP guide.
var causeRules = []struct {
	code, says string
	cause      Cause
}{
	{"E0000004", "", CauseCredentialRefused},
	{"E0000005", "", CauseCredentialMissing},
	{"E0000006", "", CauseRole},
	{"E0000007", "", CauseAddress},
	{"E0000008", "", CauseAddress},
	{"E0000009", "", CauseServer},
	{"E0000010", "", CauseServer},
	{"E0000047", "", CauseRateLimit},
	{"E0000011", "", CauseAPIToken},
	{"E0000015", "", CauseFeature},
	{"E0000022", "", CauseAddress},
	{"E0000026", "", CauseAddress},
	{"E0000029", "", CausePosition},
	{"E0000030", "", CausePosition},
	{"E0000054", "", CausePosition},
	{"E0000031", "", CauseFilter},
	{"E0000053", "since", CausePosition},
	{"E0000053", "", CauseFilter},
	{"E0000001", "'q'", CauseFilter},
	{"E0000001", "", CauseRequest},

	{"insufficient_scope", "", CauseScope},
	{"consent_required", "", CauseScope},
	{"invalid_scope", "", CauseScopeName},
	{"invalid_token", "not dpop bound", CauseDPoPOff},
	{"invalid_token", "not intended for", CauseAudience},
	{"invalid_token", "invalid issuer", CauseAudience},
	{"invalid_token", "", CauseAccessToken},

	{"use_dpop_nonce", "", CauseDPoPNonce},
	{"invalid_dpop_proof", "header is missing", CauseDPoPRequired},
	{"invalid_dpop_proof", "in the future", CauseClock},
	{"invalid_dpop_proof", "in the past", CauseClock},
	{"invalid_dpop_proof", "expired", CauseClock},
	{"invalid_dpop_proof", "'iat'", CauseClock},
	{"invalid_dpop_proof", "already been used", CauseReplay},
	{"invalid_dpop_proof", "'htu'", CauseAudience},
	{"invalid_dpop_proof", "", CauseDPoPProof},

	{"invalid_request", "multiple client credentials", CauseManyCredentials},
	{"invalid_request", "client_assertion", CauseAssertion},
	{"invalid_request", "dpop", CauseDPoPRequired},
	{"invalid_request", "", CauseRequest},

	{"invalid_client", "too far into the future", CauseClock},
	{"invalid_client", "before the current time", CauseClock},
	{"invalid_client", "client_assertion token is expired", CauseClock},
	{"invalid_client", "already been used", CauseReplay},
	{"invalid_client", "audience", CauseAudience},
	{"invalid_client", "kid is invalid", CauseKeyID},
	{"invalid_client", "signature", CauseSignature},
	{"invalid_client", "jwkset", CauseKeyNotRegistered},
	{"invalid_client", "jwks_uri", CauseKeyNotRegistered},
	{"invalid_client", "'use' parameter", CauseKeyNotRegistered},
	{"invalid_client", "signing key", CauseKeyNotRegistered},
	{"invalid_client", "not a valid client_id", CauseClientID},
	{"invalid_client", "'client_id'", CauseClientID},
	{"invalid_client", "no client credentials found", CauseCredentialMissing},
	{"invalid_client", "client secret supplied", CauseClientSecret},
	{"invalid_client", "token_endpoint_auth_method", CauseClientKind},
	{"invalid_client", "application_type", CauseClientKind},
	{"invalid_client", "browser", CauseBrowser},
	{"invalid_client", "client_assertion", CauseAssertion},
	{"invalid_client", "", CauseClientRefused},
	{"unauthorized_client", "", CauseClientKind},
	{"unsupported_grant_type", "", CauseClientKind},

	{"access_denied", "network zone", CauseNetworkZone},
	{"access_denied", "dpop proof", CauseDPoPProof},
	{"access_denied", "", CauseForbidden},
}

// causeOf looks at the status first: Okta uses the codes of bad requests also for its own failures.
func causeOf(kind Kind, status int, code, summary string) Cause {
	switch {
	case kind == RateLimited:
		return CauseRateLimit
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout, code == "server_error":
		return CauseServer
	}
	return causeOfCode(kind, status, code, summary)
}

// causeOfCode is the cause by the code, and by kind and status where the code tells nothing.
func causeOfCode(kind Kind, status int, code, summary string) Cause {
	summary = strings.ToLower(summary)
	for _, rule := range causeRules {
		if rule.code == code && strings.Contains(summary, rule.says) {
			return rule.cause
		}
	}
	switch status {
	case http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge:
		return CauseTooLong
	}
	switch kind {
	case Unauthorized:
		return CauseCredentialRefused
	case Forbidden:
		return CauseForbidden
	case Misdirected:
		return CauseAddress
	case Rejected:
		return CauseRequest
	default:
		return CauseUnknown
	}
}

// CauseOf is the cause of a refusal, from its status and what Okta said.
func CauseOf(status int, code, summary string) Cause {
	return causeOf(kindOf(status), status, code, summary)
}
