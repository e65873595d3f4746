// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

func TestRoleThroughItsLife(t *testing.T) {
	org := managed(management.Options{})
	app := makeApp(t, org, appBody(t, nil))
	roles := api.ClientsPath + "/" + app + "/roles"
	assert.JSONEq(t, "[]", do(t, org, "GET", roles, "").body)
	made := do(t, org, "POST", roles, `{"type":"REPORT_ADMIN"}`)
	assert.Equal(t, http.StatusCreated, made.status)
	assert.JSONEq(t, `{"id":"KJCVAT2SKRPUCRCNJFHA","label":"Report Administrator","type":"REPORT_ADMIN","status":"ACTIVE","created":"2026-11-21T12:00:00.000Z",
		"lastUpdated":"2026-11-21T12:00:00.000Z","assignmentType":"CLIENT","_links":{"assignee":{"href":"`+orgURL+api.ClientsPath+"/"+app+`"}}}`, made.body)
	self := roles + "/KJCVAT2SKRPUCRCNJFHA"
	assert.Equal(t, made.body, do(t, org, "GET", self, "").body)
	assert.JSONEq(t, "["+made.body+"]", do(t, org, "GET", roles, "").body)
	requireRefused(t, do(t, org, "POST", roles, `{"type":"REPORT_ADMIN"}`), http.StatusConflict, "E0000090", "The role specified is already assigned to the user.")
	assert.Equal(t, http.StatusNoContent, do(t, org, "DELETE", self, "").status)
	for _, method := range []string{"GET", "DELETE"} {
		requireRefused(t, do(t, org, method, self, ""), http.StatusNotFound, "E0000007", "Not found: Resource not found: KJCVAT2SKRPUCRCNJFHA (RoleAssignment)")
	}
}

func TestRoleIDs(t *testing.T) {
	org := managed(management.Options{})
	app := makeApp(t, org, appBody(t, nil))
	for role, id := range map[string]string{
		"HELP_DESK_ADMIN": "JBCUYUC7IRCVGS27IFCE2SKO", "READ_ONLY_ADMIN": "KJCUCRC7J5HEYWK7IFCE2SKO", "SUPER_ADMIN": "KNKVARKSL5AUITKJJY", "ORG_ADMIN": "J5JEOX2BIRGUSTQ",
	} {
		assert.Equal(t, id, assign(t, org, app, role))
	}
	assert.Regexp(t, `^irb.{17}$`, assign(t, org, app, "WORKFLOWS_ADMIN"))
}

func TestRolesRefused(t *testing.T) {
	org := managed(management.Options{RoleOK: true, DuplicateRoleCode: "E0000263"})
	roles := api.ClientsPath + "/" + makeApp(t, org, appBody(t, nil)) + "/roles"
	requireRefused(t, do(t, org, "POST", roles, `{"type":"EMPEROR"}`), http.StatusBadRequest, "E0000001", "Api validation failed: type", "type: The value is not a role type")
	requireRefused(t, do(t, org, "POST", roles, `{"type":"CUSTOM","role":"cr0a","resource-set":"iama"}`), http.StatusNotFound, "E0000007",
		"Not found: Resource not found: cr0a (CustomRole)")
	assert.Equal(t, http.StatusOK, do(t, org, "POST", roles, `{"type":"REPORT_ADMIN"}`).status)
	requireRefused(t, do(t, org, "POST", roles, `{"type":"REPORT_ADMIN"}`), http.StatusConflict, "E0000263",
		"Attempted to assign a duplicate standard role assignment to an admin")
	web := makeApp(t, org, appBody(t, func(app, _, settings map[string]any) { app["label"], settings["application_type"] = "web", "web" }))
	requireRefused(t, do(t, org, "POST", api.ClientsPath+"/"+web+"/roles", `{"type":"REPORT_ADMIN"}`), http.StatusBadRequest, "E0000227",
		"Roles can only be granted to service application type")
	for _, c := range [][2]string{{"GET", ""}, {"POST", ""}, {"GET", "/KJCVAT2SKRPUCRCNJFHA"}, {"DELETE", "/KJCVAT2SKRPUCRCNJFHA"}} {
		requireRefused(t, do(t, org, c[0], api.ClientsPath+"/0oaNone/roles"+c[1], "{}"), http.StatusNotFound, "E0000007",
			"Not found: Resource not found: 0oaNone (PublicClientApp)")
	}
	org.InjectManagement(fault.Status(http.StatusConflict, fault.OktaError("E0000268", "")))
	requireRefused(t, do(t, org, "POST", roles, `{"type":"ORG_ADMIN"}`), http.StatusConflict, "E0000268",
		"Another request is making changes to the role assignments. Please try again.")
	assert.Equal(t, http.StatusOK, do(t, org, "POST", roles, `{"type":"ORG_ADMIN"}`).status)
}

func TestAnOrgMayMakeServiceAppsSuperAdmins(t *testing.T) {
	org := managed(management.Options{})
	app := makeApp(t, org, appBody(t, nil))
	assert.JSONEq(t, `{"clientPrivilegesSetting":false}`, do(t, org, "GET", api.PrivilegesPath, "").body)
	requireRefused(t, do(t, org, "PUT", api.PrivilegesPath, "{}"), http.StatusBadRequest, "E0000001", "Api validation failed: clientPrivilegesSetting",
		"clientPrivilegesSetting: The field cannot be left blank")
	assert.JSONEq(t, `{"clientPrivilegesSetting":true}`, do(t, org, "PUT", api.PrivilegesPath, `{"clientPrivilegesSetting":true}`).body)
	grant(t, org, app, "okta.logs.read")
	roles := do(t, org, "GET", api.ClientsPath+"/"+app+"/roles", "").objects(t)
	assert.Len(t, roles, 1)
	assert.Equal(t, "SUPER_ADMIN", roles[0]["type"])
	do(t, org, "DELETE", api.ClientsPath+"/"+app+"/roles/KNKVARKSL5AUITKJJY", "")
	grant(t, org, app, "okta.apps.read")
	assert.Empty(t, do(t, org, "GET", api.ClientsPath+"/"+app+"/roles", "").objects(t), "the first grant only")

	org = managed(management.Options{SuperAdminClients: true})
	web := makeApp(t, org, appBody(t, func(_, _, settings map[string]any) { settings["application_type"] = "web" }))
	grant(t, org, web, "okta.logs.read")
	assert.Empty(t, do(t, org, "GET", api.ClientsPath+"/"+web+"/roles", "").objects(t))
}
