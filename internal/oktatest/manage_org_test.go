// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

// eventsOf are the events of the org's log.
func eventsOf(t *testing.T, org *Org) (events []map[string]any) {
	t.Helper()
	for e := range org.Events() {
		var event map[string]any
		require.NoError(t, json.Unmarshal(e.JSON, &event))
		require.Equal(t, e.UUID, event["uuid"])
		events = append(events, event)
	}
	return events
}

// setUp makes an app with all it may have, by an order of requests, and returns what removes it again.
func setUp(t *testing.T, org *Org, label string) (app string, remove func()) {
	t.Helper()
	app = makeApp(t, org, labelled(t, label))
	path := api.AppsPath + "/" + app
	granted, role := grant(t, org, app, api.LogsScope), assign(t, org, app, "REPORT_ADMIN")
	key := do(t, org, "POST", path+"/credentials/jwks", asJSON(t, jwk(t, otherKey().Public(), "new"))).object(t, http.StatusCreated)["id"].(string)
	return app, func() {
		for _, c := range [][2]string{
			{"POST", path + "/credentials/jwks/" + key + "/lifecycle/deactivate"}, {"DELETE", path + "/credentials/jwks/" + key},
			{"DELETE", api.ClientsPath + "/" + app + "/roles/" + role}, {"DELETE", path + "/grants/" + granted},
			{"POST", path + "/lifecycle/deactivate"}, {"DELETE", path},
		} {
			require.Less(t, do(t, org, c[0], c[1], "").status, 300, c)
		}
	}
}

func TestEachChangeIsInTheLog(t *testing.T) {
	org := managed(management.Options{})
	app, remove := setUp(t, org, "otel")
	remove()
	var types []string
	for _, event := range eventsOf(t, org) {
		types = append(types, event["eventType"].(string))
	}
	assert.Equal(t, []string{
		"application.lifecycle.create", "app.oauth2.client.lifecycle.create", "app.oauth2.admin.consent.grant", "app.oauth2.client.privilege.grant",
		"app.oauth2.credentials.lifecycle.create", "app.oauth2.credentials.lifecycle.deactivate", "app.oauth2.credentials.lifecycle.delete",
		"app.oauth2.client.privilege.revoke", "app.oauth2.admin.consent.revoke", "application.lifecycle.deactivate", "app.oauth2.client.lifecycle.deactivate",
		"application.lifecycle.delete", "app.oauth2.client.lifecycle.delete",
	}, types)
	events := eventsOf(t, org)
	assert.Equal(t, []any{app, "otel", keyID}, []any{
		at(t, events[1], "debugContext", "debugData", "clientId"), at(t, events[1], "debugContext", "debugData", "clientName"),
		at(t, events[1], "debugContext", "debugData", "kid"),
	})
	target := events[2]["target"].([]any)[0]
	assert.Equal(t, []any{"ConsentGrant", api.LogsScope, app}, []any{at(t, target, "type"), at(t, target, "displayName"), at(t, target, "detailEntry", "publicclientapp")})
	assert.Equal(t, "Report Administrator", at(t, events[3], "debugContext", "debugData", "privilegeGranted"))
	assert.Equal(t, "Report Administrator", at(t, events[7], "debugContext", "debugData", "privilegeRevoked"))
	assert.Equal(t, "new", at(t, events[4]["target"].([]any)[0], "detailEntry", "KeyId"))
	assert.Equal(t, "00uSyntheticAdmin0005d7", at(t, events[0], "actor", "id"))
}

