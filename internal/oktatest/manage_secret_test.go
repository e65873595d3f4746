// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

func TestASecretIsShownOnlyToWhoMakesTheApp(t *testing.T) {
	org := managed(management.Options{})
	app := do(t, org, "POST", api.AppsPath, withSecret(t)).object(t, http.StatusOK)
	value := at(t, app, "credentials", "oauthClient", "client_secret")
	assert.Len(t, value, 64)
	path := api.AppsPath + "/" + app["id"].(string)
	shown := do(t, org, "GET", path, "")
	assert.NotContains(t, shown.body, "client_secret\":")
	assert.NotContains(t, do(t, org, "GET", api.AppsPath, "").body, value)
	assert.Equal(t, value, do(t, org, "GET", path+"/credentials/secrets", "").objects(t)[0]["client_secret"])
	for name, text := range org.Objects() {
		assert.NotContains(t, text, value, name)
	}

	given := strings.Replace(withSecret(t), `"token_endpoint`, `"client_secret":"a-secret-of-the-tests","token_endpoint`, 1)
	replaced := do(t, org, "PUT", path, given).object(t, http.StatusOK)
	assert.Equal(t, "a-secret-of-the-tests", at(t, replaced, "credentials", "oauthClient", "client_secret"))
	assert.Equal(t, http.StatusOK, do(t, org, "PUT", path, appBody(t, nil)).status)
	assert.Empty(t, do(t, org, "GET", path+"/credentials/secrets", "").objects(t), "the key takes their place")
}

func TestSecretThroughItsLife(t *testing.T) {
	org := managed(management.Options{})
	secrets := api.AppsPath + "/" + makeApp(t, org, withSecret(t)) + "/credentials/secrets"
	first := do(t, org, "GET", secrets, "").objects(t)[0]["id"].(string)
	refused := func(a answer, cause string) {
		t.Helper()
		requireRefused(t, a, http.StatusBadRequest, "E0000001", "Api validation failed: OAuth2ClientSecretMediated", cause)
	}
	refused(do(t, org, "POST", secrets+"/"+first+"/lifecycle/deactivate", ""), "You can't deactivate the only active client secret.")
	second := do(t, org, "POST", secrets, "").object(t, http.StatusCreated)
	id := second["id"].(string)
	assert.Regexp(t, `^ocs.{17}$`, id)
	assert.Equal(t, second, do(t, org, "GET", secrets+"/"+id, "").object(t, http.StatusOK))
	refused(do(t, org, "POST", secrets, "{}"), "You've reached the maximum number of client secrets per client.")
	refused(do(t, org, "DELETE", secrets+"/"+first, ""), "You can't delete an active client secret. Deactivate the secret before deleting it.")
	assert.Equal(t, "INACTIVE", do(t, org, "POST", secrets+"/"+first+"/lifecycle/deactivate", "").object(t, http.StatusOK)["status"])
	assert.Equal(t, "ACTIVE", do(t, org, "POST", secrets+"/"+first+"/lifecycle/activate", "").object(t, http.StatusOK)["status"])
	do(t, org, "POST", secrets+"/"+first+"/lifecycle/deactivate", "")
	require.Equal(t, http.StatusNoContent, do(t, org, "DELETE", secrets+"/"+first, "").status)
	requireRefused(t, do(t, org, "GET", secrets+"/"+first, ""), http.StatusNotFound, "E0000007", "Not found: Resource not found: "+first+" (OAuth2ClientSecretMediated)")
	for value, cause := range map[string]string{
		"short":                  "client_secret: The value must have at least 14 characters",
		strings.Repeat("x", 101): "client_secret: The value must have 100 characters at most",
		"a secret with an é":     "client_secret: The value must have printable ASCII characters only",
	} {
		refused(do(t, org, "POST", secrets, asJSON(t, map[string]string{"client_secret": value})), cause)
	}
	keyed := makeApp(t, org, labelled(t, "keyed"))
	refused(do(t, org, "POST", api.AppsPath+"/"+keyed+"/credentials/secrets", ""),
		"client_secret: A secret is not allowed with the token_endpoint_auth_method private_key_jwt")
}
