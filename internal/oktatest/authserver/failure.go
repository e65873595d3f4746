// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// failure is an OAuth error: JSON at the token endpoint, a WWW-Authenticate header on a resource (Okta, OAuth 2.0 error
// code catalogue).
type failure struct {
	status      int
	code        string
	description string
	header      http.Header
}

func invalidClient(description string) *failure {
	return &failure{status: http.StatusUnauthorized, code: "invalid_client", description: description}
}

func invalidRequest(description string) *failure {
	return &failure{status: http.StatusBadRequest, code: "invalid_request", description: description}
}

func invalidScope(description string) *failure {
	return &failure{status: http.StatusBadRequest, code: "invalid_scope", description: description}
}

func invalidToken(description string) *failure {
	return &failure{status: http.StatusUnauthorized, code: "invalid_token", description: description}
}

func invalidProof(description string) *failure {
	return &failure{status: http.StatusBadRequest, code: "invalid_dpop_proof", description: description}
}

// Failures of the request as such.
var (
	unreadableForm     = invalidRequest("Invalid request")
	credentialsInQuery = invalidRequest("Client credentials cannot be supplied via query parameters.")
	assertionType      = invalidRequest("The client_assertion_type is invalid.")
	browserRequest     = invalidClient("Browser requests to the token endpoint must use Proof Key for Code Exchange.")
	manyCredentials    = &failure{status: http.StatusUnauthorized, code: "invalid_request", description: "Cannot supply multiple client credentials. " +
		"Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body."}
	outsideZone = &failure{status: http.StatusForbidden, code: "access_denied", description: "The request is made from outside the client's permitted network zones."}
)

// Failures of the client's identity.
var (
	clientFailed     = invalidClient("Client authentication failed. Either the client or the client credentials are invalid.")
	noCredentials    = invalidClient("No client credentials found.")
	unknownClient    = invalidClient("Invalid value for 'client_id' parameter.")
	unreadableBasic  = invalidClient("Found Authentication header but was not valid client credentials.")
	wrongSecret      = invalidClient("The client secret supplied for a confidential client is invalid.")
	assertionOnly    = invalidClient("Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.")
	integrationsOnly = invalidClient("OAuth Integration Client Credentials requests to the Org Authorization Server must use either private_key_jwt " +
		"or client_secret_basic as the token_endpoint_auth_method.")
	notService = invalidClient("Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.")
)

// Failures of the client_assertion.
var (
	assertionUnparsable = invalidClient("The parsing of the client_assertion failed.")
	assertionAlgorithm  = invalidClient("The client_assertion JWT signature algorithm is invalid.")
	assertionIssuer     = invalidClient("The issuer claim for client_assertion is not a valid client_id.")
	assertionSubject    = invalidClient("The subject claim for client_assertion is not a valid client_id.")
	noKeySet            = invalidClient("The client does not have a JWKSet configured, but the client_assertion requires one.")
	badKeySet           = invalidClient("The client JWKSet is invalid.")
	assertionKeyID      = invalidClient("The client_assertion JWT kid is invalid.")
	notSigningKey       = invalidClient("The client_assertion JWT needs to be signed using a signing key.")
	assertionSignature  = invalidClient("The client_assertion signature is invalid.")
	assertionAudience   = invalidClient("The audience claim for client_assertion must be the endpoint invoked for the request.")
	assertionNoExpiry   = invalidClient("The client_assertion must contain the 'exp' claim as seconds since epoch.")
	assertionExpired    = invalidClient("The client_assertion token is expired.")
	assertionTooLong    = invalidClient("The client_assertion token has an expiration too far into the future.")
	assertionEarly      = invalidClient("The client_assertion token must be issued before the current time.")
	assertionUsed       = invalidClient("The client_assertion token has already been used.")
)

// Failures of the scopes.
var (
	noScopes        = invalidScope("No scopes were requested.")
	malformedScope  = invalidScope("The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.")
	openIDScope     = invalidScope("Cannot request 'openid' scopes using client credentials.")
	unknownScope    = invalidScope("One or more scopes are not configured for the authorization server resource.")
	scopeNotGranted = &failure{status: http.StatusBadRequest, code: "consent_required", description: "You are not allowed any of the requested scopes."}
)

// Failures of a DPoP proof.
var (
	proofInvalid    = invalidProof("The DPoP proof JWT is invalid.")
	proofMissing    = invalidProof("The DPoP proof JWT header is missing.")
	proofRepeated   = invalidProof("Multiple DPoP proof JWT headers are not allowed.")
	proofType       = invalidProof("'typ' must be 'dpop+jwt' in the DPoP proof JWT.")
	proofAlgorithm  = invalidProof("The DPoP proof JWT signature algorithm is invalid.")
	proofUnparsable = invalidProof("The DPoP proof JWT cannot be parsed.")
	proofSignature  = invalidProof("The DPoP proof JWT signature is invalid.")
	proofMethod     = invalidProof("'htm' claim in the DPoP proof JWT is invalid.")
	proofURL        = invalidProof("'htu' claim in the DPoP proof JWT is invalid.")
	proofIssuedAt   = invalidProof("'iat' claim in the DPoP proof JWT is invalid.")
	proofEarly      = invalidProof("The DPoP proof JWT is issued in the future.")
	proofOld        = invalidProof("The DPoP proof JWT is issued more than five minutes in the past.")
	proofExpired    = invalidProof("The DPoP proof JWT is expired.")
	proofID         = invalidProof("'jti' claim in the DPoP proof JWT is invalid.")
	proofUsed       = invalidProof("The DPoP proof JWT has already been used.")
	proofTokenHash  = invalidProof("'ath' claim in the DPoP proof does not match the presented access_token.")
	proofBinding    = invalidProof("The access_token is not bound to the provided DPoP proof.")
	// nonceWanted is the answer that carries the nonce to use.
	nonceWanted = &failure{status: http.StatusBadRequest, code: "use_dpop_nonce", description: "Authorization server requires nonce in DPoP proof."}
)

// Failures of an access token on a resource.
var (
	tokenInvalid  = invalidToken("The access token is invalid.")
	tokenExpired  = invalidToken("The token has expired.")
	tokenRevoked  = invalidToken("The access token has been revoked.")
	tokenNotBound = invalidToken("The presented access_token is not DPoP bound.")
	wantsProof    = invalidRequest("The resource request requires a DPoP proof.")
	wantsScheme   = invalidRequest("The resource request must use the DPoP authentication scheme when using a DPoP bound token.")
	tokenScope    = &failure{status: http.StatusForbidden, code: "insufficient_scope", description: "The access token provided does not contain the required scopes."}
	resourceNonce = &failure{code: "use_dpop_nonce", description: "Resource server requires nonce in DPoP proof."} // the status is an option
)

func (f *failure) withNonce(value string) *failure {
	with := *f
	with.header = maps.Clone(f.header)
	if with.header == nil {
		with.header = http.Header{}
	}
	with.header.Set(nonceHeader, value)
	return &with
}

func (f *failure) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), f.header)
	body := apierror.OAuthBody(f.code, f.description)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(f.status)
	_, _ = w.Write(body) // a client that went away is not the server's problem
}

// onResource is the same failure as a resource tells it.
func (f *failure) onResource(scheme string, r *http.Request) *apierror.Error {
	refused := apierror.Challenge(f.status, scheme, f.code, f.description, r)
	maps.Copy(refused.Header, f.header)
	return refused
}

// nonceHeader carries the nonce to use in the next proof (RFC 9449 §8), as Go writes it.
const nonceHeader = "Dpop-Nonce"
