// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

func repeat(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintf(w, `{"verification":%q}`, r.Header.Get("X-Okta-Verification-Challenge"))
}

func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, text) }
}

func TestVerification(t *testing.T) {
	for name, c := range map[string]struct {
		answers []http.HandlerFunc
		problem string // empty when it succeeds
		takes   time.Duration
	}{
		"at once":               {[]http.HandlerFunc{repeat}, "", 0},
		"after a timeout":       {[]http.HandlerFunc{hang, repeat}, "", 3 * time.Second},
		"after a reset":         {[]http.HandlerFunc{reset, repeat}, "", 0},
		"after half an answer":  {[]http.HandlerFunc{half, repeat}, "", 0},
		"after a 500":           {[]http.HandlerFunc{status(500), repeat}, "", 0},
		"after a 401":           {[]http.HandlerFunc{status(401), repeat}, "", 0},
		"too slow twice":        {[]http.HandlerFunc{hang, hang}, "the endpoint did not answer", 6 * time.Second},
		"half twice":            {[]http.HandlerFunc{half, half}, "the answer broke off", 0},
		"refused twice":         {[]http.HandlerFunc{status(401), status(403)}, "the endpoint answered with status 403", 0},
		"moved twice":           {[]http.HandlerFunc{status(302), status(302)}, "the endpoint answered with status 302", 0},
		"nothing in it twice":   {[]http.HandlerFunc{status(204), status(204)}, "the endpoint answered with status 204", 0},
		"no JSON":               {[]http.HandlerFunc{body("yes")}, "the answer is no JSON", 0},
		"another challenge":     {[]http.HandlerFunc{body(`{"verification":"yes"}`)}, "the answer does not repeat the challenge", 0},
		"another case":          {[]http.HandlerFunc{body(`{"Verification":"yes"}`)}, "the answer does not repeat the challenge", 0},
		"no object":             {[]http.HandlerFunc{body(`[]`)}, "the answer does not repeat the challenge", 0},
		"challenge of no field": {[]http.HandlerFunc{body(`{}`)}, "the answer does not repeat the challenge", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex // a handler that hangs may still be there when the retry comes
				asked, challenges := 0, map[string]bool{}
				org := NewOrg(Options{Hooks: eventhooks.Options{Transport: RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					assert.Equal(t, http.MethodGet, r.Method)
					assert.Equal(t, hookSecret, r.Header.Get("Authorization"))
					mu.Lock()
					challenges[r.Header.Get("X-Okta-Verification-Challenge")] = true
					answer := c.answers[asked]
					asked++
					mu.Unlock()
					answer(w, r)
				}))}})
				id := apiCall{method: "POST", body: hookJSON(t, nil)}.send(t, org).hookIn(t).ID
				begun := time.Now()
				a := apiCall{method: "POST", path: "/" + id + "/lifecycle/verify"}.send(t, org)
				assert.Equal(t, c.takes, time.Since(begun))
				mu.Lock()
				defer mu.Unlock()
				assert.Len(t, c.answers, asked)
				assert.Len(t, challenges, 1, "the retry has the same challenge")
				assert.Equal(t, c.problem == "", reportOf(t, org, id).Verified)
				if c.problem == "" {
					assert.Equal(t, "VERIFIED", a.hookIn(t).Verification)
					return
				}
				assert.Equal(t, http.StatusBadRequest, a.status)
				assert.Equal(t, "E0000001", a.errorCode(t))
				assert.Equal(t, []string{"eventHook: Verification failed: " + c.problem}, a.causes(t))
			})
		})
	}
}

func TestAVerificationIsForTheChannelItBeganWith(t *testing.T) {
	var org *Org
	var id string
	meanwhile := func(id string) {}
	org = NewOrg(Options{Hooks: eventhooks.Options{Transport: RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		meanwhile(id)
		repeat(w, r)
	}))}})
	id = apiCall{method: "POST", body: hookJSON(t, nil)}.send(t, org).hookIn(t).ID
	meanwhile = func(id string) {
		moved := hookJSON(t, func(_, _, _, config map[string]any) { config["uri"] = "https://elsewhere.example.com/" })
		apiCall{method: "PUT", path: "/" + id, body: moved}.send(t, org)
	}
	assert.ErrorContains(t, org.VerifyHook(t.Context(), id), "the channel was changed meanwhile")
	assert.False(t, reportOf(t, org, id).Verified)

	meanwhile = func(id string) {
		apiCall{method: "POST", path: "/" + id + "/lifecycle/deactivate"}.send(t, org)
		require.Equal(t, http.StatusNoContent, apiCall{method: "DELETE", path: "/" + id}.send(t, org).status)
	}
	assert.ErrorContains(t, org.VerifyHook(t.Context(), id), "E0000007")
}
