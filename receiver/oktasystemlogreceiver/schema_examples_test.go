// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
)

// The schema takes every configuration of a receiver in the examples and in what tests read, also in the ConfigMaps,
// patches and values of Kubernetes.
func TestSchemaTakesEveryConfiguration(t *testing.T) {
	schema, partial := compiled(t, schemaText(t)), compiled(t, ofParts(schemaText(t)).(map[string]any))
	files, found := map[string]int{}, 0
	require.NoError(t, filepath.WalkDir(repository, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(repository, path)
		name = filepath.ToSlash(name)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "_build" || strings.HasPrefix(name, ".") && name != "."):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".yaml":
			return nil
		}
		for id, configuration := range configurationsIn(t, name, string(readDocument(t, name))) {
			files[name]++
			found++
			if strings.HasSuffix(name, "/storage.yaml") {
				assert.NoError(t, partial.Validate(configuration), "%s, which changes the storage of another: %s", name, id)
				continue
			}
			assert.NoError(t, schema.Validate(configuration), "%s: %s", name, id)
		}
		return nil
	}))
	assert.Greater(t, found, 30)
	for _, name := range []string{
		"examples/minimal.yaml", "examples/several-orgs.yaml", "examples/event-hook.yaml", "examples/kubernetes/config.yaml", "examples/kubernetes/operator.yaml",
		"examples/kubernetes/helm-values.yaml", "receiver/oktasystemlogreceiver/testdata/config.yaml",
	} {
		assert.Positive(t, files[name], "%s has a receiver", name)
	}
}

// The schema takes the settings that documents show.
func TestSchemaTakesWhatDocumentsShow(t *testing.T) {
	partial := compiled(t, ofParts(schemaText(t)).(map[string]any))
	found := 0
	for name, text := range documents(t) {
		for _, block := range text.code("yaml") {
			for id, configuration := range configurationsIn(t, name, block) {
				found++
				assert.NoError(t, partial.Validate(configuration), "%s: %s", name, id)
			}
		}
	}
	assert.Greater(t, found, 5)
}

// configurationsIn are the configurations of receivers in a YAML text, at any depth, and in texts within it.
func configurationsIn(t *testing.T, name, text string) map[string]any {
	t.Helper()
	all := map[string]any{}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var document any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err, name)
		collect(t, name, document, all)
	}
}

func collect(t *testing.T, path string, value any, all map[string]any) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		for key, below := range value {
			kind, _, _ := strings.Cut(key, "/")
			if _, isSection := below.(map[string]any); isSection && kind == metadata.Type.String() {
				all[path+" "+key] = asConfigured(below)
				continue
			}
			collect(t, path+" "+key, below, all)
		}
	case []any:
		for _, below := range value {
			collect(t, path, below, all)
		}
	case string:
		if strings.Contains(value, "\n") && strings.Contains(value, metadata.Type.String()) {
			for id, configuration := range configurationsIn(t, path, value) {
				all[id] = configuration
			}
		}
	}
}

// asConfigured is a value with the times as texts that YAML makes of what is not quoted.
func asConfigured(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, below := range value {
			value[key] = asConfigured(below)
		}
	case []any:
		for i, below := range value {
			value[i] = asConfigured(below)
		}
	case time.Time:
		return value.Format(time.RFC3339Nano)
	}
	return value
}
