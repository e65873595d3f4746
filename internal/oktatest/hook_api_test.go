// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// orgWithEndpoint is an org whose clock stands still at noon and that reaches an endpoint that verifies.
func orgWithEndpoint(t *testing.T, opts Options) *Org {
	opts.Now = clockAt(noon).Now
	opts.Hooks.Transport = RoundTripper(&endpoint{t: t})
	return NewOrg(opts)
}

func TestHookThroughItsLife(t *testing.T) {
	org := orgWithEndpoint(t, Options{})
	assert.JSONEq(t, `[]`, apiCall{method: "GET"}.send(t, org).body)

	made := apiCall{method: "POST", body: hookJSON(t, nil)}.send(t, org)
	id := made.hookIn(t).ID
	self := hooksURL + "/" + id
	assert.JSONEq(t, `{"id":"`+id+`","status":"ACTIVE","verificationStatus":"UNVERIFIED","name":"otel","description":null,
		"created":"2026-11-21T12:00:00.000Z","createdBy":"00uSyntheticAdmin0005d7","lastUpdated":"2026-11-21T12:00:00.000Z",
		"events":{"type":"EVENT_TYPE","items":["user.session.start","group.user_membership.add"],"filter":null},
		"channel":{"type":"HTTP","version":"1.0.0","config":{"uri":"`+endpointAt+`","headers":[{"key":"X-Other-Header","value":"my-header-value"}],
		"method":"POST","authScheme":{"type":"HEADER","key":"Authorization"}}},
		"_links":{"self":{"href":"`+self+`"},"verify":{"href":"`+self+`/lifecycle/verify","hints":{"allow":["POST"]}},
		"deactivate":{"href":"`+self+`/lifecycle/deactivate","hints":{"allow":["POST"]}}}}`, made.body)
	assert.Equal(t, made.body, apiCall{method: "GET", path: "/" + id}.send(t, org).body)
	assert.JSONEq(t, "["+made.body+"]", apiCall{method: "GET"}.send(t, org).body)

	assert.Equal(t, "VERIFIED", apiCall{method: "POST", path: "/" + id + "/lifecycle/verify"}.send(t, org).hookIn(t).Verification)
	renamed := hookJSON(t, func(hook, _, _, _ map[string]any) { hook["name"], hook["description"] = "renamed", "a description" })
	view := apiCall{method: "PUT", path: "/" + id, body: renamed}.send(t, org).hookIn(t)
	assert.Equal(t, "VERIFIED", view.Verification, "the channel is the same")
	assert.Equal(t, "renamed", view.Name)
	assert.Equal(t, "a description", *view.Description)
	anotherSecret := hookJSON(t, func(_, _, _, config map[string]any) { config["authScheme"].(map[string]any)["value"] = "another" })
	assert.Equal(t, "UNVERIFIED", apiCall{method: "PUT", path: "/" + id, body: anotherSecret}.send(t, org).hookIn(t).Verification)

	active := apiCall{method: "DELETE", path: "/" + id}.send(t, org)
	assert.Equal(t, http.StatusBadRequest, active.status)
	assert.Equal(t, "E0000001", active.errorCode(t))
	view = apiCall{method: "POST", path: "/" + id + "/lifecycle/deactivate"}.send(t, org).hookIn(t)
	assert.Equal(t, "INACTIVE", view.Status)
	assert.Contains(t, view.Links, "activate")
	assert.NotContains(t, view.Links, "deactivate")
	assert.Equal(t, "ACTIVE", apiCall{method: "POST", path: "/" + id + "/lifecycle/activate"}.send(t, org).hookIn(t).Status)
	apiCall{method: "POST", path: "/" + id + "/lifecycle/deactivate"}.send(t, org)
	gone := apiCall{method: "DELETE", path: "/" + id}.send(t, org)
	assert.Equal(t, http.StatusNoContent, gone.status)
	assert.Empty(t, gone.body)
	for _, c := range []apiCall{
		{method: "GET", path: "/" + id}, {method: "DELETE", path: "/" + id}, {method: "PUT", path: "/" + id, body: renamed},
		{method: "POST", path: "/" + id + "/lifecycle/verify"}, {method: "POST", path: "/" + id + "/lifecycle/activate"},
	} {
		a := c.send(t, org)
		assert.Equal(t, http.StatusNotFound, a.status, c)
		assert.Equal(t, "E0000007", a.errorCode(t))
	}
}

