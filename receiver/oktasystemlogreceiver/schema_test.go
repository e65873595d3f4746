// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// schemaPath is the schema of what stands below okta_systemlog, which make generate writes.
const schemaPath = "receiver/oktasystemlogreceiver/config.schema.yaml"

// schemaText is the schema as it is written.
func schemaText(t *testing.T) map[string]any {
	t.Helper()
	var text map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(readDocument(t, schemaPath)), &text))
	return text
}

// compiled is the schema as something to validate with. Making it proves that it is a schema.
func compiled(t *testing.T, text map[string]any) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	require.NoError(t, compiler.AddResource("config.schema.yaml", throughJSON(t, text)))
	schema, err := compiler.Compile("config.schema.yaml")
	require.NoError(t, err)
	return schema
}

// ofParts is the schema of a part of a configuration, which a Collector puts together with others: nothing is required.
func ofParts(value any) any {
	switch value := value.(type) {
	case map[string]any:
		part := map[string]any{}
		for key, below := range value {
			if _, isList := below.([]any); key != "required" || !isList {
				part[key] = ofParts(below)
			}
		}
		return part
	case []any:
		for i, below := range value {
			value[i] = ofParts(below)
		}
	}
	return value
}

// propertiesOf are the schemas of all keys, by the names that documents give them.
func propertiesOf(schema map[string]any, above string) map[string]map[string]any {
	all := map[string]map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	for key, property := range properties {
		property := property.(map[string]any)
		all[above+key] = property
		maps.Copy(all, propertiesOf(property, above+key+"."))
	}
	return all
}

// The schema has every key of the configuration, and no other.
func TestSchemaHasEveryKey(t *testing.T) {
	properties := propertiesOf(schemaText(t), "")
	assert.ElementsMatch(t, settings.Paths(oktasystemlogreceiver.Config{}), slices.Collect(maps.Keys(properties)))
	for key, property := range properties {
		if !strings.Contains(key, ".") {
			assert.NotEmpty(t, property["description"], "%s is described", key)
		}
	}
}

// Each key has its default in the schema, or none where it is not set by default.
func TestSchemaHasTheDefaults(t *testing.T) {
	properties := propertiesOf(schemaText(t), "")
	cfg := oktasystemlogreceiver.NewFactory().CreateDefaultConfig().(*oktasystemlogreceiver.Config)
	cfg.OAuth.GetOrInsertDefault()
	cfg.EventHook.GetOrInsertDefault().Register.GetOrInsertDefault()
	checked := 0
	for key, value := range flat(t, cfg) {
		property, there := properties[key]
		if !there || property["properties"] != nil {
			continue // a section that is not set by default
		}
		checked++
		stated := property["default"]
		switch value := value.(type) {
		case time.Duration:
			duration, err := time.ParseDuration(stated.(string))
			require.NoError(t, err, key)
			assert.Equal(t, value, duration, key)
		case nil:
			assert.Nil(t, stated, "%s has no default", key)
		default:
			if v := reflect.ValueOf(value); value == redacted || (v.Kind() == reflect.String || v.Kind() == reflect.Slice) && v.Len() == 0 {
				assert.Nil(t, stated, "%s has no default", key)
				continue
			}
			assert.Equal(t, fmt.Sprint(value), fmt.Sprint(stated), key)
		}
	}
	assert.Greater(t, checked, 50)
}

// complete is a configuration with all sections, to change one setting of.
func complete() *confmap.Conf {
	return confmap.NewFromStringMap(map[string]any{
		"org_url": "https://acme.okta.com",
		"oauth": map[string]any{
			"client_id": "0oa4d5e6", "client_secret": "synthetic",
			"scopes": []any{"okta.logs.read", "okta.eventHooks.read", "okta.eventHooks.manage"},
		},
		"event_hook": map[string]any{
			"endpoint": "127.0.0.1:8088", "secret": "a-synthetic-secret",
			"register": map[string]any{"public_url": "https://otel.example.org/okta/hook", "name": "collectors of acme"},
		},
		"http": map[string]any{"headers": map[string]any{"x-team": "platform"}},
	})
}

// validated is what the receiver says of a configuration.
func validated(conf *confmap.Conf) error {
	cfg := oktasystemlogreceiver.NewFactory().CreateDefaultConfig()
	// Reading it takes out what is wrong.
	if err := confmap.NewFromStringMap(conf.ToStringMap()).Unmarshal(cfg); err != nil {
		return err
	}
	return confmap.Validate(cfg)
}

// assertBoth asserts that the schema and the receiver agree on a configuration.
func assertBoth(t *testing.T, schema *jsonschema.Schema, conf *confmap.Conf, accept bool, what string) {
	t.Helper()
	for who, err := range map[string]error{"the schema": schema.Validate(throughJSON(t, conf.ToStringMap())), "the receiver": validated(conf)} {
		if accept {
			assert.NoError(t, err, "%s takes %s", who, what)
		} else {
			assert.Error(t, err, "%s refuses %s", who, what)
		}
	}
}

