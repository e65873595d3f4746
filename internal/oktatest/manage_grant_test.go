// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

func TestGrantThroughItsLife(t *testing.T) {
	org := managed(management.Options{})
	app := makeApp(t, org, appBody(t, nil))
	grants := api.AppsPath + "/" + app + "/grants"
	assert.Empty(t, do(t, org, "GET", grants, "").objects(t))
	made := do(t, org, "POST", grants, `{"issuer":"`+orgURL+`","scopeId":"okta.logs.read"}`)
	g := made.object(t, http.StatusOK)
	id := g["id"].(string)
	self := orgURL + grants + "/" + id
	assert.JSONEq(t, `{"id":"`+id+`","status":"ACTIVE","created":"2026-11-21T12:00:00.000Z","lastUpdated":"2026-11-21T12:00:00.000Z",
		"createdBy":{"id":"00uSyntheticAdmin0005d7","type":"User"},"issuer":"`+orgURL+`","clientId":"`+app+`","scopeId":"okta.logs.read","source":"ADMIN",
		"_links":{"app":{"href":"`+orgURL+`/api/v1/apps/`+app+`"},"self":{"href":"`+self+`","hints":{"allow":["GET","DELETE"]}},
		"client":{"href":"`+orgURL+`/oauth2/v1/clients/`+app+`"}}}`, made.body)
	assert.Regexp(t, `^oag.{17}$`, id)
	assert.Equal(t, made.body, do(t, org, "GET", grants+"/"+id, "").body)
	assert.Equal(t, "okta.logs.read", at(t, do(t, org, "GET", grants+"?expand=scope", "").objects(t)[0], "_embedded", "scope", "id"))
	assert.Equal(t, id, grant(t, org, app, "okta.logs.read"), "the same again")
	assert.Len(t, do(t, org, "GET", grants, "").objects(t), 1)

	assert.Equal(t, http.StatusNoContent, do(t, org, "DELETE", grants+"/"+id, "").status)
	for _, method := range []string{"GET", "DELETE"} {
		requireRefused(t, do(t, org, method, grants+"/"+id, ""), http.StatusNotFound, "E0000007", "Not found: Resource not found: "+id+" (OAuth2ScopeConsentGrant)")
	}
}

func TestGrantsRefused(t *testing.T) {
	org := managed(management.Options{DuplicateGrant: management.DuplicateRefused, GrantCreated: true})
	grants := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil)) + "/grants"
	for body, cause := range map[string]string{
		`{"issuer":"` + orgURL + `"}`:                                  "scopeId: The field cannot be left blank",
		`{"scopeId":"okta.logs.read"}`:                                 "issuer: The field cannot be left blank",
		`{"scopeId":"okta.logs.manage","issuer":"` + orgURL + `"}`:     `scopeId: "okta.logs.manage" is not a scope of the org authorization server`,
		`{"scopeId":"openid","issuer":"` + orgURL + `"}`:               `scopeId: "openid" is not a scope of the org authorization server`,
		`{"scopeId":"okta.logs.read","issuer":"` + orgURL + `/"}`:      "issuer: The value must be the URL of the org authorization server, " + orgURL,
		`{"scopeId":"okta.logs.read","issuer":"https://b.okta.com"}`:   "issuer: The value must be the URL of the org authorization server, " + orgURL,
		`{"scopeId":"okta.apps.register","issuer":"` + orgURL + `"}`:   `scopeId: "okta.apps.register" is not a scope of the org authorization server`,
		`{"scopeId":"okta.everything.read","issuer":"` + orgURL + `"}`: `scopeId: "okta.everything.read" is not a scope of the org authorization server`,
	} {
		a := do(t, org, "POST", grants, body)
		assert.Equal(t, http.StatusBadRequest, a.status, body)
		assert.Equal(t, []string{cause}, a.causes(t))
	}
	body := `{"scopeId":"okta.logs.read","issuer":"` + orgURL + `"}`
	assert.Equal(t, http.StatusCreated, do(t, org, "POST", grants, body).status)
	requireRefused(t, do(t, org, "POST", grants, body), http.StatusBadRequest, "E0000001", "Api validation failed: OAuth2ScopeConsentGrant",
		"scopeId: The scope okta.logs.read is granted already")
}

func TestTheOrgsOwnAddressIssuesScopes(t *testing.T) {
	opts := clockAt(noon)
	opts.AdminToken, opts.OrgURL = DefaultAdminToken, "https://acme-own.okta.com"
	org := NewOrg(opts)
	grants := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil)) + "/grants"
	assert.Equal(t, http.StatusBadRequest, do(t, org, "POST", grants, `{"scopeId":"okta.logs.read","issuer":"`+orgURL+`"}`).status)
	assert.Equal(t, http.StatusOK, do(t, org, "POST", grants, `{"scopeId":"okta.logs.read","issuer":"https://acme-own.okta.com"}`).status)
}

func TestGrantsOutliveTheirApp(t *testing.T) {
	org := managed(management.Options{})
	body := appBody(t, func(_, credentials, _ map[string]any) { credentials["client_id"] = "otel-client" })
	first := makeApp(t, org, body)
	assert.NotEqual(t, "otel-client", first)
	id := grant(t, org, first, "okta.logs.read")
	assign(t, org, "otel-client", "REPORT_ADMIN")
	do(t, org, "POST", api.AppsPath+"/"+first+"/lifecycle/deactivate", "")
	assert.Equal(t, http.StatusNoContent, do(t, org, "DELETE", api.AppsPath+"/"+first, "").status)
	assert.Contains(t, org.Objects(), "grant/otel-client/"+id)
	second := makeApp(t, org, body)
	assert.Equal(t, id, do(t, org, "GET", api.AppsPath+"/"+second+"/grants", "").objects(t)[0]["id"])
	assert.Empty(t, do(t, org, "GET", api.ClientsPath+"/otel-client/roles", "").objects(t))
}
