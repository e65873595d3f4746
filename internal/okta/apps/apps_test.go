// SPDX-License-Identifier: Apache-2.0

package apps

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// answering is a client of an org that answers in one way, and the targets of its requests.
func answering(t *testing.T, answer http.HandlerFunc) (client *Client, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.RequestURI)
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	org, err := url.Parse(server.URL)
	require.NoError(t, err)
	return New(okta.NewClient(org, server.Client(), "test/1")), asked
}

// says answers each request with one text.
func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
	}
}

func TestKeysAreUnderstoodInBothShapes(t *testing.T) {
	const key = `{"id":"pks1","kid":"a","status":"ACTIVE"}`
	for _, text := range []string{"[" + key + "]", " \n[" + key + "]", `{"jwks":{"keys":[` + key + `]}}`} {
		client, _ := answering(t, says(text))
		keys, err := client.Keys(t.Context(), "0oa1")
		require.NoError(t, err, text)
		require.Len(t, keys, 1)
		assert.Equal(t, "pks1", keys[0].ID)
		assert.True(t, keys[0].Active())
	}
	for _, text := range []string{"{}", `"x"`, "1", `{"jwks":1}`, `[1]`} {
		client, _ := answering(t, says(text))
		_, err := client.Keys(t.Context(), "0oa1")
		require.ErrorContains(t, err, "list the keys of the app 0oa1: ", text)
		var e *oktaerr.Error
		require.ErrorAs(t, err, &e)
	}
}

// Ids come from the network: none leads to another path.
func TestIDsLeadNowhereElse(t *testing.T) {
	client, asked := answering(t, says("{}"))
	const id = "../../users/me?x=1#"
	require.NoError(t, client.Activate(t.Context(), id))
	require.NoError(t, client.DeleteKey(t.Context(), id, id))
	require.NoError(t, client.Unassign(t.Context(), id, &Role{ID: id}))
	escaped := url.PathEscape(id)
	assert.Equal(t, []string{
		"POST /api/v1/apps/" + escaped + "/lifecycle/activate",
		"DELETE /api/v1/apps/" + escaped + "/credentials/jwks/" + escaped,
		"DELETE /oauth2/v1/clients/" + escaped + "/roles/" + escaped,
	}, *asked)
}

func TestLabelledKeepsTheExactLabelOnly(t *testing.T) {
	client, asked := answering(t, says(`[{"id":"1","label":"ours"},{"id":"2","label":"ours too"},{"label":"Ours","settings":1},{"id":"3","label":"ours","profile":{"managedBy":"x","instance":7}}]`))
	found, err := client.Labelled(t.Context(), "ours")
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, "x", found[1].Profile.ManagedBy)
	assert.Empty(t, found[1].Profile.Instance, "a profile of another shape is no mistake")
	assert.Equal(t, []string{"GET /api/v1/apps?includeNonDeleted=true&limit=200&q=ours"}, *asked)
}

// What answers does not choose how much is read, nor where.
func TestListsAreBounded(t *testing.T) {
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"no end": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Link", `<`+r.URL.Path+`?after=1>; rel="next"`)
			says("[]")(w, r)
		}, "more than 200 pages"},
		"another list": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Link", `</api/v1/users?after=1>; rel="next"`)
			says("[]")(w, r)
		}, "the next link leads out of the list"},
		"many":      {says("[" + strings.Repeat("{},", bounds.Elements) + "{}]"), "at most 5000 elements"},
		"large":     {says(`[{"label":"` + strings.Repeat("a", 5<<20) + `"}]`), "larger than 4 MiB"},
		"an object": {says(`{"errorCode":"E0000007","errorSummary":"Not found"}`), "E0000007"},
		"no JSON":   {says("<html>"), "look for apps"},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := answering(t, tc.answer)
			_, err := client.Labelled(t.Context(), "ours")
			require.ErrorContains(t, err, tc.says)
			var e *oktaerr.Error
			require.ErrorAs(t, err, &e)
		})
	}
}

// A status of success does not make a success of what says that it is none.
func TestAnswersThatAreNoObjects(t *testing.T) {
	for _, text := range []string{"{}", "[]", "null", "<html>", "", `{"errorCode":"E0000006","errorSummary":"no"}`} {
		client, _ := answering(t, says(text))
		_, err := client.Create(t.Context(), Service("x", Profile{}, json.RawMessage(`{}`)))
		require.Error(t, err, text)
		_, err = client.Grant(t.Context(), "0oa1", "https://acme.okta.com", ScopeLogsRead)
		require.Error(t, err, text)
	}
	for _, text := range []string{"<html>", `{"errorCode":"E0000006","errorSummary":"no"}`} {
		client, _ := answering(t, says(text))
		require.Error(t, client.Delete(t.Context(), "0oa1"), text)
	}
	for _, text := range []string{"", "{}"} {
		client, _ := answering(t, says(text))
		require.NoError(t, client.Deactivate(t.Context(), "0oa1"), text)
	}
}

func TestRefusalsKeepWhatOktaSaid(t *testing.T) {
	client, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Okta-Request-Id", "req1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"errorCode":"E0000001","errorSummary":"Api validation failed: label","errorId":"oae1","errorCauses":[{"errorSummary":"label: exists\u001b[31m"}]}`)
	})
	_, err := client.Create(t.Context(), Service("ours", Profile{}, json.RawMessage(`{}`)))
	for _, part := range []string{`create the app "ours": `, "E0000001", "Api validation failed: label; label: exists", "oae1", "req1"} {
		require.ErrorContains(t, err, part)
	}
	assert.NotContains(t, err.Error(), "\x1b")
}