// What the schema says of a value beyond its type is what the receiver says.
func TestSchemaAgreesWithTheReceiver(t *testing.T) {
	text := schemaText(t)
	schema, constraints := compiled(t, text), 0
	assertBoth(t, schema, complete(), true, "the whole")
	try := func(key string, value any, accept bool) {
		conf := complete()
		require.NoError(t, conf.Merge(setTo(key, value)))
		assertBoth(t, schema, conf, accept, fmt.Sprintf("%s: %v", key, value))
		constraints++
	}
	for key, property := range propertiesOf(text, "") {
		for _, value := range listOf(property["enum"]) {
			try(key, value, true)
			try(key, fmt.Sprint(value)+"x", false)
		}
		if only, there := property["const"]; there {
			try(key, only, true)
			try(key, only != true, false)
		}
		if least, there := property["minimum"]; there {
			try(key, least, true)
			try(key, least.(int)-1, false)
		}
		if most, there := property["maximum"]; there {
			try(key, most, true)
			try(key, most.(int)+1, false)
		}
		if bound, there := property["exclusiveMaximum"]; there {
			try(key, float64(bound.(int))-0.01, true)
			try(key, bound, false)
		}
	}
	assert.Greater(t, constraints, 30)

	sections := propertiesOf(text, "")
	sections[""] = text
	for section, property := range sections {
		for _, key := range listOf(property["required"]) {
			conf := complete()
			key := strings.TrimPrefix(section+"."+key.(string), ".")
			require.True(t, conf.Delete(strings.ReplaceAll(key, ".", confmap.KeyDelimiter)))
			assertBoth(t, schema, conf, false, "no "+key)
		}
	}
}

// A key that is not one is refused in each section, by both, and so is a value of another type.
func TestSchemaRefusesUnknownKeysAndOtherTypes(t *testing.T) {
	text := schemaText(t)
	schema := compiled(t, text)
	for _, section := range []string{"", "oauth.", "rate_limit.", "retry.", "http.", "http.tls.", "event_hook.", "event_hook.register.", "resource_attributes."} {
		conf := complete()
		require.NoError(t, conf.Merge(setTo(section+"no_such_key", "x")))
		assertBoth(t, schema, conf, false, section+"no_such_key")
	}
	for key, property := range propertiesOf(text, "") {
		if property["properties"] != nil && property["type"] == "object" {
			assert.Equal(t, false, property["additionalProperties"], "%s takes no other keys", key)
		}
	}
	for key, value := range map[string]any{
		"page_size": "a lot", "poll_interval": "10", "body": []any{"message"}, "http.timeout": "1 minute", "oauth.scopes": map[string]any{"a": "b"},
		"include_log_record_original": []any{}, "http.headers": "x-team", "storage": map[string]any{"a": "b"}, "event_hook.register.event_types": map[string]any{},
	} {
		conf := complete()
		conf.Delete(strings.ReplaceAll(key, ".", confmap.KeyDelimiter))
		require.NoError(t, conf.Merge(setTo(key, value)))
		assertBoth(t, schema, conf, false, fmt.Sprintf("%s: %v", key, value))
	}
	for key, value := range map[string]any{
		"http.headers":      []any{map[string]any{"name": "x-team", "value": "platform"}},
		"http.cookies":      map[string]any{},
		"http.tls.insecure": true,
		"poll_interval":     "1m30s",
	} {
		conf := complete()
		conf.Delete(strings.ReplaceAll(key, ".", confmap.KeyDelimiter))
		require.NoError(t, conf.Merge(setTo(key, value)))
		assertBoth(t, schema, conf, true, fmt.Sprintf("%s: %v", key, value))
	}
}

// setTo is a configuration with one setting.
func setTo(key string, value any) *confmap.Conf {
	return confmap.NewFromStringMap(map[string]any{strings.ReplaceAll(key, ".", confmap.KeyDelimiter): value})
}

func listOf(value any) []any {
	list, _ := value.([]any)
	return list
}

// testdata/config.yaml has every option of the component's README.
func TestConfigurationsHaveEveryOption(t *testing.T) {
	set := map[string]bool{}
	for _, configuration := range configurationsIn(t, "", string(readDocument(t, "receiver/oktasystemlogreceiver/testdata/config.yaml"))) {
		for _, key := range confmap.NewFromStringMap(configuration.(map[string]any)).AllKeys() {
			set[strings.ReplaceAll(key, confmap.KeyDelimiter, ".")] = true
		}
	}
	for key := range defaults(t) {
		assert.True(t, set[key], "%s is set by none", key)
	}
}
