// SPDX-License-Identifier: Apache-2.0

package filter

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const filtered = `{"uuid":"u-1","eventType":"user.session.start","severity":"WARN","displayMessage":"","legacyEventType":null,
"actor":{"id":"00u1","displayName":"Jane \"JD\" Doe","detailEntry":{"expires":"2026-11-21T13:00:00.000Z"}},
"client":{"ipAddress":"198.51.100.7","geographicalContext":{"geolocation":{"lat":34.5,"lon":-118}}},
"securityContext":{"asNumber":64496,"isProxy":false},"outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"},
"debugContext":{"debugData":{"url":"/login?","count":"207"}},"transaction":{"detail":{}},"request":{"ipChain":[]},
"target":[{"id":"00uA","type":"User"},{"id":"0oaB","type":"AppInstance","displayName":"Example CRM"}]}`

func TestFilter(t *testing.T) {
	for expression, want := range map[string]bool{
		`eventType eq "user.session.start"`:                true,
		`eventType EQ "user.session.start"`:                true,
		`eventType eq "USER.session.start"`:                false,
		`eventType ne "user.session.end"`:                  true,
		`eventType sw "user."`:                             true,
		`eventType ew ".start" and eventType co "session"`: true,
		`actor.displayName eq "Jane \"JD\" Doe"`:           true,
		`displayMessage pr`:                                true,
		`legacyEventType pr`:                               false,
		`legacyEventType eq null`:                          true,
		`actor.id ne null`:                                 true,
		`transaction.detail pr or request.ipChain pr`:      false,
		`target pr`: true,
		`target.id eq "00uA" and target.id eq "0oaB"`:                             true,
		`target.id eq "00uA" and target.type eq "AppInstance"`:                    true,
		`target.id ne "00uA"`:                                                     false,
		`target.id ne "00uC"`:                                                     true,
		`securityContext.asNumber gt 64000 and securityContext.asNumber le 64496`: true,
		`securityContext.asNumber lt 7`:                                           false,
		`client.geographicalContext.geolocation.lat ge 34.5`:                      true,
		`securityContext.isProxy eq false`:                                        true,
		`securityContext.isProxy eq true`:                                         false,
		`debugContext.debugData.count eq "207"`:                                   true,
		`debugContext.debugData.url eq "/login?"`:                                 true,
		`actor.detailEntry.expires gt "2026-11-21T13:30:00+01:00"`:                true,
		`actor.detailEntry.expires lt "2026-11-21T12:59:59Z"`:                     false,
		`severity ge "INFO"`:                                                      true,
		`severity gt "WARN"`:                                                      false,
		`not (outcome.result eq "SUCCESS")`:                                       true,
		`outcome.result eq "SUCCESS" and uuid pr or uuid eq "u-1"`:                true,
		`outcome.result eq "SUCCESS" and (uuid pr or uuid eq "u-1")`:              false,
		`uuid eq "u-1" or uuid eq "x" and uuid eq "y"`:                            true,
		`((uuid eq "u-1"))`:                                                       true,
		`device.id pr`:                                                            false,
	} {
		match, refused := Compile(expression, "")
		require.Nil(t, refused, expression)
		assert.Equal(t, want, match([]byte(filtered)), expression)
	}
}

