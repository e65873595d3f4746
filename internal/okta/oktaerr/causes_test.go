// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// refusal is one answer that Okta is known to give, and what it must be taken for.
type refusal struct {
	status int
	code   string
	says   string
	kind   Kind
	cause  Cause
}

// onResource are answers in Okta's own error object: the codes of the error catalogue that matter to
// a reader of the System Log, and the failures of API tokens.
var onResource = []refusal{
	{400, "E0000001", "Api validation failed: 'until'", Rejected, CauseRequest},
	{400, "E0000001", "Api validation failed: 'q': Freeform search cannot contain items longer than 40 characters.", Rejected, CauseFilter},
	{400, "E0000002", "The request was not valid: {0}", Rejected, CauseRequest},
	{400, "E0000003", "The request body was not well-formed.", Rejected, CauseRequest},
	{401, "E0000004", "Authentication failed", Unauthorized, CauseCredentialRefused},
	{403, "E0000005", "Invalid session", Forbidden, CauseCredentialMissing},
	{403, "E0000006", "You do not have permission to perform the requested action", Forbidden, CauseRole},
	{404, "E0000007", "Not found: {0}", Misdirected, CauseAddress},
	{404, "E0000008", "The requested path was not found", Misdirected, CauseAddress},
	{500, "E0000009", "Internal Server Error", Unavailable, CauseServer},
	{503, "E0000010", "Service is in read only mode", Unavailable, CauseServer},
	{401, "E0000011", "Invalid token provided", Unauthorized, CauseAPIToken},
	{401, "E0000015", "You do not have permission to access the feature you are requesting", Unauthorized, CauseFeature},
	{400, "E0000018", "Bad request. Accept and/or Content-Type headers are likely not set.", Rejected, CauseRequest},
	{400, "E0000019", "Bad request. Accept and/or Content-Type headers likely do not match supported values.", Rejected, CauseRequest},
	{400, "E0000020", "Bad request.", Rejected, CauseRequest},
	{400, "E0000021", "Bad request. Accept and/or Content-Type headers likely do not match supported values.", Rejected, CauseRequest},
	{405, "E0000022", "The endpoint does not support the provided HTTP method", Misdirected, CauseAddress},
	{404, "E0000026", "This endpoint has been deprecated.", Misdirected, CauseAddress},
	{400, "E0000028", "The request is missing a required parameter.", Rejected, CauseRequest},
	{400, "E0000029", "Invalid paging request.", Rejected, CausePosition},
	{400, "E0000030", "Bad request. Invalid date.", Rejected, CausePosition},
	{400, "E0000031", "Invalid search criteria.", Rejected, CauseFilter},
	{400, "E0000033", "Can't specify a search query and filter in the same request.", Rejected, CauseRequest},
	{403, "E0000035", "Not allowed on specified user.", Forbidden, CauseForbidden},
	{403, "E0000038", "This operation is not allowed in the user's current status.", Forbidden, CauseForbidden},
	{429, "E0000047", "API call exceeded rate limit due to too many requests.", RateLimited, CauseRateLimit},
	{400, "E0000053", "field is not valid: some_invalid_field", Rejected, CauseFilter},
	{400, "E0000053", "Invalid parameter: The since parameter is over 180 days prior to the current day.", Rejected, CausePosition},
	{500, "E0000053", "Sorry, there's been an error.", Unavailable, CauseServer},
	{400, "E0000054", "Invalid pagination properties.", Rejected, CausePosition},
	{501, "E0000060", "Unsupported operation.", Unavailable, CauseServer},
	{403, "E0000061", "Tab error: {0}", Forbidden, CauseForbidden},
	{400, "E0000063", "Invalid combination of parameters specified.", Rejected, CauseRequest},
	{504, "E0000067", "Factors Service Error.", Unavailable, CauseServer},
	{408, "", "", Unavailable, CauseServer},
	{302, "", "", Misdirected, CauseAddress},
	{414, "", "", Misdirected, CauseTooLong},
	{431, "", "", Misdirected, CauseTooLong},
	{403, "", "", Forbidden, CauseForbidden},
	{401, "", "", Unauthorized, CauseCredentialRefused},
}

