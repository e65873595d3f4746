// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// grantRecord is what the log tells of a token request.
type grantRecord struct {
	clientID, method string
	scopes           []string
	tokenID          string
	failure          *failure
}

// logGrant writes a token request into the org's own log, if Options say so: a client that gets tokens often feeds the
// stream it reads. A nonce challenge is an event too, with outcome CHALLENGE. It must not be called with the lock.
func (s *Server) logGrant(r *http.Request, record grantRecord) {
	if s.options.LogGrants {
		s.env.Log(grantEvent(s.env.IDs.Next(), r, record, s.env.Now()))
	}
}

// grantEvent is the event of a token request (event type catalogue; shape of Okta's published OAuth events).
func grantEvent(id string, r *http.Request, record grantRecord, now time.Time) logevent.Event {
	uuid := api.UUID(id)
	eventType, legacy, message, severity := "app.oauth2.token.grant.access_token", "app.oauth2.token.grant.access_token_success", "OIDC access token is granted", "INFO"
	outcome, target := `{"result":"SUCCESS","reason":null}`, `[{"id":`+api.Quoted(record.tokenID)+`,"type":"access_token","alternateId":null,"displayName":"Access Token","detailEntry":null}]`
	if record.failure != nil {
		eventType, legacy, message, severity = "app.oauth2.token.grant", "app.oauth2.token.grant_failure", "OIDC token request", "WARN"
		result := "FAILURE"
		if record.failure.code == nonceWanted.code {
			result, severity = "CHALLENGE", "INFO"
		}
		outcome, target = `{"result":"`+result+`","reason":`+api.Quoted(record.failure.code)+`}`, `[]`
	}
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	raw := fmt.Appendf(nil, `{"actor":{"id":%[1]s,"type":"PublicClientApp","alternateId":%[1]s,"displayName":%[1]s,"detailEntry":null},`+
		`"client":{"userAgent":{"rawUserAgent":%[2]s,"os":"Unknown","browser":"UNKNOWN"},"zone":"null","device":"Unknown","id":%[1]s,"ipAddress":%[3]s,"geographicalContext":null},`+
		`"device":null,"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,"interface":null,`+
		`"authenticationStep":0,"rootSessionId":null,"externalSessionId":"unknown"},"displayMessage":%[4]s,"eventType":%[5]s,"outcome":%[6]s,"published":%[7]s,`+
		`"securityContext":{"asNumber":null,"asOrg":null,"isp":null,"domain":null,"isProxy":null},"severity":%[8]s,`+
		`"debugContext":{"debugData":{"clientAuthType":%[9]s,"grantType":%[10]s,"requestedScopes":%[11]s,"grantedScopes":%[12]s,"requestId":%[13]s,"requestUri":%[14]s,"url":%[14]s}},`+
		`"legacyEventType":%[15]s,"transaction":{"type":"WEB","id":%[13]s,"detail":{}},"uuid":%[16]s,"version":"0",`+
		`"request":{"ipChain":[{"ip":%[3]s,"geographicalContext":null,"version":"V4","source":null}]},"target":%[17]s}`,
		api.Quoted(record.clientID), api.Quoted(r.UserAgent()), api.Quoted(address), api.Quoted(message), api.Quoted(eventType), outcome,
		api.Quoted(now.UTC().Format(logevent.TimeLayout)), api.Quoted(severity), api.Quoted(record.method), api.Quoted(r.PostForm.Get("grant_type")),
		api.Quoted(r.PostForm.Get("scope")), api.Quoted(strings.Join(record.scopes, " ")), api.Quoted(id), api.Quoted(api.TokenPath), api.Quoted(legacy), api.Quoted(uuid), target)
	return logevent.Event{JSON: raw, UUID: uuid, Published: now.Truncate(time.Millisecond)}
}

// claimedClient is who a refused request says it comes from, or "unknown".
func claimedClient(r *http.Request) string {
	if id, _, ok := basicCredentials(r); ok {
		return id
	}
	if _, members, refused := parseJWT(r.PostForm.Get("client_assertion"), assertionUnparsable, assertionAlgorithm); refused == nil {
		if issuer, ok := members.text("iss"); ok {
			return issuer
		}
	}
	if id := r.PostForm.Get("client_id"); id != "" {
		return id
	}
	return "unknown"
}
