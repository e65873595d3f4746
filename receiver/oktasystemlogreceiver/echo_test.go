// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// echo is a server that repeats in its answers everything that it was sent.
func echo(r *http.Request, status int) *http.Response {
	var said strings.Builder
	_ = r.Header.Write(&said)
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		said.Write(body)
		if text, err := url.QueryUnescape(string(body)); err == nil {
			said.WriteString(text)
		}
	}
	body, err := json.Marshal(map[string]string{
		"errorCode": "E0000011", "errorSummary": "Invalid token: " + said.String(), "errorId": r.Header.Get("Authorization"),
		"error": "invalid_client", "error_description": said.String(),
	})
	if err != nil {
		panic(err) // a map of text
	}
	header := http.Header{
		"Content-Type":      {"application/json"},
		"X-Okta-Request-Id": {r.Header.Get("Authorization")},
		"Www-Authenticate":  {fmt.Sprintf("Bearer error=%q, error_description=%q", "invalid_token", r.Header.Get("Authorization"))},
		"Location":          {"https://" + url.PathEscape(r.Header.Get("Authorization")) + "/"},
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(string(body))), Request: r}
}

// What a server repeats shows nowhere: not in the log, not in the status, not in what the check finds.
func TestSecretsThatAServerRepeatsAreConcealed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	for name, use := range map[string]func(cfg *Config, secret configopaque.String){
		"api_token":      func(cfg *Config, secret configopaque.String) { cfg.APIToken = secret },
		"api_token_file": func(cfg *Config, _ configopaque.String) { cfg.APIToken, cfg.APITokenFile = "", file },
		"http.headers":   func(cfg *Config, secret configopaque.String) { cfg.HTTP.Headers.Set("X-Gateway-Key", secret) },
		"client_secret": func(cfg *Config, secret configopaque.String) {
			app := cfg.OAuth.GetOrInsertDefault()
			cfg.APIToken, app.ClientID, app.ClientSecret = "", testClientID, secret
		},
		"client_secret_file": func(cfg *Config, _ configopaque.String) {
			app := cfg.OAuth.GetOrInsertDefault()
			cfg.APIToken, app.ClientID, app.ClientSecretFile = "", testClientID, file
		},
	} {
		for _, status := range []int{200, 302, 400, 401, 403, 404, 407, 429, 500} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
					// Each has a secret of its own: what was concealed once stays so.
					secret := fmt.Sprintf("Th1s/is+the=secret-of-%s-%d", name, status)
					require.NoError(t, os.WriteFile(file, []byte(secret+"\n"), 0o600))
					use(w.cfg, configopaque.String(secret))
					w.cfg.StartupCheck = checkWarn
					w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
						if name == "http.headers" { // which confighttp sets, and this transport stands in for
							r = r.Clone(r.Context())
							r.Header.Set("X-Gateway-Key", secret)
						}
						return echo(r, status), nil
					})
					w.start()
					w.wait(10 * time.Minute)
					var seen strings.Builder
					for _, line := range w.logs.All() {
						fmt.Fprintln(&seen, line.Message, line.ContextMap())
					}
					w.status.mu.Lock()
					for _, event := range w.status.events {
						fmt.Fprintln(&seen, event.Err())
					}
					w.status.mu.Unlock()
					require.NotEmpty(t, seen.String())
					for _, form := range []string{secret, url.QueryEscape(secret), "is+the"} {
						assert.NotContains(t, seen.String(), form)
					}
				})
			})
		}
	}
}
