// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
)

// A credential is sent in clear text to this machine only, whatever a name leads to and whatever proxy is set.
func TestClearTextStaysOnThisMachine(t *testing.T) {
	strangers := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers++ }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	cfg := createDefaultConfig().(*Config)
	cfg.OrgURL, cfg.APIToken = "http://localhost:1", "00token"
	require.NoError(t, cfg.Validate())
	org, err := orgurl.Parse(cfg.OrgURL)
	require.NoError(t, err)
	client, _, err := newTransport(t.Context(), cfg, org, componenttest.NewNopTelemetrySettings(), componenttest.NewNopHost())
	require.NoError(t, err)
	_, err = okta.NewClient(org, client, "test/1").Time(t.Context())
	require.Error(t, err)
	assert.Zero(t, strangers)

	cfg.HTTP.ProxyURL = proxy.URL
	require.ErrorContains(t, cfg.Validate(), "the credential would go to the proxy in clear text: leave http.proxy_url out")
	cfg.OrgURL = "https://acme.okta.com"
	require.NoError(t, cfg.Validate())
}

// A password in proxy_url shows neither in an error nor where a configuration is printed.
func TestPasswordOfTheProxyIsSeenNowhere(t *testing.T) {
	const password = "pr0xy-passw0rd"
	for _, text := range []string{
		"http//me:" + password + "@proxy.example.com:3128", "me:" + password + "@proxy.example.com:3128", "://me:" + password + "@proxy",
		"htp://me:" + password + "@proxy.example.com", "http://me:" + password + "@", "http://me:" + password + "@proxy:port",
		"http://me:" + password + "@proxy.example.com:3128 ", "http://me:" + password + "%zz@proxy", "http://me:" + password + "\n@proxy",
	} {
		cfg := createDefaultConfig().(*Config)
		cfg.OrgURL, cfg.APIToken, cfg.HTTP.ProxyURL = "https://acme.okta.com", "00token", text
		err := cfg.Validate()
		require.ErrorContains(t, err, "http.proxy_url is not the address of a proxy", text)
		assert.NotContains(t, err.Error(), password)
		assert.NotContains(t, fmt.Sprint(printed(t, cfg)), password, text)
	}
	cfg := createDefaultConfig().(*Config)
	cfg.OrgURL, cfg.APIToken, cfg.HTTP.ProxyURL = "https://acme.okta.com", "00token", "http://me:"+password+"@proxy.example.com:3128"
	require.NoError(t, cfg.Validate())
	shown := printed(t, cfg)
	assert.NotContains(t, fmt.Sprint(shown), password)
	assert.Contains(t, fmt.Sprint(shown), "http://me:xxxxx@proxy.example.com:3128")
	assert.Equal(t, "10s", fmt.Sprint(shown["poll_interval"]), "all else is there")
}

// printed is a configuration as print-config shows it.
func printed(t *testing.T, cfg *Config) map[string]any {
	t.Helper()
	conf := confmap.New()
	require.NoError(t, conf.Marshal(map[string]any{"receivers": map[string]component.Config{"okta_systemlog": cfg}}))
	shown, ok := conf.Get("receivers::okta_systemlog").(map[string]any)
	require.True(t, ok)
	return shown
}
