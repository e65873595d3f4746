// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSendsAnEventHookOnceItsEndpointIsThere(t *testing.T) {
	type message struct {
		Source string
		Data   struct {
			Events []struct{ UUID, EventType string }
		}
	}
	messages := make(chan message, 1)
	asked := 0
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "s3cret", r.Header.Get("Authorization"))
		if r.Method == http.MethodGet {
			if asked++; asked <= 2 { // a request and its retry
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			_, _ = io.WriteString(w, `{"verification":"`+r.Header.Get("X-Okta-Verification-Challenge")+`"}`)
			return
		}
		var m message
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&m))
		select {
		case messages <- m:
		default: // one is enough
		}
	}))
	defer endpoint.Close()
	_, _, stop := start(t, "--rate", "1000", "--hook-url", endpoint.URL+"/hook", "--hook-secret", "s3cret")
	m := <-messages
	assert.Contains(t, m.Source, "/api/v1/eventHooks/who")
	require.NotEmpty(t, m.Data.Events)
	assert.NotEmpty(t, m.Data.Events[0].UUID)
	assert.NoError(t, stop())
	assert.Equal(t, 3, asked)
}

func TestSendsAnEventHookThatTheAPIMade(t *testing.T) {
	delivered := make(chan string, 1)
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, `{"verification":"`+r.Header.Get("X-Okta-Verification-Challenge")+`"}`)
			return
		}
		select {
		case delivered <- r.Header.Get("Authorization"):
		default: // one is enough
		}
	}))
	defer endpoint.Close()
	org, token, stop := start(t, "--rate", "1000")
	hooks := func(path, body string) map[string]any {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, org+"/api/v1/eventHooks"+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "SSWS "+token)
		r.Header.Set("Content-Type", "application/json")
		status, object := exchange(t, r)
		require.Equal(t, http.StatusOK, status, object)
		return object
	}
	made := hooks("", `{"name":"otel","events":{"type":"EVENT_TYPE","items":["user.session.start"]},"channel":{"type":"HTTP","version":"1.0.0",
		"config":{"uri":"`+endpoint.URL+`","authScheme":{"type":"HEADER","key":"Authorization","value":"s3cret"}}}}`)
	hooks("/"+made["id"].(string)+"/lifecycle/verify", "")
	assert.Equal(t, "s3cret", <-delivered)
	assert.NoError(t, stop())
}
