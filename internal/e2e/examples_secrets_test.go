// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

// foreignProviders are those of secrets that examples use and the distribution does not have, by their scheme, with the
// module that an example has to name.
var foreignProviders = map[string]string{
	"googlesecretmanager": "github.com/open-telemetry/opentelemetry-collector-contrib/confmap/provider/googlesecretmanagerprovider v0.158.0",
	"secretsmanager":      "github.com/open-telemetry/opentelemetry-collector-contrib/confmap/provider/secretsmanagerprovider v0.158.0",
}

var reference = regexp.MustCompile(`\$\{(\w+):[^}]*\}`)

// foreignProvider is the scheme of such a provider in the text of an example, or "".
func foreignProvider(text string) string {
	for _, found := range reference.FindAllStringSubmatch(text, -1) {
		if foreignProviders[found[1]] != "" {
			return found[1]
		}
	}
	return ""
}

// withoutProvider returns the path of the example with the token of the environment where it has what a provider reads.
func (e example) withoutProvider(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(e.path)
	require.NoError(t, err)
	text = regexp.MustCompile(`\$\{`+e.provider+`:[^}]*\}`).ReplaceAll(text, []byte("$${env:OKTA_API_TOKEN}"))
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

func TestExamplesNameTheModulesOfForeignProviders(t *testing.T) {
	ours, err := os.ReadFile(filepath.Join(root, "builder-config.yaml"))
	require.NoError(t, err)
	named := 0
	for _, example := range examples(t) {
		if example.provider == "" {
			continue
		}
		module := foreignProviders[example.provider]
		text, err := os.ReadFile(example.path)
		require.NoError(t, err)
		assert.Contains(t, string(text), "#   providers:\n#   - gomod:\n#       "+module+"\n", example.name)
		_, version, _ := strings.Cut(module, " ")
		assert.Contains(t, string(ours), "/opentelemetry-collector-contrib/exporter/fileexporter "+version+"\n", "%s has the version of its siblings", module)
		assert.Contains(t, string(text), "when the Collector starts", "it says when the secret is read")
		named++
	}
	assert.Equal(t, len(foreignProviders), named)
}

// What keeps a secret writes it where the receiver reads it. Settings of the programs that do so are checked for that
// alone: none of them runs here.
func TestSecretsComeToWhereTheyAreRead(t *testing.T) {
	const file = "/run/secrets/okta/api-token"
	for reader, path := range map[string]string{
		"secret-files.yaml": file, "kubernetes/config.yaml": file, "systemd-credentials.yaml": "${env:CREDENTIALS_DIRECTORY}/okta-api-token",
	} {
		assert.Equal(t, path, at(exampleDocument(t, reader), "receivers", "okta_systemlog", "api_token_file"), reader)
	}
	assert.Contains(t, exampleText(t, "vault-agent.hcl"), `= "`+file+`"`)
	assert.Contains(t, exampleText(t, "systemd-credentials.conf"), "\nLoadCredential=okta-api-token:/")

	pod := at(exampleDocument(t, "kubernetes/deployment.yaml"), "spec", "template", "spec")
	assert.Contains(t, at(pod, "volumes"), any(map[string]any{"name": "api-token", "secret": map[string]any{"secretName": "okta-api-token", "defaultMode": 0o440}}))
	mount := map[string]any{"name": "api-token", "mountPath": filepath.ToSlash(filepath.Dir(file)), "readOnly": true}
	assert.Contains(t, at(pod, "containers", 0, "volumeMounts"), any(mount), "a whole volume: one with subPath stays as it is")

	made := exampleDocument(t, "kubernetes-external-secrets/external-secret.yaml")
	assert.Equal(t, "okta-api-token", at(made, "spec", "target", "name"))
	assert.Equal(t, "api-token", at(made, "spec", "data", 0, "secretKey"))

	provider := exampleDocument(t, "kubernetes-azure-key-vault/provider.yaml")
	assert.Contains(t, at(provider, "spec", "parameters", "objects"), "objectAlias: api-token\n")
	volume := at(exampleDocument(t, "kubernetes-azure-key-vault/volume.yaml"), "spec", "template", "spec", "volumes", 0)
	assert.Equal(t, "api-token", at(volume, "name"))
	assert.Equal(t, at(provider, "metadata", "name"), at(volume, "csi", "volumeAttributes", "secretProviderClass"))

	annotations := at(exampleDocument(t, "kubernetes-vault/agent.yaml"), "spec", "template", "metadata", "annotations").(map[string]any)
	assert.Equal(t, mount["mountPath"], annotations["vault.hashicorp.com/secret-volume-path"])
	assert.Contains(t, annotations, "vault.hashicorp.com/agent-inject-secret-api-token")
	assert.Contains(t, annotations["vault.hashicorp.com/agent-inject-template-api-token"], annotations["vault.hashicorp.com/agent-inject-secret-api-token"])
}

func exampleText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}

// exampleDocument is the first document of a file of YAML.
func exampleDocument(t *testing.T, name string) any {
	t.Helper()
	text, _, _ := strings.Cut(exampleText(t, name), "\n---\n")
	document, err := confmap.NewRetrievedFromYAML([]byte(text))
	require.NoError(t, err)
	value, err := document.AsRaw()
	require.NoError(t, err)
	return value
}

// at is what stands at a path of keys and places in a list, or nil.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			members, _ := value.(map[string]any)
			value = members[step]
		case int:
			elements, _ := value.([]any)
			if step >= len(elements) {
				return nil
			}
			value = elements[step]
		}
	}
	return value
}