func TestFilterRefused(t *testing.T) {
	for expression, want := range map[string]struct{ code, summary string }{
		`display_message eqq "Create okta user"`:  {"E0000053", `Invalid filter 'display_message eqq "Create okta user"': Unrecognized attribute operator 'eqq' at position 16. Expected: eq,co,sw,pr,gt,ge,lt,le`},
		`some_invalid_field eq "x"`:               {"E0000053", "field is not valid: some_invalid_field"},
		`published gt "2026-11-21T12:00:00Z"`:     {"E0000053", "field is not valid: published"},
		`EventType eq "x"`:                        {"E0000053", "field is not valid: EventType"},
		`target.changeDetails.from pr`:            {"E0000053", "field is not valid: target.changeDetails.from"},
		`debugContext.debugData.url co "x"`:       {"E0000031", "The supplied combination of operator and field is not currently supported. Operator: co, Field: debugContext.debugData.url"},
		`debugContext.debugData.requestUri co ""`: {"E0000031", "The supplied combination of operator and field is not currently supported. Operator: co, Field: debugContext.debugData.requestUri"},
		`target[type eq "User"]`:                  {"E0000053", `Invalid filter 'target[type eq "User"]': Unexpected '[' at position 6.`},
		`uuid eq`:                                 {"E0000053", "Invalid filter 'uuid eq': Unexpected 'end of filter' at position 7. Expected: value"},
		`uuid eq u`:                               {"E0000053", "Invalid filter 'uuid eq u': Unexpected 'u' at position 8. Expected: value"},
		`uuid eq "u`:                              {"E0000053", `Invalid filter 'uuid eq "u': Unterminated string at position 8.`},
		`(uuid pr`:                                {"E0000053", "Invalid filter '(uuid pr': Unexpected 'end of filter' at position 8. Expected: )"},
		`uuid pr)`:                                {"E0000053", "Invalid filter 'uuid pr)': Unexpected ')' at position 7. Expected: end of filter"},
		`not uuid pr`:                             {"E0000053", "Invalid filter 'not uuid pr': Unexpected 'uuid' at position 4. Expected: ("},
		`uuid`:                                    {"E0000053", "Invalid filter 'uuid': Unexpected 'end of filter' at position 4. Expected: operator"},
		`"uuid" eq "x"`:                           {"E0000053", `Invalid filter '"uuid" eq "x"': Unexpected 'uuid' at position 0. Expected: attribute`},
		`uuid pr or`:                              {"E0000053", "Invalid filter 'uuid pr or': Unexpected 'end of filter' at position 10. Expected: attribute"},
	} {
		match, refused := Compile(expression, "")
		require.NotNil(t, refused, expression)
		assert.Nil(t, match)
		assert.Equal(t, http.StatusBadRequest, refused.Status)
		assert.Equal(t, want.code, refused.Code, expression)
		assert.Equal(t, want.summary, refused.Summary)
	}
}

func TestKeywords(t *testing.T) {
	for q, want := range map[string]bool{
		"jane": true, "JANE doe": true, "jane smith": false, "user.session.start": true, "session": true, "sess": false, "198.51.100.7": true,
		"invalid_credentials": true, "example crm": true, "u-1": true, "u": true, "warn failure": true, "64496": false,
	} {
		match, refused := Compile("", q)
		require.Nil(t, refused)
		assert.Equal(t, want, match([]byte(filtered)), q)
	}
}

func TestFilterAndKeywordsTogether(t *testing.T) {
	for _, c := range []struct {
		filter, q string
		want      bool
	}{
		{`severity eq "WARN"`, "jane", true}, {`severity eq "INFO"`, "jane", false}, {`severity eq "WARN"`, "john", false},
	} {
		match, refused := Compile(c.filter, c.q)
		require.Nil(t, refused)
		assert.Equal(t, c.want, match([]byte(filtered)), c)
	}
	none, refused := Compile(" ", " ")
	assert.Nil(t, refused)
	assert.Nil(t, none)
}

func TestTextThatIsNoEventMatchesNothing(t *testing.T) {
	match, refused := Compile(`uuid ne "x"`, "")
	require.Nil(t, refused)
	for text, want := range map[string]bool{`{"uuid":"y"}`: true, `{"uuid":"y"`: false, ``: false, `null`: true, `17`: true} {
		assert.Equal(t, want, match([]byte(text)), text)
	}
}

// The expressions look at what comes early in an event, late, and all through it.
func BenchmarkMatch(b *testing.B) {
	for _, c := range []struct{ filter, q string }{
		{`actor.id eq "x" and target.id eq "y"`, ""}, {`outcome.result eq "FAILURE" and severity ge "WARN"`, ""}, {"", "nothing found"},
	} {
		match, refused := Compile(c.filter, c.q)
		require.Nil(b, refused)
		b.Run(c.filter+c.q, func(b *testing.B) {
			for b.Loop() {
				match([]byte(filtered))
			}
		})
	}
}
