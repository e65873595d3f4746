// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestFiltersAsTheyAreCopied(t *testing.T) {
	const started = `eventType eq "user.session.start"`
	for written, want := range map[string]string{
		`eventType%20eq%20%22user.session.start%22`:                                                  started,
		`eventType+eq+%22user.session.start%22`:                                                      started,
		`eventType+eq+"user.session.start"`:                                                          started,
		`eventType%2520eq%2520%2522user.session.start%22`:                                            started,
		`filter=eventType%20eq%20%22user.session.start%22`:                                           started,
		`?filter=eventType eq "user.session.start"`:                                                  started,
		`eventType eq %22user.session.start%22`:                                                      started,
		`eventType eq “user.session.start”`:                                                          started,
		`eventType eq „user.session.start“`:                                                          started,
		`eventType eq «user.session.start»`:                                                          started,
		`eventType eq “user.session.start"`:                                                          started,
		`eventType eq "user.session.start”`:                                                          started,
		`eventType eq ″user.session.start″`:                                                          started,
		`eventType eq 'user.session.start'`:                                                          started,
		`eventType eq ‘user.session.start’`:                                                          started,
		"eventType eq `user.session.start`":                                                          started,
		`eventType eq &quot;user.session.start&quot;`:                                                started,
		`eventType eq &#34;user.session.start&#34;`:                                                  started,
		`eventType eq &ldquo;user.session.start&rdquo;`:                                              started,
		`eventType&nbsp;eq&nbsp;"user.session.start"`:                                                started,
		`"eventType eq \"user.session.start\""`:                                                      started,
		`"eventType eq "user.session.start""`:                                                        started,
		`"eventType eq ""user.session.start"""`:                                                      started,
		`""eventType eq "user.session.start"""`:                                                      started,
		`'eventType eq "user.session.start"'`:                                                        started,
		`"eventType eq "user.session.start"`:                                                         started,
		`eventType eq \"user.session.start\"`:                                                        started,
		`eventType eq ""user.session.start""`:                                                        started,
		"eventType\u00a0eq\u00a0\"user.session.start\"":                                              started,
		"eventType eq \u200b\"user.session.start\"":                                                  started,
		`eventType eq 'a' and (severity eq 'INFO' or actor.id eq 'x')`:                               `eventType eq "a" and (severity eq "INFO" or actor.id eq "x")`,
		`actor.displayName eq “O’Brien”`:                                                             `actor.displayName eq "O’Brien"`,
		`displayMessage co "100%25" and eventType eq 'a'`:                                            `displayMessage co "100%25" and eventType eq "a"`,
		`displayMessage+co+%22a%2Bb%22`:                                                              `displayMessage co "a+b"`,
		`displayMessage%20co%20%22a+b%22`:                                                            `displayMessage co "a+b"`,
		`https://acme.okta.com/api/v1/logs?filter=eventType%20eq%20%22user.session.start%22&limit=5`: started,
		`https://acme.okta.com/api/v1/logs?limit=5&filter=eventType+eq+%22user.session.start%22`:     started,
		`https://acme.okta.com/api/v1/logs?filter=eventType eq "user.session.start"`:                 started,
		`/api/v1/logs?filter=eventType%20eq%20%22user.session.start%22`:                              started,
		`?since=2026-11-01&filter=eventType eq "user.session.start"&limit=5`:                         started,
		`&filter=eventType eq "user.session.start"`:                                                  started,
		`filter: eventType eq "user.session.start"`:                                                  started,
		`"filter": "eventType eq \"user.session.start\""`:                                            started,
		`filter = eventType eq "user.session.start"`:                                                 started,
		`displayMessage co 'x: y'`:                                                                   `displayMessage co "x: y"`,
		`displayMessage co 'x #y'`:                                                                   `displayMessage co "x #y"`,
		`displayMessage%20co%20%22it's: a%22`:                                                        `displayMessage co "it's: a"`,
		`eventType eq "a" and not (outcome.result eq ""x"")`:                                         `eventType eq "a" and not (outcome.result eq "x")`,
	} {
		meant, err := Filter("filter", written)
		require.Error(t, err, written)
		assert.Equal(t, want, meant, written)
		assert.True(t, strings.HasPrefix(err.Error(), "filter "), err)
		assert.Equal(t, want, pasted(t, err), err)
		again, err := Filter("filter", meant)
		require.NoError(t, err, "the remedy of %s", written)
		assert.Equal(t, meant, again)
	}
}

