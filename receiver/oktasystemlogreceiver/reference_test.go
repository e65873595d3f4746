// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// defaults returns the default of every key of the configuration, by the name that documents give it. Of what http and
// event_hook take from the Collector, only those keys are there whose defaults differ from the Collector's.
func defaults(t *testing.T) map[string]any {
	t.Helper()
	cfg := oktasystemlogreceiver.NewFactory().CreateDefaultConfig().(*oktasystemlogreceiver.Config)
	cfg.OAuth.GetOrInsertDefault()
	cfg.EventHook.GetOrInsertDefault().Register.GetOrInsertDefault()
	all := flat(t, cfg)
	leaveOut(t, all, "http.", confighttp.NewDefaultClientConfig())
	leaveOut(t, all, "event_hook.", confighttp.NewDefaultServerConfig())
	// An empty endpoint is the Collector's default as well, but none that works.
	all["event_hook.endpoint"] = ""
	return all
}

// leaveOut removes the keys below a prefix that have the default of the Collector's own configuration.
func leaveOut(t *testing.T, all map[string]any, prefix string, collectors any) {
	t.Helper()
	for key, value := range flat(t, collectors) {
		if reflect.DeepEqual(all[prefix+key], value) {
			delete(all, prefix+key)
		}
	}
}

func flat(t *testing.T, cfg any) map[string]any {
	t.Helper()
	conf := confmap.New()
	require.NoError(t, conf.Marshal(cfg))
	all := map[string]any{}
	for _, key := range conf.AllKeys() {
		all[strings.ReplaceAll(key, confmap.KeyDelimiter, ".")] = conf.Get(key)
	}
	return all
}

// The component's README has every option with its default, and no other.
func TestOptionsAreListed(t *testing.T) {
	want := defaults(t)
	listed := map[string]string{}
	for _, row := range readDocument(t, componentPath).section(t, "Options").rows() {
		for _, key := range codeSpans(row[0]) {
			require.NotContains(t, listed, key)
			listed[key] = row[1]
		}
	}
	for key, value := range want {
		text, there := listed[key]
		if assert.True(t, there, "%s is not listed", key) {
			assertDefault(t, key, value, text)
		}
	}
	for key := range listed {
		assert.Contains(t, want, key, "there is no such option")
	}
}

// redacted stands for every secret, also where none is set.
const redacted = "[REDACTED]"

// assertDefault asserts that a cell of the table states the default of an option, or no value where it has none.
func assertDefault(t *testing.T, key string, value any, cell string) {
	t.Helper()
	spans := codeSpans(cell)
	v := reflect.ValueOf(value)
	switch {
	case value == redacted, !v.IsValid(), v.Kind() == reflect.String && v.Len() == 0, v.Kind() == reflect.Slice && v.Len() == 0:
		assert.Empty(t, spans, "%s has no default", key)
	case v.Kind() == reflect.Slice && v.Len() > 3:
		assert.True(t, strings.HasPrefix(cell, strconv.Itoa(v.Len())+" "), "%s has %d: %s", key, v.Len(), cell)
	case len(spans) != 1:
		assert.Fail(t, "the default is one value", "%s is %v: %s", key, value, cell)
	default:
		if duration, is := value.(time.Duration); is {
			stated, err := time.ParseDuration(spans[0])
			require.NoError(t, err, key)
			assert.Equal(t, duration, stated, key)
			return
		}
		stated := spans[0]
		if v.Kind() == reflect.Slice {
			stated = strings.ReplaceAll(stated, `""`, "") // as fmt writes an empty element
		}
		assert.Equal(t, fmt.Sprint(value), stated, key)
	}
}

// The event types that a hook is registered for by default are listed.
func TestRegisteredEventTypesAreListed(t *testing.T) {
	section := readDocument(t, hooksPath).section(t, "The event types that are registered")
	types, _ := defaults(t)["event_hook.register.event_types"].([]any)
	require.NotEmpty(t, types)
	var want []string
	for _, eventType := range types {
		want = append(want, fmt.Sprint(eventType))
	}
	assert.Equal(t, want, codeSpans(string(section))[1:], "after the name of the option")
}

