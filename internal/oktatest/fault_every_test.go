// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

func TestFaultsThatRecur(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.InjectEvery(Logs, 3, fault.Status(http.StatusInternalServerError, fault.NoBody), fault.Status(http.StatusBadGateway, fault.NoBody))
	var statuses []int
	for range 12 {
		statuses = append(statuses, get(t, org, "").status)
	}
	assert.Equal(t, []int{200, 200, 500, 200, 200, 502, 200, 200, 500, 200, 200, 502}, statuses)

	org = NewOrg(clockAt(noon))
	org.InjectEvery(Logs, 2, fault.PositionRefused(""), fault.Status(http.StatusBadGateway, fault.NoBody))
	next := get(t, org, "").links()["next"]
	assert.Equal(t, http.StatusBadGateway, get(t, org, "").status, "without a cursor it meets the one after")
	assert.Equal(t, http.StatusOK, get(t, org, next).status)
	assert.Equal(t, http.StatusBadRequest, get(t, org, next).status)

	org.InjectEvery(Logs, 1, fault.PositionRefused(""))
	assert.Equal(t, http.StatusOK, get(t, org, "").status, "none is for it")
	org.Inject(fault.Status(http.StatusTeapot, fault.NoBody))
	assert.Equal(t, http.StatusTeapot, get(t, org, next).status, "the queued one comes first")
	assert.Equal(t, http.StatusBadRequest, get(t, org, next).status)
	org.ClearFaults()
	assert.Equal(t, http.StatusOK, get(t, org, next).status)
}

func TestFaultsOfEachEndpointRecur(t *testing.T) {
	opts := optionsWith(serviceApp())
	opts.AdminToken = DefaultAdminToken
	for _, endpoint := range Endpoints() {
		org := NewOrg(opts)
		org.InjectEvery(endpoint, 1, fault.Status(http.StatusBadGateway, fault.NoBody))
		for of, status := range map[Endpoint]int{
			Logs: get(t, org, "").status, Token: ask(noon).send(t, org).status, Hooks: apiCall{method: "GET"}.send(t, org).status,
			Management: do(t, org, "GET", api.AppsPath, "").status,
		} {
			assert.Equal(t, of == endpoint, status == http.StatusBadGateway, "%s of %s", of, endpoint)
		}
	}
}

func TestAnOrgThatLags(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.Append(event("a", noon))
	next := get(t, org, "?"+since(noon.Add(-time.Hour))).links()["next"]
	org.Append(event("b", noon))
	org.Inject(fault.Lagging())
	late := get(t, org, next)
	assert.Empty(t, late.uuids(t))
	require.Equal(t, next, late.links()["next"])
	assert.Equal(t, []string{"b"}, get(t, org, next).uuids(t))

	org.Inject(fault.Lagging())
	bounded := "?" + since(noon.Add(-time.Hour)) + "&until=2026-11-21T13:00:00Z"
	assert.Equal(t, []string{"a", "b"}, get(t, org, bounded).uuids(t), "a span that ends is complete")
	assert.Equal(t, 1, org.Faults())
}

func TestACredentialThatExpired(t *testing.T) {
	org := orgWith(serviceApp())
	org.Inject(fault.ExpiredCredential(), fault.ExpiredCredential())
	refused := get(t, org, "")
	assert.Equal(t, http.StatusUnauthorized, refused.status)
	assert.Equal(t, "E0000011", refused.errorCode(t))
	requireChallenge(t, readPlain(issuePlain(t, org)).send(t, org), http.StatusUnauthorized, "Bearer", "invalid_token", "The token has expired.")
}

func TestANamedRateLimitHasTheHeadersOfTheOrg(t *testing.T) {
	opts := clockAt(noon)
	opts.RateLimit = 40
	org := NewOrg(opts)
	met, known := fault.ByName("429")
	require.True(t, known)
	org.Inject(met)
	a := get(t, org, "")
	assert.Equal(t, http.StatusTooManyRequests, a.status)
	assert.Equal(t, []string{"20", "0", "1795262405"}, []string{
		a.header.Get("X-Rate-Limit-Limit"), a.header.Get("X-Rate-Limit-Remaining"), a.header.Get("X-Rate-Limit-Reset"),
	})
	assert.Empty(t, a.header.Get("Retry-After"))
}

func TestNamesOfFaults(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range fault.Names() {
		assert.False(t, seen[name], name)
		seen[name] = true
		met, known := fault.ByName(name)
		assert.True(t, known, name)
		assert.NotNil(t, met.Serve, name)
	}
	_, known := fault.ByName("418")
	assert.False(t, known)
	for _, named := range fault.All() {
		assert.Regexp(t, `^[^.]{5,80}$`, named.Help)
	}
}
