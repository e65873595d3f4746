// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// grantEvents returns type, result, reason and actor of every event in the log.
func grantEvents(t *testing.T, org *Org) [][]string {
	t.Helper()
	var all [][]string
	for e := range org.Events() {
		var got struct {
			EventType string
			Actor     struct{ ID string }
			Outcome   struct{ Result, Reason string }
		}
		require.NoError(t, json.Unmarshal(e.JSON, &got))
		parsed, err := logevent.Parse(e.JSON)
		require.NoError(t, err)
		assert.Equal(t, e.UUID, parsed.UUID)
		all = append(all, []string{got.EventType, got.Outcome.Result, got.Outcome.Reason, got.Actor.ID})
	}
	return all
}

func TestTokenRequestsAreInTheLog(t *testing.T) {
	opts := optionsWith(dpopApp())
	opts.OAuth.LogGrants = true
	org := NewOrg(opts)
	access := issueBound(t, org)
	refused := askBound(noon)
	refused.assertion.claims["aud"] = "https://other.example"
	refused.send(t, org)
	nobody := ask(noon)
	nobody.basic("0oa\"<other>\x00", "s")
	nobody.send(t, org)

	assert.Equal(t, [][]string{
		{"app.oauth2.token.grant", "CHALLENGE", "use_dpop_nonce", clientID},
		{"app.oauth2.token.grant.access_token", "SUCCESS", "", clientID},
		{"app.oauth2.token.grant", "FAILURE", "invalid_client", clientID},
		{"app.oauth2.token.grant", "FAILURE", "invalid_client", "0oa\"<other>\x00"},
	}, grantEvents(t, org))
	assert.Len(t, readBound(access, noon).send(t, org).uuids(t), 4, "reading writes nothing")
	for e := range org.Events() {
		assert.NotContains(t, string(e.JSON), access)
	}
}

func TestTheLogIsQuietUnlessAsked(t *testing.T) {
	org := orgWith(serviceApp())
	issuePlain(t, org)
	assert.Zero(t, org.Len())
}
