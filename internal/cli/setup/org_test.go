// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

// Orgs answer in more than one way where Okta's documents and recordings differ, and may be set up in other ways.
func TestOrgsOfEachKindAreSetUp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options oktatest.Options
		says    string
	}{
		"statuses as specified": {oktatest.Options{Management: management.Options{GrantCreated: true, RoleOK: true, KeysInObject: true}}, ""},
		"duplicates refused":    {oktatest.Options{Management: management.Options{DuplicateGrant: management.DuplicateRefused, DuplicateRoleCode: "E0000263"}}, ""},
		"links to other hosts":  {oktatest.Options{Management: management.Options{AdminHrefs: true, NextHost: "acme-admin.okta.com", MaxPage: 1, RateLimit: -1}}, ""},
		"inactive apps listed":  {oktatest.Options{Management: management.Options{ListsInactive: true}}, ""},
		"an org with an id":     {oktatest.Options{OrgID: "00oSynthetic"}, ""},
		"an issuer of its own":  {oktatest.Options{OrgID: "00oSynthetic", OrgURL: "https://acme.okta.com"}, "✓ org            https://acme.okta.com"},
		"keys known later":      {oktatest.Options{Management: management.Options{KeyDelay: 300 * time.Millisecond}}, "waiting until okta knows"},
		"super admins":          {oktatest.Options{Management: management.Options{SuperAdminClients: true}}, "which was taken back for this app"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, tc.options)
			// Apps whose names begin as ours does, to be passed over.
			for _, suffix := range []string{" of the test", "s", " 2"} {
				other := &desk{t: t, org: d.org, url: d.url, out: filepath.Join(t.TempDir(), "other")}
				other.setup("--name", defaultName+suffix)
			}
			before := d.org.Objects()
			said := d.setup(withHook[1:]...)
			assert.Contains(t, said, tc.says)
			d.setup()
			for name, object := range d.org.Objects() {
				if strings.HasPrefix(name, "role/") {
					assert.NotContains(t, object, "SUPER_ADMIN")
				}
			}
			d.assertSecretsStayHere()
			require.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status)
			require.Equal(t, exit.Good, d.run(RotateCommand(), "--yes", "--retire").status)
			ended := d.run(TeardownCommand(), "--yes")
			require.Equal(t, exit.Good, ended.status, ended.said)
			assert.Equal(t, before, d.org.Objects())
		})
	}
}

func TestRoleIsWidenedWhereTheSmallestDoesNotDo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{Management: management.Options{ReportRoleRefused: true}})
	said := d.setup()
	assert.Contains(t, said, "the app is a Read-only Administrator now")
	for range 2 {
		roles := ""
		for name, object := range d.org.Objects() {
			if strings.HasPrefix(name, "role/") {
				roles += object
			}
		}
		assert.Contains(t, roles, "READ_ONLY_ADMIN")
		assert.NotContains(t, roles, "REPORT_ADMIN")
		d.setup()
	}
}

// Each failure of the admin credential has its cause and a remedy, and with the remedy the same command completes.
func TestAdminCredentialsThatDoNotDo(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		state oktatest.TokenState
		says  string
	}{
		"revoked":         {oktatest.TokenInvalid, "remedy: create an API token as a super admin"},
		"of an app admin": {oktatest.TokenAppAdmin, "remedy: set OKTA_ADMIN_TOKEN to an API token of a super admin"},
		"of a reader":     {oktatest.TokenLogsOnly, "remedy: set OKTA_ADMIN_TOKEN to an API token of a super admin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, oktatest.Options{})
			d.org.SetToken(oktatest.DefaultAdminToken, tc.state)
			ended := d.run(Command(), "--yes")
			assert.Equal(t, exit.Failed, ended.status)
			assert.Contains(t, ended.said, tc.says)
			assert.Contains(t, ended.said, "run the same command again")
			d.org.SetToken(oktatest.DefaultAdminToken, oktatest.TokenSuperAdmin)
			d.setup()
			assert.Equal(t, 1, count(d.org.Objects(), "app"))
		})
	}
}

func TestHookThatOktaCanNotVerifyYet(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.org = oktatest.NewOrg(func() (o oktatest.Options) {
		o.AdminToken = oktatest.DefaultAdminToken
		o.Hooks.Transport = oktatest.RoundTripper(http.NotFoundHandler())
		return o
	}())
	said := d.setup(withHook[1:]...)
	assert.Contains(t, said, "! event hook")
	assert.Contains(t, said, "start the collector, and run the same command again")
	require.Len(t, d.org.HookReports(), 1)
	assert.False(t, d.org.HookReports()[0].Verified)
}

// Where the address leads to this machine, setup itself answers the verification in the place of the collector.
func TestSetupAnswersTheVerification(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.org = oktatest.NewOrg(func() (o oktatest.Options) {
		o.AdminToken = oktatest.DefaultAdminToken
		o.Hooks.PlainLoopback = true
		return o
	}())
	endpoint := freeAddress(t)
	said := d.setup("--hook", "http://"+endpoint+"/okta", "--hook-endpoint", endpoint)
	assert.Contains(t, said, "✓ event hook")
	require.Len(t, d.org.HookReports(), 1)
	assert.True(t, d.org.HookReports()[0].Verified)
}

func TestJSONIsOneObject(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	ended := d.run(Command(), "--yes", "--json")
	require.Equal(t, exit.Good, ended.status, ended.said)
	var said struct {
		OK       bool   `json:"ok"`
		ClientID string `json:"client_id"`
		Steps    []struct{ Name, Result string }
	}
	require.NoError(t, json.Unmarshal([]byte(ended.said), &said), ended.said)
	assert.True(t, said.OK)
	assert.Equal(t, d.record().ClientID, said.ClientID)
	assert.Greater(t, len(said.Steps), 10)

	ended = d.run(TeardownCommand(), "--json")
	assert.Equal(t, exit.Usage, ended.status)
	assert.Contains(t, ended.said, "--json asks nothing: add --yes")
}

// A command whose time is over says what kept it, and what to do about that.
func TestTimeThatIsOverKeepsTheCause(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		path string
		met  fault
		says []string
	}{
		"the app may not read":   {"/api/v1/logs", answers(http.StatusForbidden, "E0000006"), []string{"it was not done within --timeout, and before: ", "the credential may not read the System Log"}},
		"okta fails":             {"/api/v1/apps", fault{"", func(w http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }}, []string{"it was not done within --timeout", "remedy: raise --timeout"}},
		"okta asks to wait long": {"/api/v1/apps", fault{"", answerWithReset(time.Now().Add(time.Hour))}, []string{"429", "run the same command again in", "or raise --timeout"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, oktatest.Options{})
			d.meets(func(w http.ResponseWriter, r *http.Request, org http.Handler) {
				if r.URL.Path == tc.path {
					tc.met.do(w, r, org)
					return
				}
				org.ServeHTTP(w, r)
			})
			ended := d.run(Command(), "--yes", "--timeout", "3s")
			assert.Equal(t, exit.Failed, ended.status)
			for _, part := range tc.says {
				assert.Contains(t, ended.said, part)
			}
			d.meets(nil)
			d.setup()
		})
	}
}

// answerWithReset answers that the window of the rate limit ends at a time.
func answerWithReset(at time.Time) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("X-Rate-Limit-Limit", "50")
		w.Header().Set("X-Rate-Limit-Remaining", "0")
		w.Header().Set("X-Rate-Limit-Reset", fmt.Sprint(at.Unix()))
		answers(http.StatusTooManyRequests, "E0000047").do(w, r, nil)
	}
}