// inChallenges are refusals of access tokens and proofs, which Okta puts into WWW-Authenticate above
// an empty body.
var inChallenges = append([]refusal{
	{401, "invalid_token", "The token has expired.", Unauthorized, CauseAccessToken},
	{401, "invalid_token", "The access token is invalid.", Unauthorized, CauseAccessToken},
	{401, "invalid_token", "The access token has been revoked.", Unauthorized, CauseAccessToken},
	{401, "invalid_token", "The access token provided is not intended for Okta.", Unauthorized, CauseAudience},
	{401, "invalid_token", "The access token provided has an invalid issuer.", Unauthorized, CauseAudience},
	{401, "invalid_token", "The presented access_token is not DPoP bound.", Unauthorized, CauseDPoPOff},
	{403, "insufficient_scope", "The access token provided does not contain the required scopes.", Forbidden, CauseScope},
	{400, "invalid_request", "The resource request requires a DPoP proof.", Unauthorized, CauseDPoPRequired},
	{400, "invalid_request", "The resource request must use the DPoP authentication scheme when using a DPoP bound token.", Unauthorized, CauseDPoPRequired},
	{401, "use_dpop_nonce", "Resource server requires nonce in DPoP proof.", Unauthorized, CauseDPoPNonce},
	{400, "use_dpop_nonce", "Resource server requires nonce in DPoP proof.", Unauthorized, CauseDPoPNonce},
}, ofProofs...)

