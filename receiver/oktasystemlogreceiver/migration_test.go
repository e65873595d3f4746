// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"
)

// migrationPages are the pages on other collectors.
func migrationPages(t *testing.T) map[string]document {
	t.Helper()
	found := map[string]document{}
	for name, text := range documents(t) {
		if strings.HasPrefix(name, "receiver/oktasystemlogreceiver/docs/migration/") {
			found[name] = text
		}
	}
	require.Len(t, found, 5)
	return found
}

// Each key that a page names as the counterpart of another collector's is one of the receiver's.
func TestMigrationNamesKeysThatAreThere(t *testing.T) {
	known := defaults(t)
	for name, page := range migrationPages(t) {
		rows := page.section(t, "Keys").rows()
		require.NotEmpty(t, rows, name)
		for _, row := range rows {
			require.Len(t, row, 3, "%s: %s", name, row[0])
			keys := codeSpans(row[1])
			assert.Equal(t, row[1] == "—", len(keys) == 0, "%s: %s has a counterpart or a dash", name, row[0])
			for _, key := range keys {
				if _, is := known[key]; is {
					continue
				}
				below, is := strings.CutPrefix(key, "http.")
				require.True(t, is, "%s names the key %s", name, key)
				assertClientTakes(t, below)
			}
		}
	}
}

// assertClientTakes asserts that the Collector's HTTP client has a setting.
func assertClientTakes(t *testing.T, key string) {
	t.Helper()
	values := map[string]any{"tls": map[string]any{}, "disable_keep_alives": true, "tls.insecure_skip_verify": true}
	value, is := values[key]
	if !is {
		value = "text"
	}
	conf := confmap.NewFromStringMap(map[string]any{strings.ReplaceAll(key, ".", confmap.KeyDelimiter): value})
	client := confighttp.NewDefaultClientConfig()
	assert.NoError(t, conf.Unmarshal(&client), key)
}

// Each attribute that a page names is one that events have.
func TestMigrationNamesAttributesThatAreThere(t *testing.T) {
	known := documentedPaths(productCode(t))
	for _, heading := range []string{"Attributes of the semantic conventions", "Attributes of Okta's own", "Facts from inside strings and lists", "Attributes that the receiver adds"} {
		for _, span := range codeSpans(string(readDocument(t, componentPath).section(t, heading))) {
			known[span] = true
		}
	}
	attribute := regexp.MustCompile(`^(okta|user|client|geo|url|error|log|session|user_agent)(\.[a-z_]+)+$`)
	count := 0
	pages := migrationPages(t)
	pages["migration.md"] = readDocument(t, "receiver/oktasystemlogreceiver/docs/migration.md")
	for name, page := range pages {
		heading := map[bool]string{true: "Field names", false: "The record"}[filepath.Base(name) == "migration.md"]
		for _, row := range page.section(t, heading).rows() {
			require.Len(t, row, 2, name)
			for _, span := range codeSpans(row[1]) {
				if !attribute.MatchString(span) || span == "okta.org.domain" { // of the resource
					continue
				}
				count++
				assert.True(t, known[span], "%s names the attribute %s", name, span)
			}
		}
	}
	assert.Greater(t, count, 60)
}
