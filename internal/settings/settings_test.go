// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

type app struct {
	ClientID string   `mapstructure:"client_id"`
	Scopes   []string `mapstructure:"scopes"`
}

type way struct {
	ProxyURL string               `mapstructure:"proxy_url,omitempty"`
	Timeout  time.Duration        `mapstructure:"timeout"`
	Headers  configopaque.MapList `mapstructure:"headers"`
	TLS      struct {
		CAFile string `mapstructure:"ca_file"`
	} `mapstructure:"tls"`
}

type config struct {
	OrgURL       string                       `mapstructure:"org_url"`
	APIToken     configopaque.String          `mapstructure:"api_token"`
	APITokenFile string                       `mapstructure:"api_token_file"`
	PollInterval time.Duration                `mapstructure:"poll_interval"`
	StartAt      string                       `mapstructure:"start_at"`
	PageSize     int                          `mapstructure:"page_size"`
	Share        float64                      `mapstructure:"share"`
	Q            string                       `mapstructure:"q"`
	Filter       string                       `mapstructure:"filter"`
	Whole        bool                         `mapstructure:"whole"`
	Storage      *component.ID                `mapstructure:"storage"`
	OAuth        configoptional.Optional[app] `mapstructure:"oauth"`
	HTTP         way                          `mapstructure:"http"`
	Squashed     struct {
		Elapsed time.Duration `mapstructure:"elapsed"`
	} `mapstructure:",squash"`
	Steps []struct {
		ID string `mapstructure:"id"`
	} `mapstructure:"steps"`

	hidden int //nolint:unused // it is no setting
	Other  int `mapstructure:"-"`
}

var foreign = map[string]string{
	"okta_domain": "org_url", "api_key": "api_token", "scrape_interval_secs": "poll_interval", "initial_interval": "start_at", "endpoint": "org_url or http.proxy_url",
	"oauth.id": "oauth.client_id",
}

func checkOf(written map[string]any) []Mistake {
	return Check(confmap.NewFromStringMap(written), config{}, foreign, []string{"elapsed"})
}

func TestPaths(t *testing.T) {
	assert.Equal(t, []string{
		"api_token", "api_token_file", "elapsed", "filter", "http", "http.headers", "http.proxy_url", "http.timeout", "http.tls", "http.tls.ca_file",
		"oauth", "oauth.client_id", "oauth.scopes", "org_url", "page_size", "poll_interval", "q", "share", "start_at", "steps", "storage", "whole",
	}, Paths(config{}))
}

func TestUnknownKeys(t *testing.T) {
	for path, says := range map[string]string{
		"okta_domain":           "\"okta_domain\" is not a key of this receiver: use org_url",
		"Okta-Domain":           "use org_url",
		"api_key":               "use api_token",
		"scrape_interval_secs":  "use poll_interval",
		"initial_interval":      "use start_at",
		"endpoint":              "use org_url or http.proxy_url (proxy_url below http)",
		"proxy_url":             "use http.proxy_url (proxy_url below http)",
		"http.proxy_url":        "use http.proxy_url (proxy_url below http)",
		"ca_file":               "use http.tls.ca_file (ca_file below http, tls)",
		"pollinterval":          "did you mean poll_interval?",
		"pollInterval":          "did you mean poll_interval?",
		"poll-interval":         "did you mean poll_interval?",
		"pol_interval":          "did you mean poll_interval?",
		"filtre":                "did you mean filter?",
		"storages":              "did you mean storage?",
		"api_token_fil":         "did you mean api_token_file?",
		"client_id":             "use oauth.client_id (client_id below oauth)",
		"colour":                "its keys are api_token, api_token_file, elapsed, filter, http",
		"x":                     "its keys are",
		"":                      "its keys are",
		"\u202ex\x1b":           `"\u202ex\x1b" is not a key`,
		strings.Repeat("x", 99): strings.Repeat("x", 60) + "…\" is not a key",

		"oauth::clientid":    "\"clientid\" is not a key of oauth: did you mean oauth.client_id?",
		"oauth::id":          "\"id\" is not a key of oauth: use oauth.client_id (client_id below oauth)",
		"oauth::api_token":   "use api_token, a key of the receiver itself",
		"oauth::proxy_url":   "use http.proxy_url (proxy_url below http)",
		"oauth::colour":      "\"colour\" is not a key of oauth: its keys are client_id, scopes",
		"http::proxyurl":     "did you mean http.proxy_url?",
		"http::tls::cafile":  "\"cafile\" is not a key of http.tls: did you mean http.tls.ca_file?",
		"http::tls::timeout": "use http.timeout (timeout below http)",
	} {
		written := map[string]any{}
		below, keys := written, strings.Split(path, "::")
		for _, key := range keys[:len(keys)-1] {
			below[key] = map[string]any{}
			below = below[key].(map[string]any)
		}
		below[keys[len(keys)-1]] = 1
		mistakes := checkOf(written)
		require.Len(t, mistakes, 1, path)
		assert.Equal(t, path, mistakes[0].Key)
		assert.ErrorContains(t, mistakes[0].Err, says, path)
		for _, meant := range mistakes[0].Meant {
			assert.Contains(t, Paths(config{}), meant)
		}
	}
}

