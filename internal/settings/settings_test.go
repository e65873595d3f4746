// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var known = []string{"org_url", "api_token", "api_token_file", "poll_interval", "start_at", "page_size", "q", "filter", "http", "storage"}

var foreign = map[string]string{
	"okta_domain": "org_url", "api_key": "api_token", "scrape_interval_secs": "poll_interval", "initial_interval": "start_at", "proxy_url": "http.proxy_url",
}

func TestUnknown(t *testing.T) {
	for key, says := range map[string]string{
		"okta_domain":          "use org_url",
		"Okta-Domain":          "use org_url",
		"api_key":              "use api_token",
		"scrape_interval_secs": "use poll_interval",
		"initial_interval":     "use start_at",
		"proxy_url":            "use http.proxy_url",
		"pollinterval":         "did you mean poll_interval?",
		"pollInterval":         "did you mean poll_interval?",
		"poll-interval":        "did you mean poll_interval?",
		"pol_interval":         "did you mean poll_interval?",
		"filtre":               "did you mean filter?",
		"storages":             "did you mean storage?",
		"api_token_fil":        "did you mean api_token_file?",
		"colour":               "its keys are api_token, api_token_file, filter, http",
		"x":                    "its keys are",
		"":                     "its keys are",
	} {
		unknown := Unknown(map[string]any{key: 1, "org_url": 2}, known, foreign)
		require.Equal(t, []string{key}, slices.Collect(maps.Keys(unknown)))
		assert.ErrorContains(t, unknown[key].Err, says, key)
	}
	assert.Empty(t, Unknown(map[string]any{"org_url": 1}, known, foreign))
}

func TestKeys(t *testing.T) {
	assert.Equal(t, []string{"a", "b"}, Keys(struct {
		A int `mapstructure:"a"`
		B int `mapstructure:"b,omitempty"`
		C int `mapstructure:",squash"`
		D int
	}{}))
}

func TestUnitless(t *testing.T) {
	for value, says := range map[any]string{
		10: "poll_interval is 10, which has no unit: use 10s for seconds, or ms, m or h",
		// YAML reads these as numbers or as text.
		0.5: "use 0.5s for seconds", "30": "use 30s for seconds", " 30 ": "use 30s for seconds",
	} {
		assert.ErrorContains(t, Unitless("poll_interval", value), says)
	}
	for _, value := range []any{0, "0", -1, "1e3", "Inf", "NaN", "0x10", "1m", "10s", "", nil, time.Second, "soon", []any{1}, true} {
		assert.NoError(t, Unitless("poll_interval", value))
	}
}