// ofProofs are the refusals of DPoP proofs, the same at both ends.
var ofProofs = []refusal{
	{400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.", Unauthorized, CauseDPoPRequired},
	{400, "invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "'typ' must be 'dpop+jwt' in the DPoP proof JWT.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "The DPoP proof JWT signature algorithm is invalid.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "The DPoP proof JWT cannot be parsed.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "The DPoP proof JWT signature is invalid.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "'htm' claim in the DPoP proof JWT is invalid.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid.", Unauthorized, CauseAudience},
	{400, "invalid_dpop_proof", "'iat' claim in the DPoP proof JWT is invalid.", Unauthorized, CauseClock},
	{400, "invalid_dpop_proof", "The DPoP proof JWT is issued in the future.", Unauthorized, CauseClock},
	{400, "invalid_dpop_proof", "The DPoP proof JWT is issued more than five minutes in the past.", Unauthorized, CauseClock},
	{400, "invalid_dpop_proof", "The DPoP proof JWT is expired.", Unauthorized, CauseClock},
	{400, "invalid_dpop_proof", "'jti' claim in the DPoP proof JWT is invalid.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "The DPoP proof JWT has already been used.", Unauthorized, CauseReplay},
	{400, "invalid_dpop_proof", "'ath' claim in the DPoP proof does not match the presented access_token.", Unauthorized, CauseDPoPProof},
	{400, "invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof.", Unauthorized, CauseDPoPProof},
}

// atTokenEndpoint are refusals of requests for access tokens.
var atTokenEndpoint = append([]refusal{
	{401, "invalid_client", "Client authentication failed. Either the client or the client credentials are invalid.", Unauthorized, CauseClientRefused},
	{401, "invalid_client", "No client credentials found.", Unauthorized, CauseCredentialMissing},
	{401, "invalid_client", "Invalid value for 'client_id' parameter.", Unauthorized, CauseClientID},
	{401, "invalid_client", "The client secret supplied for a confidential client is invalid.", Unauthorized, CauseClientSecret},
	{401, "invalid_client", "The client_assertion token is expired.", Unauthorized, CauseClock},
	{401, "invalid_client", "The client_assertion token has an expiration too far into the future.", Unauthorized, CauseClock},
	{401, "invalid_client", "The client_assertion token must be issued before the current time.", Unauthorized, CauseClock},
	{401, "invalid_client", "The client_assertion token has already been used.", Unauthorized, CauseReplay},
	{401, "invalid_client", "The client_assertion must contain the 'exp' claim as seconds since epoch.", Unauthorized, CauseAssertion},
	{401, "invalid_client", "The client_assertion signature is invalid.", Unauthorized, CauseSignature},
	{401, "invalid_client", "The client_assertion JWT kid is invalid.", Unauthorized, CauseKeyID},
	{401, "invalid_client", "The parsing of the client_assertion failed.", Unauthorized, CauseAssertion},
	{401, "invalid_client", "The client_assertion JWT signature algorithm is invalid.", Unauthorized, CauseSignature},
	{401, "invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request.", Unauthorized, CauseAudience},
	{401, "invalid_client", "The issuer claim for client_assertion is not a valid client_id.", Unauthorized, CauseClientID},
	{401, "invalid_client", "The subject claim for client_assertion is not a valid client_id.", Unauthorized, CauseClientID},
	{401, "invalid_client", "The client does not have a JWKSet configured, but the client_assertion requires one.", Unauthorized, CauseKeyNotRegistered},
	{401, "invalid_client", "The client JWKSet is invalid.", Unauthorized, CauseKeyNotRegistered},
	{401, "invalid_client", "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.", Unauthorized, CauseClientKind},
	{401, "invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.", Unauthorized, CauseClientKind},
	{401, "invalid_client", "OAuth Integration Client Credentials requests to the Org Authorization Server must use either private_key_jwt or client_secret_basic as the token_endpoint_auth_method.", Unauthorized, CauseClientKind},
	{401, "invalid_client", "Browser requests to the token endpoint must use Proof Key for Code Exchange.", Unauthorized, CauseBrowser},
	{401, "invalid_request", "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.", Unauthorized, CauseManyCredentials},
	{400, "invalid_request", "The client_assertion_type is invalid.", Unauthorized, CauseAssertion},
	{400, "invalid_scope", "One or more scopes are not configured for the authorization server resource.", Forbidden, CauseScopeName},
	{400, "invalid_scope", "No scopes were requested.", Forbidden, CauseScopeName},
	{400, "invalid_scope", "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.", Forbidden, CauseScopeName},
	{400, "consent_required", "You are not allowed any of the requested scopes.", Forbidden, CauseScope},
	{400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].", Forbidden, CauseClientKind},
	{400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server. Configured grant types: [x].", Unauthorized, CauseClientKind},
	{403, "access_denied", "The request is made from outside the client's permitted network zones.", Forbidden, CauseNetworkZone},
	{403, "access_denied", "The public key used to sign the DPoP proof JWT is invalid.", Forbidden, CauseDPoPProof},
	{400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.", Unauthorized, CauseDPoPNonce},
	{500, "server_error", "The authorization server encountered an unexpected condition that prevented it from fulfilling the request.", Unavailable, CauseServer},
	{429, "invalid_grant", "API call exceeded rate limit due to too many requests.", RateLimited, CauseRateLimit},
	{502, "", "", Unavailable, CauseServer},
	{400, "", "", Unauthorized, CauseCredentialRefused},
	{404, "", "", Misdirected, CauseAddress},
	{302, "", "", Misdirected, CauseAddress},
}, ofProofs...)

// curable are the causes for which there is something to do.
func curable(cause Cause) bool {
	switch cause {
	case CauseServer, CauseRateLimit, CausePosition:
		return false
	}
	return true
}

// oktas is the mark that all answers of Okta's bear.
var oktas = http.Header{"X-Okta-Request-Id": {"Yw1"}}

func TestEveryRefusalNamesItsCause(t *testing.T) {
	check := func(t *testing.T, want refusal, e *Error) {
		t.Helper()
		assert.Equal(t, want.cause.String(), e.Cause.String(), e)
		assert.Equal(t, want.kind, e.Kind, e)
		assert.Equal(t, want.code, e.Code)
		assert.Equal(t, want.says, e.Summary)
		assert.NotEmpty(t, e.Cause.String())
		if curable(want.cause) {
			require.NotEmpty(t, want.cause.Remedy())
			assert.ErrorContains(t, e, want.cause.Remedy())
		}
	}
	for _, want := range onResource {
		body := `{"errorCode":"` + want.code + `","errorSummary":"` + strings.ReplaceAll(want.says, `"`, `\"`) + `"}`
		check(t, want, FromAnswer(&http.Response{StatusCode: want.status, Header: oktas}, []byte(body), wire.RateLimit{}))
	}
	for _, want := range inChallenges {
		resp := &http.Response{StatusCode: want.status, Header: http.Header{}}
		resp.Header.Set("WWW-Authenticate", `DPoP algs="RS256 ES256", authorization_uri="http://acme.okta.com/oauth2/v1/authorize", realm="http://acme.okta.com", scope="okta.logs.read", error="`+
			want.code+`", error_description="`+want.says+`", resource="/api/v1/logs"`)
		check(t, want, FromAnswer(resp, nil, wire.RateLimit{}))
	}
	for _, want := range atTokenEndpoint {
		e := FromTokenEndpoint(&http.Response{StatusCode: want.status, Header: oktas}, []byte(`{"error":"`+want.code+`","error_description":"`+want.says+`"}`), time.Now())
		check(t, want, e)
		assert.NotEqual(t, Rejected, e.Kind, "a position must not be given up for a credential")
		assert.ErrorContains(t, e, "okta's token endpoint answered")
	}
}

func TestEveryCauseHasANameOfItsOwn(t *testing.T) {
	names := map[string]bool{}
	for cause := CauseUnknown; cause <= CauseHookGone; cause++ {
		assert.NotEmpty(t, cause.Meaning(), cause)
		assert.NotEmpty(t, cause.String())
		assert.False(t, names[cause.String()], cause.String())
		names[cause.String()] = true
	}
	assert.Len(t, causes, len(names))
}

func TestRateLimitOfTheTokenEndpointCarriesAWait(t *testing.T) {
	answered := time.Unix(1795262400, 0)
	resp := &http.Response{StatusCode: 429, Header: http.Header{
		"X-Rate-Limit-Limit": {"600"}, "X-Rate-Limit-Remaining": {"0"}, "X-Rate-Limit-Reset": {"1795262420"},
	}}
	e := FromTokenEndpoint(resp, []byte(`{"errorCode":"E0000047","errorSummary":"You exceeded the maximum number of requests. Try again in a while.","errorId":"oae1"}`), answered)
	assert.Equal(t, RateLimited, e.Kind)
	assert.Equal(t, "E0000047", e.Code)
	assert.Equal(t, "oae1", e.ErrorID)
	assert.Equal(t, 21*time.Second, e.Wait)
}

func TestTokenErrorRepeatsNoToken(t *testing.T) {
	resp := &http.Response{StatusCode: 401, Header: http.Header{}}
	e := FromTokenEndpoint(resp, []byte(`{"error":"invalid_client","error_description":"what is eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl for"}`), time.Now())
	assert.Equal(t, "what is [REDACTED] for", e.Summary)
}

func TestTokenEndpointThatRedirects(t *testing.T) {
	resp := &http.Response{StatusCode: 302, Header: http.Header{"Location": {"https://acme-admin.okta.com/login?token=secret"}}}
	e := FromTokenEndpoint(resp, nil, time.Now())
	assert.ErrorContains(t, e, "redirects to acme-admin.okta.com, which is not followed")
	assert.NotContains(t, e.Error(), "secret")
}
