// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// What answers in Okta's place says nothing about the scope, the role or the hook.
func TestAnswersAboutHooksThatAreNotOktas(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   string
		cause  oktaerr.Cause
	}{
		"a gateway's refusal":  {403, "<html>", oktaerr.CauseNotOkta},
		"another API's":        {403, `{"message":"Forbidden"}`, oktaerr.CauseNotOkta},
		"a bad request":        {400, "<html>", oktaerr.CauseNotOkta},
		"a page that is gone":  {404, "not found", oktaerr.CauseNotOkta},
		"a gateway that fails": {502, "<html>", oktaerr.CauseGateway},
		"a portal":             {200, "<html>", oktaerr.CauseNotOkta},
		"an object":            {200, `{"hooks":[]}`, oktaerr.CauseNotOkta},
		"an error object":      {200, `{"errorCode":"E0000009","errorSummary":"Internal Server Error"}`, oktaerr.CauseServer},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Server", "gateway")
				w.WriteHeader(tc.status)
				_, _ = w.Write([]byte(tc.body))
			}))
			defer server.Close()
			at, err := url.Parse(server.URL)
			require.NoError(t, err)
			_, _, err = New(okta.NewClient(at, server.Client(), "test/1")).Find(t.Context(), "otel")
			var e *oktaerr.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tc.cause.String(), e.Cause.String())
			assert.Equal(t, oktaerr.Unavailable, e.Kind)
			if tc.cause != oktaerr.CauseServer {
				assert.ErrorContains(t, err, "Server: gateway")
			}
		})
	}
}