func TestHookValidation(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for name, c := range map[string]struct {
		change func(hook, events, channel, config map[string]any)
		causes []string
	}{
		"nothing": {func(hook, _, _, _ map[string]any) { clear(hook) }, []string{
			"name: The field cannot be left blank", "events.type: The value must be EVENT_TYPE", "events.items: The field cannot be left blank",
			"channel.type: The value must be HTTP", "channel.version: The value must be 1.0.0", "channel.config.uri: The field cannot be left blank"}},
		"long name":     {func(h, _, _, _ map[string]any) { h["name"] = long[:256] }, []string{"name: The field is too long, 255 characters at most"}},
		"unknown type":  {func(_, e, _, _ map[string]any) { e["items"] = []any{"user.sesion.start"} }, []string{"events.items: user.sesion.start is not an event type"}},
		"type not sent": {func(_, e, _, _ map[string]any) { e["items"] = []any{"policy.evaluate_sign_on"} }, []string{"events.items: policy.evaluate_sign_on is not eligible for event hooks"}},
		"too many types": {func(_, e, _, _ map[string]any) {
			e["items"] = strings.Fields(strings.Repeat("user.session.start ", 301))
		}, []string{"events.items: 300 event types at most"}},
		"filter":        {func(_, e, _, _ map[string]any) { e["filter"] = map[string]any{"type": "EXPRESSION_LANGUAGE"} }, []string{"events.filter: Event hook filters are not enabled for this org"}},
		"channel":       {func(_, _, c, _ map[string]any) { c["type"], c["version"] = "SMTP", "2.0.0" }, []string{"channel.type: The value must be HTTP", "channel.version: The value must be 1.0.0"}},
		"http":          {func(_, _, _, c map[string]any) { c["uri"] = "http://otel.example.com/" }, []string{"channel.config.uri: The value must be a valid https URL"}},
		"loopback http": {func(_, _, _, c map[string]any) { c["uri"] = "http://127.0.0.1/" }, []string{"channel.config.uri: The value must be a valid https URL"}},
		"no host":       {func(_, _, _, c map[string]any) { c["uri"] = "https:///hook" }, []string{"channel.config.uri: The value must be a valid https URL"}},
		"long uri":      {func(_, _, _, c map[string]any) { c["uri"] = "https://a/" + long[:1015] }, []string{"channel.config.uri: The field is too long, 1024 characters at most"}},
		"header":        {func(_, _, _, c map[string]any) { c["headers"] = []any{map[string]any{"key": "a b", "value": "x"}} }, []string{`channel.config.headers: "a b" is not a valid header`}},
		"header value": {func(_, _, _, c map[string]any) {
			c["headers"] = []any{map[string]any{"key": "a", "value": "x\r\ny: z"}}
		}, []string{`channel.config.headers: "a" is not a valid header`}},
		"auth scheme": {func(_, _, _, c map[string]any) {
			c["authScheme"] = map[string]any{"type": "OAUTH", "key": "Authorization", "value": "x"}
		}, []string{"channel.config.authScheme.type: The value must be HEADER"}},
		"no secret": {func(_, _, _, c map[string]any) {
			c["authScheme"] = map[string]any{"type": "HEADER", "key": "Authorization"}
		}, []string{"channel.config.authScheme.value: The field cannot be left blank"}},
	} {
		t.Run(name, func(t *testing.T) {
			org := orgWithEndpoint(t, Options{})
			a := apiCall{method: "POST", body: hookJSON(t, c.change)}.send(t, org)
			assert.Equal(t, http.StatusBadRequest, a.status)
			assert.Equal(t, "E0000001", a.errorCode(t))
			assert.Equal(t, c.causes, a.causes(t))
			assert.Empty(t, org.HookReports())
			id := apiCall{method: "POST", body: hookJSON(t, nil)}.send(t, org).hookIn(t).ID
			assert.Equal(t, c.causes, apiCall{method: "PUT", path: "/" + id, body: hookJSON(t, c.change)}.send(t, org).causes(t))
		})
	}
}

func TestHookAtTheLimits(t *testing.T) {
	org := orgWithEndpoint(t, Options{Hooks: eventhooks.Options{PlainLoopback: true}})
	for name, change := range map[string]func(hook, events, channel, config map[string]any){
		"longest": func(h, _, _, c map[string]any) {
			h["name"], c["uri"] = strings.Repeat("ü", 255), "https://a/"+strings.Repeat("x", 1014)
		},
		"most types": func(_, e, _, _ map[string]any) {
			e["items"] = strings.Fields(strings.Repeat("user.session.start ", 300))
		},
		"nothing extra":  func(_, _, _, c map[string]any) { delete(c, "headers"); delete(c, "authScheme") },
		"loopback http":  func(_, _, _, c map[string]any) { c["uri"] = "http://[::1]:8080/hook" },
		"localhost http": func(_, _, _, c map[string]any) { c["uri"] = "http://localhost:8080/hook" },
		"members of its own": func(h, _, _, _ map[string]any) {
			h["id"], h["status"], h["verificationStatus"] = "whoMine", "INACTIVE", "VERIFIED"
		},
	} {
		view := apiCall{method: "POST", body: hookJSON(t, change)}.send(t, org).hookIn(t)
		assert.Equal(t, "ACTIVE UNVERIFIED", view.Status+" "+view.Verification, name)
		assert.NotEqual(t, "whoMine", view.ID, "read-only members are ignored")
	}
}