func TestValuesThatAKeyDoesNotTake(t *testing.T) {
	for says, written := range map[string]map[string]any{
		`org_url is a list: write its one item alone, without brackets and dashes`:            {"org_url": []any{"https://acme.okta.com"}},
		`filter is a list: write one text, without brackets and dashes`:                       {"filter": []any{"a", "b"}},
		`api_token is a mapping: write one text behind the colon, and nothing below it`:       {"api_token": map[string]any{"SECRET": "SECRET"}},
		`api_token is a number: put it in quotes`:                                             {"api_token": 12345},
		`q is true or false: put it in quotes`:                                                {"q": true},
		`page_size is "many": write a whole number`:                                           {"page_size": "many"},
		`share is a list: write a number`:                                                     {"share": []any{1}},
		`whole is "maybe": write true or false`:                                               {"whole": "maybe"},
		`storage is "a b c!": write the id of an extension`:                                   {"storage": "a b c!"},
		`storage is a list: write the id of an extension`:                                     {"storage": []any{"file_storage"}},
		`oauth is a text: write its keys below it, indented: client_id, scopes`:               {"oauth": "SECRET"},
		`http is a list: write its keys below it, indented: headers, proxy_url, timeout, tls`: {"http": []any{map[string]any{"timeout": "1s"}}},
		`http.tls is true or false: write its keys below it, indented: ca_file`:               {"http": map[string]any{"tls": true}},
		`oauth.scopes is a mapping: write a list of texts, such as [first, second]`:           {"oauth": map[string]any{"scopes": map[string]any{"a": "b"}}},
		`http.headers is a text: write a mapping, a key and a value in each line`:             {"http": map[string]any{"headers": "SECRET"}},
		`http.timeout is 60, which has no unit: use 60s for seconds`:                          {"http": map[string]any{"timeout": 60}},
		`http.timeout is "10 seconds": use 10s`:                                               {"http": map[string]any{"timeout": "10 seconds"}},
		`poll_interval is "5 min": use 5m`:                                                    {"poll_interval": "5 min"},
		`poll_interval is "1.5d": use 36h`:                                                    {"poll_interval": "1.5d"},
		`poll_interval is "500 milliseconds": use 500ms`:                                      {"poll_interval": "500 milliseconds"},
		`poll_interval is "soon\x1b": write a time such as 10s`:                               {"poll_interval": "soon\x1b"},
		`poll_interval is a list: write a time such as 10s`:                                   {"poll_interval": []any{10}},
		`poll_interval is true or false: write a time such as 10s`:                            {"poll_interval": true},
		`page_size is 10.5: write a whole number`:                                             {"page_size": 10.5},
		`page_size is 100000000000000000000: write a number that is nearer to 0`:              {"page_size": 1e20},
		`page_size is a number: write a number that is nearer to 0`:                           {"page_size": uint64(1) << 63},
		`storage is a mapping: write the id of an extension`:                                  {"storage": map[string]any{"a": "b"}},
		`poll_interval is -5, which is below 0 and has no unit: write a time such as 10s`:     {"poll_interval": -5},
		`http.timeout is -0.5, which is below 0 and has no unit: write a time such as 10s`:    {"http": map[string]any{"timeout": -0.5}},
		`elapsed is "1d": leave it out`:                                                       {"elapsed": "1d"},
		`elapsed is "PT10S": leave it out`:                                                    {"elapsed": "PT10S"},
		`steps is a text: write a list of mappings`:                                           {"steps": "x"},
	} {
		mistakes := checkOf(written)
		require.Len(t, mistakes, 1, says)
		assert.ErrorContains(t, mistakes[0].Err, says)
		assert.NotContains(t, mistakes[0].Err.Error(), "SECRET")
		require.Len(t, mistakes[0].Meant, 1)
		assert.True(t, strings.HasPrefix(mistakes[0].Err.Error(), mistakes[0].Meant[0]+" is "))
	}
}

func TestKeysInLists(t *testing.T) {
	mistakes := checkOf(map[string]any{"steps": []any{map[string]any{"id": "x"}, map[string]any{"idd": "x"}}})
	require.Len(t, mistakes, 1)
	assert.Equal(t, "steps", mistakes[0].Key)
	assert.EqualError(t, mistakes[0].Err, `"idd" is not a key of steps[1]: did you mean steps[1].id?`)
}

func TestSettingsThatCanBeRead(t *testing.T) {
	assert.Empty(t, checkOf(map[string]any{
		"org_url": "x", "api_token": "", "poll_interval": "10s", "page_size": 3, "share": 1, "storage": "file_storage/x", "oauth": nil, "elapsed": 60, "whole": true,
		"http": map[string]any{"timeout": 0, "headers": map[string]any{"a": "b"}, "tls": map[string]any{}}, "q": nil, "steps": []any{map[string]any{"id": "x"}},
	}))
	assert.Empty(t, checkOf(map[string]any{"oauth": map[string]any{"scopes": []any{"a"}}, "poll_interval": time.Second}))
}

func TestUnitless(t *testing.T) {
	for value, says := range map[any]string{
		10: "poll_interval is 10, which has no unit: use 10s for seconds, or ms, m or h",
		// YAML reads these as numbers or as text.
		0.5: "use 1s for seconds", "30": "use 30s for seconds", " 30 ": "use 30s for seconds",
	} {
		assert.ErrorContains(t, Unitless("poll_interval", value), says)
	}
	for _, value := range []any{0, "0", -1, "1e3", "Inf", "NaN", "0x10", "1m", "10s", "", nil, time.Second, "soon", []any{1}, true} {
		assert.NoError(t, Unitless("poll_interval", value))
	}
}
