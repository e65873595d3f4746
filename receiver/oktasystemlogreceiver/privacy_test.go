// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

// privacyRules is what one example does to attributes.
type privacyRules struct {
	kept       *regexp.Regexp
	pseudonyms []*regexp.Regexp
	statements []any
}

func readPrivacyRules(t *testing.T, file, transform, redaction string) (r privacyRules) {
	t.Helper()
	document, err := confmap.NewRetrievedFromYAML([]byte(readDocument(t, file)))
	require.NoError(t, err)
	conf, err := document.AsConf()
	require.NoError(t, err)
	r.statements, _ = conf.Get("processors::" + transform + "::log_statements").([]any)
	for _, statement := range r.statements {
		if pattern, is := strings.CutPrefix(statement.(string), `keep_matching_keys(log.attributes, "`); is {
			r.kept = regexp.MustCompile(strings.ReplaceAll(strings.TrimSuffix(pattern, `")`), `\\`, `\`))
		}
	}
	require.NotNil(t, r.kept, "%s lists what is kept", file)
	patterns, _ := conf.Get("processors::" + redaction + "::blocked_key_patterns").([]any)
	for _, pattern := range patterns {
		r.pseudonyms = append(r.pseudonyms, regexp.MustCompile(pattern.(string)))
	}
	require.NotEmpty(t, r.pseudonyms, file)
	return r
}

// of is what becomes of an attribute.
func (r privacyRules) of(name string) translate.Privacy {
	switch {
	case !r.kept.MatchString(name):
		return translate.Dropped
	case slices.ContainsFunc(r.pseudonyms, func(pattern *regexp.Regexp) bool { return pattern.MatchString(name) }):
		return translate.Pseudonym
	default:
		return translate.Kept
	}
}

// Both examples make of each attribute what the table of attributes says. An attribute that is in one of the two and
// not in the other, or that nobody has classified, fails here.
func TestPrivacyOfEachAttribute(t *testing.T) {
	privacy := readPrivacyRules(t, "examples/privacy.yaml", "transform/drop", "redaction/pseudonyms")
	archive := readPrivacyRules(t, "examples/hot-and-archive.yaml", "transform/archive", "redaction/archive")
	assert.Equal(t, privacy.statements, archive.statements, "both examples do the same")
	assert.Equal(t, privacy.pseudonyms, archive.pseudonyms)

	times := map[translate.Privacy]int{}
	for _, a := range translate.Attributes() {
		times[a.Privacy]++
		assert.Equal(t, a.Privacy, privacy.of(a.Name), a.Name)
	}
	for _, p := range []translate.Privacy{translate.Kept, translate.Pseudonym, translate.Dropped} {
		assert.Greater(t, times[p], 5, p)
	}
	assert.Equal(t, translate.Dropped, privacy.of("okta.some_day"), "what is not known yet")
}

// Kept texts of which Okta says no more than that they are texts are held against a pattern, so that no sentence
// passes.
func TestKeptFactsAreCodes(t *testing.T) {
	statements := readPrivacyRules(t, "examples/privacy.yaml", "transform/drop", "redaction/pseudonyms").statements
	for _, a := range translate.Attributes() {
		if a.Group == translate.Derived && a.Privacy == translate.Kept {
			assert.True(t, slices.ContainsFunc(statements, func(statement any) bool {
				return strings.HasPrefix(statement.(string), `delete_key(log.attributes, "`+a.Name+`") where not Is`)
			}), "%s is kept whatever it is", a.Name)
		}
	}
}