// pasted is what YAML reads of the remedy of an error, when it is written behind a key.
func pasted(t *testing.T, err error) any {
	t.Helper()
	_, remedy, found := strings.Cut(err.Error(), ": use ")
	require.True(t, found, err)
	retrieved, err := confmap.NewRetrievedFromYAML([]byte("filter: " + remedy))
	require.NoError(t, err, remedy)
	conf, err := retrieved.AsConf()
	require.NoError(t, err, remedy)
	return conf.Get("filter")
}

func TestFiltersThatAreLeftAlone(t *testing.T) {
	for _, filter := range []string{
		"", `uuid pr`, `eventType eq "user.session.start"`, `eventType sw "user." and (outcome.result eq "FAILURE" or severity ge "WARN")`,
		`displayMessage eq "it's 100%25 &quot;fine&quot; “here” a+eq+b"`, `a eq "" and b eq ""`, `a eq "x\"y\\" and b eq "\""`, `a eq "x'y" and b eq "it's"`,
		`a pr and b gt 5`, "a eq \"x\"\n  and b eq \"y\"\n", `(a eq "x")`, `not (a eq "x")`, `debugContext.debugData.url co "/a%20b"`, `target[type eq "User"] pr`, `nonsense`, `a eq "open`,
	} {
		meant, err := Filter("filter", filter)
		require.NoError(t, err, filter)
		assert.Equal(t, filter, meant)
	}
}

func TestFiltersThatNobodyCanGuess(t *testing.T) {
	for _, filter := range []string{`eventType%20eq%20%22`, `%41%42`, `eventType eq “x”"`, `&quot;`, "a eq \"x\u202e\" and b eq 'y'"} {
		meant, err := Filter("filter", filter)
		require.ErrorContains(t, err, `: write it as in okta's documentation, such as eventType eq "user.session.start"`, filter)
		assert.Equal(t, filter, meant)
		assert.True(t, isPrintable(err.Error()))
	}
}

func TestKeywords(t *testing.T) {
	for written, want := range map[string]string{
		"user%20session": "user session", "user+session%21": "user session!", "q=user": "user", "a &amp; b": "a & b", "a\u00a0b": "a b", "\u200bx": "x",
		"%26": "&", "a%3A%20b": "a: b", "%23x": "#x", "&q=user": "user", "https://acme.okta.com/api/v1/logs?q=user%20session&limit=5": "user session", "%31%32": "12", "'%5Ba'": "'[a'",
	} {
		meant, err := Keywords("q", written)
		require.Error(t, err, written)
		assert.Equal(t, want, pasted(t, err), written)
		assert.Equal(t, want, meant)
		_, err = Keywords("q", meant)
		require.NoError(t, err)
	}
	for _, q := range []string{"", "user session", "100%", "C++", "AT&T", "a &copy b", "a\tb"} {
		_, err := Keywords("q", q)
		require.NoError(t, err, q)
	}
	_, err := Keywords("q", "%1b%20")
	require.ErrorContains(t, err, "write the keywords alone")
}

func FuzzFilter(f *testing.F) {
	for _, filter := range []string{`eventType%20eq%20%22x%22`, `"a eq \"b\""`, `a eq ""b""`, `a eq “b”`, `'a eq "b"'`, `%2525`} {
		f.Add(filter)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		meant, err := Filter("filter", filter)
		if err == nil || meant == filter {
			require.Equal(t, filter, meant)
			return
		}
		_, err = Filter("filter", meant)
		require.NoError(t, err, "the remedy %q", meant)
	})
}
