// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

func TestAdminCredentialIsTheTokenAlone(t *testing.T) {
	t.Parallel()
	const token = oktatest.DefaultAdminToken
	access := "eyJ" + strings.Repeat("a", 40) + ".eyJ" + strings.Repeat("b", 40) + ".c-_" + strings.Repeat("d", 40)
	for _, text := range []string{token, " " + token + "\n", "\ufeff" + token + "\r\n", access, access + "\n"} {
		clean, err := cleanToken(text)
		require.NoError(t, err, "%q", text)
		assert.Contains(t, []string{token, access}, string(clean))
	}
	for _, text := range []string{
		"SSWS " + token, "Bearer " + token, `"` + token + `"`, "OKTA_ADMIN_TOKEN=" + token, `{"token":"` + token + `"}`, token[:10] + "\u200b" + token[10:],
		token + " " + token, "/run/secrets/okta", "${OKTA_ADMIN_TOKEN}", "\x00" + token, "<token>", access + " x",
		base64.StdEncoding.EncodeToString([]byte(token)),
	} {
		_, err := cleanToken(text)
		require.Error(t, err, "%q", text)
		assert.Equal(t, exit.Usage, exit.Status(err), "%q", text)
		assert.Contains(t, err.Error(), ": set OKTA_ADMIN_TOKEN to the API token alone, as okta showed it")
		assert.NotContains(t, err.Error(), token)
		assert.NotContains(t, err.Error(), "_file")
	}
}

// What a wrong call is answered with is tried: with it the call is right.
func TestWrongCallsSayWhatToWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	for name, tc := range map[string]struct {
		args []string
		says string
		then []string
	}{
		"no org":                    {[]string{"--yes"}, "no org is named: use --org https://acme.okta.com", []string{"--yes", "--org", d.url}},
		"an org as it is not":       {[]string{"--org", "https://acme-admin.okta.com/admin"}, "--org is the address of the Admin Console: use https://acme.okta.com", nil},
		"another word":              {[]string{"https://acme.okta.com"}, "every setting is a flag", nil},
		"a hook without a scheme":   {[]string{"--org", d.url, "--hook", "hooks.example.com/okta"}, "--hook is not an address that okta can call", nil},
		"a hook in clear text":      {[]string{"--org", "https://acme.okta.com", "--hook", "http://hooks.example.com/okta"}, "use https://hooks.example.com/okta", nil},
		"a hook with a query":       {[]string{"--org", d.url, "--hook", "https://hooks.example.com/okta?a=b"}, "--hook is not an address that okta can call", nil},
		"a hook that is too long":   {[]string{"--org", d.url, "--hook", "https://hooks.example.com/" + strings.Repeat("a", 1024)}, "okta takes 1024 at most", nil},
		"no time at all":            {[]string{"--org", d.url, "--timeout", "0s"}, "--timeout must be above 0", nil},
		"a question that none asks": {[]string{"--org", d.url, "--json"}, "--json asks nothing: add --yes", []string{"--org", d.url, "--json", "--yes"}},
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			ended := d.runWith(Command(), "", append([]string{"--out", out}, tc.args...)...)
			assert.Equal(t, exit.Usage, ended.status, ended.said)
			assert.Contains(t, ended.said, tc.says)
			if tc.then != nil {
				ended = d.runWith(Command(), "", append([]string{"--out", out, "--name", name}, tc.then...)...)
				assert.Equal(t, exit.Good, ended.status, ended.said)
			}
		})
	}
}

// A directory is of one set-up: another org or name is not made with its files.
func TestDirectoryIsOfOneSetUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	for _, args := range [][]string{{"--org", "https://acme.okta.com"}, {"--org", d.url, "--name", "another"}} {
		ended := d.runWith(Command(), "", append([]string{"--yes", "--out", d.out}, args...)...)
		assert.Equal(t, exit.Usage, ended.status, ended.said)
		assert.Contains(t, ended.said, "another --out")
	}
	for _, name := range []string{"", "x"} {
		ended := d.runWith(RotateCommand(), "", "--yes", "--out", d.out, "--org", "https://other.okta.com"+name)
		assert.Equal(t, exit.Usage, ended.status, ended.said)
	}
	require.NoError(t, directory(d.out).write(recordFile, []byte("{}")))
	ended := d.run(Command(), "--yes")
	assert.Equal(t, exit.Failed, ended.status)
	assert.Contains(t, ended.said, "is not the record of a set-up: restore it from a copy, or use another --out")
	require.NoError(t, directory(d.out).write(recordFile, []byte(`{"version":2,"org":"https://acme.okta.com","instance":"A"}`)))
	ended = d.run(Command(), "--yes")
	assert.Contains(t, ended.said, "was written by a newer okta-systemlog")
}

// An OAuth access token of a super admin does as well as an API token.
func TestAccessTokenOfASuperAdmin(t *testing.T) {
	options := oktatest.Options{Apps: map[string]authserver.App{"0oaAdmin": {
		Kind: authserver.APIServiceIntegration, Admin: authserver.AdminOfAll, Secrets: []authserver.AppSecret{{Value: "syntheticSecret"}},
		Scopes: []string{"okta.apps.manage", "okta.appGrants.manage", "okta.roles.manage", "okta.orgs.read", "okta.eventHooks.manage", "okta.eventHooks.read"},
	}}}
	d := newDesk(t, options)
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {strings.Join(options.Apps["0oaAdmin"].Scopes, " ")}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/oauth2/v1/token", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("0oaAdmin", "syntheticSecret")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	var issued struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&issued))
	require.NoError(t, answer.Body.Close())
	require.NotEmpty(t, issued.Token)

	t.Setenv(adminVariable, issued.Token)
	before := d.org.Objects()
	said := d.setup(withHook[1:]...)
	assert.NotContains(t, said, issued.Token)
	ended := d.run(TeardownCommand(), "--yes")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Equal(t, before, d.org.Objects())
}
