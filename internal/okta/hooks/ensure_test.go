// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

func desired() Desired {
	return Desired{
		Name: "otel", URL: "https://otel.example.com/okta/hook", EventTypes: []string{"user.session.start", "user.account.lock"},
		Header: "Authorization", Secret: "s3cret",
	}
}

func TestEnsureCreatesOnce(t *testing.T) {
	org := newHookOrg(t)
	org.has("of somebody else", "ACTIVE", "VERIFIED")
	changed, err := org.client().Ensure(t.Context(), desired())
	require.NoError(t, err)
	assert.Equal(t, []string{"created", "verified"}, changed)
	assert.Equal(t, []string{"s3cret"}, org.secrets)
	assert.Equal(t, []any{"user.account.lock", "user.session.start"}, org.hooks[1]["events"].(map[string]any)["items"])
	for range 3 {
		org.requests = nil
		changed, err = org.client().Ensure(t.Context(), desired())
		require.NoError(t, err)
		assert.Empty(t, changed)
		assert.Equal(t, []string{"GET "}, org.requests)
	}
	assert.Len(t, org.hooks, 2)
}

func TestEnsureBringsInLine(t *testing.T) {
	for name, tc := range map[string]struct {
		status, verification string
		types                []string
		change               func(*Desired)
		want                 []string
		requests             []string
	}{
		"as desired":   {"ACTIVE", "VERIFIED", []string{"user.session.start", "user.account.lock"}, nil, nil, []string{"GET "}},
		"twins":        {"ACTIVE", "VERIFIED", []string{"user.session.start", "user.account.lock", "user.session.start"}, nil, nil, []string{"GET "}},
		"fewer types":  {"ACTIVE", "VERIFIED", []string{"user.session.start"}, nil, []string{"event types", "verified"}, []string{"GET ", "PUT /who1", "POST /who1/lifecycle/verify"}},
		"inactive":     {"INACTIVE", "VERIFIED", []string{"user.session.start", "user.account.lock"}, nil, []string{"activated"}, []string{"GET ", "POST /who1/lifecycle/activate"}},
		"not verified": {"ACTIVE", "UNVERIFIED", []string{"user.session.start", "user.account.lock"}, nil, []string{"verified"}, []string{"GET ", "POST /who1/lifecycle/verify"}},
		"url and header": {"INACTIVE", "VERIFIED", []string{"user.session.start", "user.account.lock"},
			func(d *Desired) { d.URL, d.Header = "https://other.example/", "X-Secret" },
			[]string{"url", "header", "verified", "activated"},
			[]string{"GET ", "PUT /who1", "POST /who1/lifecycle/verify", "POST /who1/lifecycle/activate"}},
		"secret": {"ACTIVE", "VERIFIED", []string{"user.session.start", "user.account.lock"},
			func(d *Desired) { d.RenewSecret = true }, []string{"secret", "verified"},
			[]string{"GET ", "PUT /who1", "POST /who1/lifecycle/verify"}},
	} {
		t.Run(name, func(t *testing.T) {
			org := newHookOrg(t)
			hook := org.has("otel", tc.status, tc.verification, tc.types...)
			want := desired()
			if tc.change != nil {
				tc.change(&want)
			}
			changed, err := org.client().Ensure(t.Context(), want)
			require.NoError(t, err)
			assert.Equal(t, tc.want, changed)
			assert.Equal(t, tc.requests, org.requests)
			assert.Equal(t, "ACTIVE", hook["status"])
			assert.Equal(t, "VERIFIED", hook["verificationStatus"])
			assert.Equal(t, "by an admin", hook["description"], "what else the hook has stays")
			config := hook["channel"].(map[string]any)["config"].(map[string]any)
			assert.Equal(t, []any{map[string]any{"key": "X-Team", "value": "siem"}}, config["headers"])
			assert.Equal(t, want.URL, config["uri"])
			assert.Equal(t, map[string]any{"type": "EXPRESSION_LANGUAGE"}, hook["events"].(map[string]any)["filter"])
		})
	}
}

func TestOldestOfOneNameIsTheHook(t *testing.T) {
	org := newHookOrg(t)
	org.has("otel", "ACTIVE", "VERIFIED", "user.session.start", "user.account.lock")["created"] = "2026-11-21T13:00:00.000Z"
	org.has("otel", "ACTIVE", "UNVERIFIED", "user.session.start", "user.account.lock")
	_, err := org.client().Ensure(t.Context(), desired())
	require.NoError(t, err)
	assert.Equal(t, []string{"GET ", "POST /who2/lifecycle/verify"}, org.requests)
}

func TestAnotherCollectorIsFirst(t *testing.T) {
	org := newHookOrg(t)
	org.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		org.answer = nil
		org.has("otel", "ACTIVE", "UNVERIFIED", desired().EventTypes...)
		org.refuse(w, http.StatusBadRequest, "E0000001", "Api validation failed: name", "name: An object with this field already exists")
		return true
	}
	changed, err := org.client().Ensure(t.Context(), desired())
	require.NoError(t, err)
	assert.Equal(t, []string{"verified"}, changed)
	assert.Len(t, org.hooks, 1)
}

// Okta may let two collectors create a hook of one name at the same time: both then use the older one.
func TestTwoCollectorsCreateAtTheSameTime(t *testing.T) {
	org := newHookOrg(t)
	org.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			org.answer = nil
			org.has("otel", "ACTIVE", "UNVERIFIED", desired().EventTypes...)
		}
		return false
	}
	changed, err := org.client().Ensure(t.Context(), desired())
	require.NoError(t, err)
	assert.Equal(t, []string{"verified"}, changed)
	assert.Equal(t, []string{"GET ", "POST ", "GET ", "POST /who1/lifecycle/verify"}, org.requests)
	assert.Equal(t, "UNVERIFIED", org.hooks[1]["verificationStatus"], "the younger one sends nothing")
}

