// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

// foreignExporters are those that examples use and the distribution does not have, with the module that an example has
// to name.
var foreignExporters = map[string]string{
	"azuremonitor":  "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/azuremonitorexporter v0.158.0",
	"chronicle":     "github.com/observiq/bindplane-otel-contrib/exporter/chronicleexporter latest",
	"elasticsearch": "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/elasticsearchexporter v0.158.0",
	"opensearch":    "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/opensearchexporter v0.158.0",
	"splunk_hec":    "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/splunkhecexporter v0.158.0",
	"syslog":        "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/syslogexporter v0.158.0",
}

var featureGates = regexp.MustCompile(`--feature-gates=\S+`)

// example is one of the configurations that users copy.
type example struct {
	name, path string
	settings   map[string]any
	// gates is the flag that it says the collector needs, if it does.
	gates string
	// foreign is the ID of its exporter that the distribution does not have, if there is one.
	foreign string
	// provider is the scheme of what it reads its credential with that the distribution does not have, if there is one.
	provider string
}

func examples(t *testing.T) []example {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var all []example
	for _, path := range paths {
		if isRuleFile(t, path) {
			continue // Prometheus' to check: TestPrometheusRules
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		document, err := confmap.NewRetrievedFromYAML(text)
		require.NoError(t, err)
		settings, err := document.AsConf()
		require.NoError(t, err)
		e := example{
			name: strings.TrimSuffix(filepath.Base(path), ".yaml"), path: path, settings: settings.ToStringMap(),
			gates: featureGates.FindString(string(text)), provider: foreignProvider(string(text)),
		}
		for id := range e.section("exporters") {
			if foreignExporters[typeOf(id)] != "" {
				require.Empty(t, e.foreign, "one such exporter for each example: the collector complains of one alone")
				e.foreign = id
			}
		}
		all = append(all, e)
	}
	return all
}

// section returns the components of one kind by ID.
func (e example) section(kind string) map[string]any {
	components, _ := e.settings[kind].(map[string]any)
	return components
}

// typeOf returns the type of the component with the ID.
func typeOf(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}

// runnable returns the path of the example in a form that the distribution can run: with a file exporter of the same
// ID, which writes to records, in the place of the one that it does not have, and a token out of the environment in the
// place of one that a provider would read.
func (e example) runnable(t *testing.T, records string) (path string) {
	t.Helper()
	if e.provider != "" {
		return e.withoutProvider(t)
	}
	if e.foreign == "" {
		return e.path
	}
	settings := confmap.NewFromStringMap(e.settings).ToStringMap() // a copy
	stand := "file/" + e.foreign
	exporters := settings["exporters"].(map[string]any)
	delete(exporters, e.foreign)
	exporters[stand] = map[string]any{"path": records, "append": true}
	for _, pipeline := range settings["service"].(map[string]any)["pipelines"].(map[string]any) {
		ids := slices.Clone(pipeline.(map[string]any)["exporters"].([]any))
		if at := slices.Index(ids, any(e.foreign)); at >= 0 {
			ids[at] = stand
		}
		pipeline.(map[string]any)["exporters"] = ids
	}
	return writeJSON(t, settings)
}

// writeJSON writes the settings to a file, as JSON, which is YAML.
func writeJSON(t *testing.T, settings map[string]any) (path string) {
	t.Helper()
	text, err := json.Marshal(settings)
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// setExampleSecrets sets what examples read from the environment. The orgs are at the addresses, in turn.
func setExampleSecrets(t *testing.T, orgs ...string) {
	t.Helper()
	for i, name := range []string{"OKTA_ORG_URL", "ACME_ORG_URL", "GLOBEX_ORG_URL"} {
		t.Setenv(name, orgs[i%len(orgs)])
	}
	for _, name := range []string{"ACME_API_TOKEN", "GLOBEX_API_TOKEN", "OTLP_TOKEN", "SPLUNK_HEC_TOKEN", "ELASTICSEARCH_API_KEY", "OPENSEARCH_BASIC", "CHRONICLE_CUSTOMER_ID", "APPLICATIONINSIGHTS_CONNECTION_STRING"} {
		t.Setenv(name, token)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", t.TempDir())
	t.Setenv("OKTA_PSEUDONYM_KEY", strings.Repeat("00keyOfTheEndToEndTests", 2))
}

// arguments returns the collector's, for running the example by way of these configurations.
func (e example) arguments(configs ...string) []string {
	var all []string
	for _, config := range configs {
		all = append(all, "--config", config)
	}
	if e.gates != "" {
		all = append(all, e.gates)
	}
	return all
}

// ask runs the collector with arguments with which it ends by itself, and returns what it says.
func ask(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), built(t, "otelcol-okta"), arguments...)
	cmd.Env = append(os.Environ(), "OKTA_API_TOKEN="+token)
	said, err := cmd.CombinedOutput()
	return string(said), err
}

func TestExamplesAreValid(t *testing.T) {
	setExampleSecrets(t, "https://acme.okta.com")
	for _, example := range examples(t) {
		t.Run(example.name, func(t *testing.T) {
			if example.foreign != "" {
				said, err := ask(t, append([]string{"validate"}, example.arguments(example.path)...)...)
				require.Error(t, err)
				assert.Contains(t, said, `'exporters' unknown type: "`+typeOf(example.foreign)+`"`)
				assert.Equal(t, 1, strings.Count(said, "\n'"), "no other complaint: %s", said)
			}
			if example.provider != "" {
				said, err := ask(t, "validate", "--config", example.path)
				require.Error(t, err)
				assert.Contains(t, said, `scheme "`+example.provider+`" is not supported`)
			}
			config := example.runnable(t, filepath.Join(t.TempDir(), "records.json"))
			for _, command := range []string{"validate", "print-config"} {
				said, err := ask(t, append([]string{command}, example.arguments(config)...)...)
				require.NoError(t, err, said)
				assert.NotContains(t, said, token)
			}
		})
	}
}

func TestExamplesNameTheModulesOfForeignExporters(t *testing.T) {
	ours, err := os.ReadFile(filepath.Join(root, "builder-config.yaml"))
	require.NoError(t, err)
	for _, example := range examples(t) {
		if example.foreign == "" {
			continue
		}
		text, err := os.ReadFile(example.path)
		require.NoError(t, err)
		named := foreignExporters[typeOf(example.foreign)]
		assert.Contains(t, string(text), "#     - gomod: "+named+"\n", example.name)
		module, version, _ := strings.Cut(named, " ")
		if version == "latest" {
			assert.Contains(t, string(text), "--skip-strict-versioning", "the builder refuses it otherwise")
			assert.Contains(t, string(text), "go list -m -versions "+module+"\n")
			continue
		}
		assert.Contains(t, module, "/opentelemetry-collector-contrib/exporter/")
		assert.Contains(t, string(ours), "/opentelemetry-collector-contrib/exporter/fileexporter "+version+"\n", "%s has the version of its siblings", module)
	}
}

func TestExamplesHoldNothingInMemoryThatTheyHaveAccepted(t *testing.T) {
	for _, example := range examples(t) {
		t.Run(example.name, func(t *testing.T) {
			for id := range example.section("processors") {
				assert.NotEqual(t, "batch", typeOf(id))
			}
			for id, exporter := range example.section("exporters") {
				if slices.Contains([]string{"debug", "file", "prometheus"}, typeOf(id)) {
					continue // they have no queue
				}
				queue := confmap.NewFromStringMap(exporter.(map[string]any))
				off := queue.Get("sending_queue::enabled") == false
				waits := queue.Get("sending_queue::wait_for_result") == true
				onDisk := queue.IsSet("sending_queue::storage")
				assert.True(t, off || waits || onDisk, "%s has a queue in memory", id)
				if onDisk {
					assert.Equal(t, 0, queue.Get("retry_on_failure::max_elapsed_time"), "%s gives up, and drops what it has accepted", id)
				}
			}
			for id, extension := range example.section("extensions") {
				if typeOf(id) == "file_storage" {
					storage := confmap.NewFromStringMap(extension.(map[string]any))
					assert.Equal(t, true, storage.Get("fsync"), id)
					assert.Equal(t, true, storage.Get("create_directory"), id)
				}
			}
		})
	}
}

// Events are personal data: what an example writes into files is for the Collector's user and group alone.
func TestExamplesCloseTheirFilesToOthers(t *testing.T) {
	checked := 0
	for _, example := range examples(t) {
		for id, exporter := range example.section("exporters") {
			if typeOf(id) == "file" {
				settings := confmap.NewFromStringMap(exporter.(map[string]any))
				assert.Equal(t, "0750", settings.Get("directory_permissions"), "%s of %s", id, example.name)
				checked++
			}
		}
		for id, extension := range example.section("extensions") {
			if typeOf(id) == "file_storage" { // whose own default is 0750
				assert.False(t, confmap.NewFromStringMap(extension.(map[string]any)).IsSet("directory_permissions"), "%s of %s", id, example.name)
			}
		}
	}
	assert.GreaterOrEqual(t, checked, 2)
}
