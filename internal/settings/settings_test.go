// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
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
		"pollinterval":         "use poll_interval, if that was meant",
		"pollInterval":         "use poll_interval, if that was meant",
		"poll-interval":        "use poll_interval, if that was meant",
		"pol_interval":         "use poll_interval, if that was meant",
		"filtre":               "use filter, if that was meant",
		"storages":             "use storage, if that was meant",
		"api_token_fil":        "use api_token_file, if that was meant",
		"colour":               "use one of api_token, api_token_file, filter, http",
		"x":                    "use one of",
		"":                     "use one of",
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

func TestMistakesAreJoinedAndTakenApart(t *testing.T) {
	one, two := errors.New("a is 0: use 1"), errors.New("b is 0: use 2")
	require.NoError(t, Join(nil, errors.Join()))
	assert.Equal(t, one, Join(nil, one))
	all := Join(errors.Join(nil, one), two)
	require.EqualError(t, all, "2 settings are wrong:\n  a is 0: use 1\n  b is 0: use 2")
	require.ErrorIs(t, all, two)
	assert.Equal(t, []error{one, two}, Mistakes(fmt.Errorf("%w", all)))
	assert.Empty(t, Mistakes(nil))
}

func TestCauseAndRemedy(t *testing.T) {
	for sentence, want := range map[string][2]string{
		"a is 0: use 1":                                 {"a is 0", "use 1"},
		`body is "a: b": use message`:                   {`body is "a: b"`, "use message"},
		"a is set: it would be lost: leave out":         {"a is set: it would be lost", "leave out"},
		"a file is gone":                                {"a file is gone", "correct the configuration"},
		"http::tls: provide\n  either: a or b":          {"http.tls: provide either: a or b", "correct http.tls"},
		"event_hook: serverconfig::tls: config: no key": {"event_hook.tls: no key", "correct event_hook.tls"},
		"http: open /nowhere: no such file":             {"http: open /nowhere: no such file", "correct http"},
	} {
		cause, remedy := CauseAndRemedy(errors.New(sentence))
		assert.Equal(t, want, [2]string{cause, remedy}, sentence)
	}
}