func TestOtherChangesAreInTheLog(t *testing.T) {
	org := managed(management.Options{})
	path := api.AppsPath + "/" + makeApp(t, org, withSecret(t))
	seen := org.Len()
	changed := func(method, path, body string, want ...string) {
		t.Helper()
		require.Less(t, do(t, org, method, path, body).status, 300)
		var types []string
		for _, event := range eventsOf(t, org)[seen:] {
			types = append(types, strings.TrimPrefix(event["eventType"].(string), "app.oauth2."))
		}
		seen = org.Len()
		assert.Equal(t, want, types, "%s %s", method, path)
	}
	first := do(t, org, "GET", path+"/credentials/secrets", "").objects(t)[0]["id"].(string)
	seen = org.Len()
	changed("GET", path+"/credentials/secrets/"+first, "", "client.read_client_secret")
	changed("POST", path+"/credentials/secrets", "", "credentials.lifecycle.create")
	changed("POST", path+"/credentials/secrets/"+first+"/lifecycle/deactivate", "", "credentials.lifecycle.deactivate")
	changed("POST", path+"/credentials/secrets/"+first+"/lifecycle/deactivate", "")
	changed("POST", path+"/credentials/secrets/"+first+"/lifecycle/activate", "", "credentials.lifecycle.activate")
	changed("PUT", path, appBody(t, nil), "credentials.lifecycle.create", "application.lifecycle.update", "client.lifecycle.update")
	other := appBody(t, func(_, _, s map[string]any) { s["jwks"] = keysOf(jwk(t, otherKey().Public(), "new")) })
	changed("PUT", path, other, "credentials.lifecycle.create", "credentials.lifecycle.delete", "application.lifecycle.update", "client.lifecycle.update")
	changed("GET", path, "")
	changed("PUT", api.PrivilegesPath, `{"clientPrivilegesSetting":true}`)
}

func TestObjectsTellWhatIsLeftBehind(t *testing.T) {
	org := managed(management.Options{})
	_, err := org.AddHook(eventhooks.Spec{URI: endpointAt, Secret: hookSecret, Events: []string{"user.session.start"}})
	require.NoError(t, err)
	app, _ := setUp(t, org, "otel")
	makeApp(t, org, appBody(t, func(app, c, s map[string]any) {
		app["label"], c["token_endpoint_auth_method"] = "web", "client_secret_post"
		delete(s, "jwks")
	}))
	before := org.Objects()
	kinds := map[string]int{}
	for name := range before {
		kind, _, _ := strings.Cut(name, "/")
		kinds[kind]++
	}
	assert.Equal(t, map[string]int{"app": 2, "key": 2, "secret": 1, "grant": 1, "role": 1, "hook": 1, "org": 1}, kinds)
	assert.NotContains(t, strings.Join(slices.Collect(maps.Values(before)), ""), hookSecret)

	path := api.AppsPath + "/" + app
	do(t, org, "POST", path+"/lifecycle/deactivate", "")
	require.NotEqual(t, before, org.Objects())
	do(t, org, "POST", path+"/lifecycle/activate", "")
	assert.Equal(t, before, org.Objects())
	_, remove := setUp(t, org, "second")
	remove()
	assert.Equal(t, before, org.Objects())
}

func TestAppsHaveRateLimitsOfTheirOwn(t *testing.T) {
	org := managed(management.Options{RateLimit: 8, AppRateLimit: 20})
	app := makeApp(t, org, appBody(t, nil))
	limits := func(path string) (limit, remaining string, status int) {
		a := do(t, org, "GET", path, "")
		return a.header.Get("X-Rate-Limit-Limit"), a.header.Get("X-Rate-Limit-Remaining"), a.status
	}
	for i, want := range []string{"2", "1", "0"} { // one was the making
		limit, remaining, status := limits(api.AppsPath)
		assert.Equal(t, []any{"4", want, 200}, []any{limit, remaining, status}, i)
	}
	a := do(t, org, "GET", api.AppsPath+"/"+app+"/grants", "")
	requireRefused(t, a, http.StatusTooManyRequests, "E0000047", "API call exceeded rate limit due to too many requests.")
	assert.NotEmpty(t, a.header.Get("X-Rate-Limit-Reset"))
	assert.Empty(t, a.header.Get("Retry-After"))
	assert.NotEmpty(t, a.header.Get("X-Okta-Request-Id"))
	for _, path := range []string{api.AppsPath + "/" + app, api.PrivilegesPath} {
		limit, remaining, status := limits(path)
		assert.Equal(t, []any{"10", "9", 200}, []any{limit, remaining, status}, path)
	}
	limit, remaining, status := limits(api.ClientsPath + "/" + app + "/roles")
	assert.Equal(t, []any{"4", "3", 200}, []any{limit, remaining, status})
	assert.Equal(t, http.StatusOK, do(t, org, "GET", api.LogsPath, "").status)
}