func TestRefusalsAreExplained(t *testing.T) {
	for name, tc := range map[string]struct {
		arrange func(*hookOrg)
		kind    oktaerr.Kind
		cause   oktaerr.Cause
		says    []string
	}{
		"no scope": {func(o *hookOrg) {
			o.answer = func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("X-Okta-Request-Id", "Yw1")
				w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", error_description="The access token provided does not contain the required scopes."`)
				w.WriteHeader(http.StatusForbidden)
				return true
			}
		}, oktaerr.Forbidden, oktaerr.CauseHookScope, []string{"list the event hooks", "okta.eventHooks.manage"}},
		"no role": {func(o *hookOrg) {
			o.refuseAll(http.MethodPost, http.StatusForbidden, "E0000006", "You do not have permission to perform the requested action")
		}, oktaerr.Forbidden, oktaerr.CauseHookRole, []string{`create the event hook "otel"`, "role"}},
		"too many hooks": {func(o *hookOrg) {
			for i := range maxActive {
				o.has(fmt.Sprint(i), "ACTIVE", "VERIFIED")
			}
			o.refuseAll(http.MethodPost, http.StatusBadRequest, "E0000001", "Api validation failed: eventHook")
		}, oktaerr.Rejected, oktaerr.CauseHookLimit, []string{"has 25 active event hooks"}},
		"bad request": {func(o *hookOrg) {
			o.refuseAll(http.MethodPost, http.StatusBadRequest, "E0000001", "Api validation failed: events", "events.items: the type x.y is not eligible")
		}, oktaerr.Rejected, oktaerr.CauseHookRequest, []string{"the type x.y is not eligible", "event_types"}},
		"too many hooks to verify one more": {func(o *hookOrg) {
			for i := range maxActive {
				o.has(fmt.Sprint(i), "ACTIVE", "VERIFIED")
			}
			o.has("otel", "ACTIVE", "UNVERIFIED", desired().EventTypes...)
			o.refuseAll(http.MethodPost, http.StatusBadRequest, "E0000001", "Api validation failed: eventHook")
		}, oktaerr.Rejected, oktaerr.CauseHookLimit, []string{"has 25 active event hooks"}},
		"not verified": {func(o *hookOrg) {
			o.has("otel", "ACTIVE", "UNVERIFIED", desired().EventTypes...)
			o.refuseAll(http.MethodPost, http.StatusBadRequest, "E0000001", "Api validation failed: eventHook", "the endpoint did not answer")
		}, oktaerr.Unavailable, oktaerr.CauseHookVerify, []string{`verify the event hook "otel"`, "the endpoint did not answer", "public_url"}},
		"deleted meanwhile": {func(o *hookOrg) {
			o.has("otel", "ACTIVE", "UNVERIFIED", "user.session.start")
			o.refuseAll(http.MethodPut, http.StatusNotFound, "E0000007", "Not found: Resource not found: who1 (EventHook)")
		}, oktaerr.Unavailable, oktaerr.CauseHookGone, []string{"creates it again"}},
		"an error of okta": {func(o *hookOrg) {
			o.refuseAll(http.MethodGet, http.StatusInternalServerError, "E0000009", "Internal Server Error")
		}, oktaerr.Unavailable, oktaerr.CauseServer, []string{"Internal Server Error"}},
		"too many requests": {func(o *hookOrg) {
			o.refuseAll(http.MethodGet, http.StatusTooManyRequests, "E0000047", "API call exceeded rate limit due to too many requests.")
		}, oktaerr.RateLimited, oktaerr.CauseRateLimit, []string{"rate limit"}},
	} {
		t.Run(name, func(t *testing.T) {
			org := newHookOrg(t)
			tc.arrange(org)
			_, err := org.client().Ensure(t.Context(), desired())
			var e *oktaerr.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tc.kind, e.Kind)
			assert.Equal(t, tc.cause.String(), e.Cause.String())
			for _, text := range tc.says {
				assert.ErrorContains(t, err, text)
			}
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestRemove(t *testing.T) {
	for status, want := range map[string]string{
		"ACTIVE":   "GET , POST /who1/lifecycle/deactivate, DELETE /who1",
		"INACTIVE": "GET , DELETE /who1",
	} {
		t.Run(status, func(t *testing.T) {
			org := newHookOrg(t)
			org.has("otel", status, "VERIFIED")
			org.has("of somebody else", "ACTIVE", "VERIFIED")
			hook, found, err := org.client().Find(t.Context(), "otel")
			require.NoError(t, err)
			require.True(t, found)
			require.NoError(t, org.client().Remove(t.Context(), hook))
			assert.Equal(t, want, strings.Join(org.requests, ", "))
			require.Len(t, org.hooks, 1)
			assert.Equal(t, "of somebody else", org.hooks[0]["name"])
		})
	}
}

func TestTypesThatHooksCanNotCarryAreNamed(t *testing.T) {
	org := newHookOrg(t)
	org.refuseAll(http.MethodPost, http.StatusBadRequest, "E0000001", "Api validation failed: events")
	want := desired()
	want.EventTypes = []string{"user.session.start", "policy.evaluate_sign_on", "user.sesion.start", "something.else.entirely"}
	_, err := org.client().Ensure(t.Context(), want)
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, oktaerr.CauseHookTypes.String(), e.Cause.String())
	assert.ErrorContains(t, err, "can't carry policy.evaluate_sign_on, user.sesion.start (which is unknown, is it user.session.start?), something.else.entirely, ")
}