func TestHookRequestsRefused(t *testing.T) {
	org := orgWithEndpoint(t, Options{Hooks: eventhooks.Options{RateLimit: NoRateLimit}})
	for _, c := range []struct {
		call   apiCall
		status int
		code   string
	}{
		{apiCall{method: "DELETE"}, 405, "E0000022"},
		{apiCall{method: "PATCH", path: "/who1"}, 405, "E0000022"},
		{apiCall{method: "GET", path: "/who1/lifecycle/verify"}, 405, "E0000022"},
		{apiCall{method: "POST", path: "/who1/lifecycle/explode"}, 404, "E0000008"},
		{apiCall{method: "GET", path: "/who1/more"}, 404, "E0000008"},
		{apiCall{method: "GET", path: "/"}, 404, "E0000008"},
		{apiCall{method: "GET", path: "/who1"}, 404, "E0000007"},
		{apiCall{method: "POST", body: `{`}, 400, "E0000003"},
		{apiCall{method: "POST", body: `{"name":7}`}, 400, "E0000003"},
		{apiCall{method: "POST", body: `{}` + strings.Repeat(" ", 1<<20)}, 400, "E0000003"},
		{apiCall{method: "POST", body: `{}`, contentType: "text/plain"}, 400, "E0000021"},
		{apiCall{method: "GET", authorization: "Basic x"}, 403, "E0000005"},
		{apiCall{method: "GET", authorization: "SSWS unknown"}, 401, "E0000011"},
	} {
		a := c.call.send(t, org)
		assert.Equal(t, c.status, a.status, c.call)
		assert.Equal(t, c.code, a.errorCode(t), c.call)
	}
}

func TestHooksHaveABucketAndFaultsOfTheirOwn(t *testing.T) {
	org := orgWithEndpoint(t, Options{RateLimit: 2, Hooks: eventhooks.Options{RateLimit: 4}})
	get(t, org, "")
	assert.Equal(t, http.StatusTooManyRequests, get(t, org, "").status)
	org.InjectHooks(fault.Status(503, fault.NoBody))
	assert.Equal(t, 503, apiCall{method: "GET"}.send(t, org).status)
	assert.True(t, strings.HasPrefix(rateHeaders(apiCall{method: "GET"}.send(t, org).header), "2 0 "))
	a := apiCall{method: "GET"}.send(t, org)
	assert.Equal(t, http.StatusTooManyRequests, a.status)
	assert.Equal(t, "E0000047", a.errorCode(t))
}

func TestAnOrgHas25LiveHooks(t *testing.T) {
	org := orgWithEndpoint(t, Options{})
	var first string
	for range 25 {
		id, err := org.RegisterHook(t.Context(), eventhooks.Spec{URI: endpointAt})
		require.NoError(t, err)
		setDefault(&first, id)
	}
	id, err := org.RegisterHook(t.Context(), eventhooks.Spec{URI: endpointAt})
	require.ErrorContains(t, err, "E0000001: eventHook: The maximum number of active and verified event hooks, 25")
	verify := apiCall{method: "POST", path: "/" + id + "/lifecycle/verify"}
	assert.Equal(t, http.StatusBadRequest, verify.send(t, org).status)

	apiCall{method: "POST", path: "/" + first + "/lifecycle/deactivate"}.send(t, org)
	assert.Equal(t, "VERIFIED", verify.send(t, org).hookIn(t).Verification)
	assert.Equal(t, http.StatusBadRequest, apiCall{method: "POST", path: "/" + first + "/lifecycle/activate"}.send(t, org).status)
	assert.False(t, reportOf(t, org, first).Active)
}

func TestRegisterHookChecksWhatTheAPIChecks(t *testing.T) {
	org := orgWithEndpoint(t, Options{})
	id, err := org.RegisterHook(t.Context(), eventhooks.Spec{URI: "http://otel.example.com/"})
	assert.EqualError(t, err, "the event hook is not valid: E0000001: channel.config.uri: The value must be a valid https URL")
	assert.Empty(t, id)
	assert.EqualError(t, org.VerifyHook(t.Context(), "who1"), "E0000007: Not found: Resource not found: who1 (Webhook)")

	id, err = org.RegisterHook(t.Context(), eventhooks.Spec{URI: endpointAt, Secret: "s", Headers: http.Header{"X-B": {"2"}, "X-A": {"1"}}})
	require.NoError(t, err)
	var view hookView
	require.NoError(t, json.Unmarshal([]byte(apiCall{method: "GET", path: "/" + id}.send(t, org).body), &view))
	assert.Equal(t, "simulator", view.Name)
	assert.Len(t, view.Events.Items, 264)
	assert.Equal(t, []struct{ Key, Value string }{{"X-A", "1"}, {"X-B", "2"}}, view.Channel.Config.Headers)
	assert.Equal(t, map[string]string{"type": "HEADER", "key": "Authorization"}, view.Channel.Config.Auth, "the secret is write-only")
}
