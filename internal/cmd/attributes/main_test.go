// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

const readme = "../../../receiver/oktasystemlogreceiver/README.md"

func TestTheDocumentHasTheTablesOfTheCode(t *testing.T) {
	document, err := os.ReadFile(readme)
	require.NoError(t, err)
	filled, err := fill(string(document))
	require.NoError(t, err)
	assert.Equal(t, filled, string(document), "run make generate")
	for _, a := range translate.Attributes() {
		assert.Equal(t, 1, strings.Count(filled, "\n| `"+a.Name+"` | "), a.Name)
	}
	_, below, _ := strings.Cut(filled, "### Categories of event types\n")
	for _, c := range catalogue.Categories() {
		assert.Equal(t, 1, strings.Count(below, "\n| `"+c.Name+"` | "), c.Name)
	}
}

func TestATableThatWasChangedIsWrittenAnew(t *testing.T) {
	document, err := os.ReadFile(readme)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "README.md")
	changed := strings.Replace(string(document), "| `user.id` |", "| `user.identity` |", 1)
	require.NotEqual(t, string(document), changed)
	require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
	require.NoError(t, run([]string{file}))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(document), string(written))
}

func TestADocumentWithoutAPlaceForATable(t *testing.T) {
	_, err := fill("# Nothing\n")
	require.ErrorContains(t, err, "no place for the table")
	whole, err := os.ReadFile(readme)
	require.NoError(t, err)
	_, err = fill(strings.ReplaceAll(string(whole), "<!-- end -->\n", ""))
	require.ErrorContains(t, err, "has no end")
	require.Error(t, run(nil))
	require.Error(t, run([]string{filepath.Join(t.TempDir(), "none.md")}))
}