func TestRequestsOfTheManagementAreNoted(t *testing.T) {
	org := managed(management.Options{})
	org.InjectManagement(fault.Status(http.StatusInternalServerError, fault.OktaError("E0000009", "")))
	assert.Equal(t, http.StatusInternalServerError, do(t, org, "POST", api.AppsPath, appBody(t, nil)).status)
	makeApp(t, org, appBody(t, nil))
	requests := org.Requests()
	require.Len(t, requests, 2)
	assert.Equal(t, []any{"status 500", 500}, []any{requests[0].Fault, requests[0].Status})
	assert.JSONEq(t, appBody(t, nil), string(requests[1].Body))
	assert.Equal(t, "SSWS "+DefaultAdminToken, requests[1].Header.Get("Authorization"))
}

func TestWhatAnOrgTellsOfItself(t *testing.T) {
	opts := clockAt(noon)
	opts.OrgID, opts.OrgURL, opts.CustomDomain, opts.Pipeline = "00oSynthetic", "https://acme-own.okta.com", "https://id.example.com", "v1"
	told := do(t, NewOrg(opts), "GET", "/.well-known/okta-organization", "").object(t, http.StatusOK)
	assert.Equal(t, map[string]any{
		"id": "00oSynthetic", "cellId": "ok1", "pipeline": "v1",
		"_links": map[string]any{"organization": map[string]any{"href": "https://acme-own.okta.com"}, "alternate": map[string]any{"href": "https://id.example.com"}},
	}, told)
	plain := do(t, NewOrg(Options{OrgID: "00oSynthetic"}), "GET", "/.well-known/okta-organization", "").object(t, http.StatusOK)
	assert.Equal(t, "idx", plain["pipeline"])
	assert.Equal(t, map[string]any{"organization": map[string]any{"href": orgURL}}, plain["_links"])
	assert.Equal(t, http.StatusNotFound, do(t, NewOrg(Options{}), "GET", "/.well-known/okta-organization", "").status)
}

func TestTheManagementWantsHTTPS(t *testing.T) {
	org := NewOrg(Options{AdminToken: DefaultAdminToken, RequireHTTPS: true})
	r := request(t, "http://acme.okta.com"+api.AppsPath)
	r.Header.Set("Authorization", "SSWS "+DefaultAdminToken)
	requireRefused(t, send(t, org, r), http.StatusMethodNotAllowed, "E0000022", "The endpoint does not support the provided HTTP method")
}

func TestChangesOfHooksAreInTheLog(t *testing.T) {
	org := orgWithEndpoint(t, Options{Hooks: eventhooks.Options{LogChanges: true, ReverseTypes: true}})
	view := apiCall{method: "POST", body: hookJSON(t, nil)}.send(t, org).hookIn(t)
	assert.Equal(t, []string{"group.user_membership.add", "user.session.start"}, view.Events.Items)
	assert.Contains(t, view.Links, "verify")
	self := "/" + view.ID
	for _, c := range []apiCall{
		{method: "GET", path: self}, {method: "POST", path: self + "/lifecycle/verify"}, {method: "PUT", path: self, body: hookJSON(t, nil)},
		{method: "DELETE", path: self}, {method: "POST", path: self + "/lifecycle/deactivate"},
	} {
		c.send(t, org)
	}
	links := apiCall{method: "GET", path: self}.send(t, org).hookIn(t).Links
	assert.ElementsMatch(t, []string{"self", "activate", "delete"}, slices.Collect(maps.Keys(links)))
	apiCall{method: "POST", path: self + "/lifecycle/activate"}.send(t, org)
	apiCall{method: "POST", path: self + "/lifecycle/deactivate"}.send(t, org)
	apiCall{method: "DELETE", path: self}.send(t, org)
	var types []string
	for _, event := range eventsOf(t, org) {
		types = append(types, strings.TrimPrefix(event["eventType"].(string), "event_hook."))
		assert.Equal(t, []any{view.ID, "otel"}, []any{at(t, event["target"].([]any)[0], "id"), at(t, event["target"].([]any)[0], "displayName")})
	}
	assert.Equal(t, []string{"created", "verified", "updated", "deactivated", "activated", "deactivated", "deleted"}, types)
}