// The component's README has every metric of metadata.yaml, and no document names another one, but for the changelog.
func TestMetricsAreListed(t *testing.T) {
	var want, listed []string
	for name := range metadataSection(t, "telemetry::metrics") {
		want = append(want, "otelcol_"+name)
	}
	require.NotEmpty(t, want)
	for _, row := range readDocument(t, componentPath).section(t, "Internal metrics").rows() {
		listed = append(listed, codeSpans(row[0])...)
	}
	assert.ElementsMatch(t, want, listed)

	name := regexp.MustCompile(`otelcol_okta_systemlog_\w+`)
	texts := map[string]string{"examples/alerts.yaml": string(readDocument(t, "examples/alerts.yaml"))}
	for path, text := range documents(t) {
		texts[path] = string(text)
	}
	delete(texts, "CHANGELOG.md")
	for path, text := range texts {
		for _, metric := range name.FindAllString(text, -1) {
			assert.True(t, slices.Contains(want, metric), "%s names %s", path, metric)
		}
	}
}

// The outcomes of requests, to Okta and to the event hook, are those of metadata.yaml.
func TestOutcomesAreListed(t *testing.T) {
	attributes := metadataSection(t, "attributes")
	outcomes := func(attribute string) (all []string) {
		for _, outcome := range attributes[attribute].(map[string]any)["enum"].([]any) {
			all = append(all, outcome.(string))
		}
		return all
	}
	for _, row := range readDocument(t, componentPath).section(t, "Internal metrics").rows() {
		switch codeSpans(row[0])[0] {
		case "otelcol_okta_systemlog_requests":
			assert.ElementsMatch(t, append(outcomes("outcome"), "outcome"), codeSpans(row[1]))
		case "otelcol_okta_systemlog_hook_deliveries":
			assert.ElementsMatch(t, append(outcomes("hook_outcome"), "outcome"), codeSpans(row[1]))
		}
	}
	var answered []string
	for _, row := range readDocument(t, hooksPath).section(t, "How requests are answered").rows() {
		answered = append(answered, codeSpans(row[0])...)
	}
	assert.ElementsMatch(t, outcomes("hook_outcome"), answered)
}

// What a component status begins with stands in the code.
func TestStatusesAreInTheCode(t *testing.T) {
	code := productCode(t)
	rows := readDocument(t, operatingPath).section(t, "Component status").rows()
	require.Greater(t, len(rows), 5)
	for _, row := range rows {
		for _, text := range codeSpans(row[1]) {
			assert.Contains(t, code, `"`+text+`"`)
		}
	}
}

// The component's README has every attribute of the golden records, and names none that no event can have.
func TestAttributesAreListed(t *testing.T) {
	record := readDocument(t, componentPath).section(t, "The record")
	attributeName := regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)
	listed := func(heading string, column int) (names []string) {
		for _, row := range record.section(t, heading).rows() {
			for _, span := range codeSpans(row[column]) {
				if attributeName.MatchString(span) {
					names = append(names, span)
				}
			}
		}
		require.NotEmpty(t, names)
		return names
	}
	conventional, general := listed("Attributes of the semantic conventions", 0), listed("Attributes of Okta's own", 0)
	derived, added := listed("Facts from inside strings and lists", 0), listed("Attributes that the receiver adds", 0)

	known := map[string]bool{}
	for _, name := range []string{"facts", "job", "policy-change", "session-start", "threat-detected", "token-grant"} {
		for _, name := range attributesOf(t, name) {
			known[name] = true
		}
	}
	for name := range known {
		assert.Contains(t, slices.Concat(conventional, general, derived), name)
	}
	for _, name := range conventional {
		assert.True(t, known[name] || name == "log.record.original", "%s is not in the golden records", name)
	}
	code, malformed := productCode(t), attributesOf(t, "malformed")
	for _, name := range added {
		inTheCode := strings.Contains(code, `"`+name+`"`) || strings.Contains(code, `prefix + "`+strings.TrimPrefix(name, "okta.")+`"`)
		assert.True(t, slices.Contains(malformed, name) || inTheCode, "nothing adds %s", name)
	}
	paths := documentedPaths(code)
	require.NotEmpty(t, paths)
	for _, name := range general {
		assert.True(t, known[name] || paths[name], "%s comes from no field", name)
	}
}

func attributesOf(t *testing.T, name string) (names []string) {
	t.Helper()
	records := goldenRecords(t, name).ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	for _, record := range records.All() {
		for name := range record.Attributes().All() {
			names = append(names, name)
		}
	}
	return names
}

// documentedPaths are the fields that the package translate lists, by the attributes that the general rule makes of
// them.
func documentedPaths(code string) map[string]bool {
	capital := regexp.MustCompile(`[A-Z]`)
	paths := map[string]bool{}
	for _, path := range regexp.MustCompile(`\{path: "([^"]+)"`).FindAllStringSubmatch(code, -1) {
		paths["okta."+strings.ToLower(capital.ReplaceAllString(path[1], "_$0"))] = true
	}
	return paths
}
