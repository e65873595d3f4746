// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// write writes a file into a directory of the test's and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestReferencesOfSettingsStay(t *testing.T) {
	t.Setenv("TOKEN", "00secret")
	t.Setenv("JWK", `{"kty":"RSA","d":"secret"}`)
	config, err := Read(t.Context(), []string{write(t, `
receivers: {okta_systemlog: {api_token: "${env:TOKEN}", oauth: {private_key: "${JWK}"}, filter: 'a eq "$$1"'}}
exporters: {otlp: {endpoint: "${env:NOT_SET}"}}
`), `yaml:receivers::okta_systemlog::poll_interval: 20s`})
	require.NoError(t, err)
	assert.Equal(t, Tree{
		"receivers": Tree{"okta_systemlog": Tree{
			"api_token": "${env:TOKEN}", "oauth": Tree{"private_key": "${JWK}"}, "filter": `a eq "$$1"`, "poll_interval": "20s",
		}},
		"exporters": Tree{"otlp": Tree{"endpoint": "${env:NOT_SET}"}},
	}, config)
}

func TestReferencesOfSectionsAreBroughtIn(t *testing.T) {
	t.Setenv("RECEIVER", `{api_token: "a$$b", filter: 'x eq "$$"'}`)
	t.Setenv("PIPELINE", "[okta_systemlog]")
	exporters := write(t, "otlp: {endpoint: 'siem:4317'}")
	config, err := Read(t.Context(), []string{"yaml:" + `
receivers: {okta_systemlog: "${env:RECEIVER}"}
exporters: '${file:` + exporters + `}'
service: {pipelines: {logs: {receivers: "${env:PIPELINE}", exporters: [otlp]}}}
`})
	require.NoError(t, err)
	assert.Equal(t, Tree{
		"receivers": Tree{"okta_systemlog": Tree{"api_token": "a$$b", "filter": `x eq "$$"`}},
		"exporters": Tree{"otlp": Tree{"endpoint": "siem:4317"}},
		"service":   Tree{"pipelines": Tree{"logs": Tree{"receivers": []any{"okta_systemlog"}, "exporters": []any{"otlp"}}}},
	}, config)
}

func TestAReferenceThatLeadsNowhereStays(t *testing.T) {
	config, err := Read(t.Context(), []string{"yaml:receivers: {okta_systemlog: {api_token: '${file:/run/secrets/none}'}}"})
	require.NoError(t, err)
	assert.Equal(t, "${file:/run/secrets/none}", Object(Object(config, "receivers"), "okta_systemlog")["api_token"])
}

func TestReferencesThatLeadNowhereBesideSections(t *testing.T) {
	t.Setenv("RECEIVER", "{api_token: t}")
	for what, text := range map[string]string{
		"receivers::okta_systemlog": `{receivers: {okta_systemlog: "${env:RECEIVER}"}, exporters: {otlp: {token: "${file:/run/secrets/none}"}}}`,
		"service::pipelines":        `{service: {pipelines: {logs: {receivers: "${env:LIST}"}}}, exporters: {otlp: {token: "${vault:x}"}}}`,
		"exporters":                 `{exporters: "${file:/none}"}`,
	} {
		_, err := Read(t.Context(), []string{"yaml:" + text})
		assert.ErrorContains(t, err, "what "+what+" refers to can't be read")
	}
}

func TestIDsOfExtensionsAreBroughtIn(t *testing.T) {
	t.Setenv("STORAGE", "file_storage/a")
	t.Setenv("TOKEN", "file_storage/b")
	config, err := Read(t.Context(), []string{`yaml:{extensions: {file_storage/a: {}}, receivers: {okta_systemlog: {
		storage: "${env:STORAGE}", api_token: "${env:TOKEN}", http: {auth: {authenticator: "${STORAGE}"}, middlewares: [{id: "${env:STORAGE}"}]}}}}`})
	require.NoError(t, err)
	assert.Equal(t, Tree{"storage": "file_storage/a", "api_token": "${env:TOKEN}", "http": Tree{
		"auth": Tree{"authenticator": "file_storage/a"}, "middlewares": []any{Tree{"id": "file_storage/a"}},
	}}, Object(Object(config, "receivers"), "okta_systemlog"))
}

func TestConfigurationsThatCannotBeRead(t *testing.T) {
	for _, uri := range []string{"/does/not/exist", "http://example.com/config.yaml", "yaml:[1]", "yaml:receivers: {a: {}\n  b: ]"} {
		_, err := Read(t.Context(), []string{uri})
		assert.Error(t, err, uri)
	}
}

func TestSectionsThatAreNoMappings(t *testing.T) {
	_, err := Section(Tree{"receivers": "okta_systemlog"}, "receivers")
	require.ErrorContains(t, err, "receivers is no mapping")
	section, err := Section(Tree{}, "receivers")
	require.NoError(t, err)
	assert.Empty(t, section)
}
