// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// codeSpan matches what the README sets in type.
var codeSpan = regexp.MustCompile("`([^`]+)`")

// Who searches the README for what the log says finds it: each message of its table stands in the code,
// word for word, and each warning and error of the receiver stands in the table.
func TestTroubleshootingHasTheMessagesOfTheLog(t *testing.T) {
	code := sources(t, ".", "../../internal/checkpoint", "../../internal/connection", "../../internal/eventhook", "../../internal/okta")
	var listed []string
	for _, row := range troubleshooting(t) {
		if strings.HasPrefix(row, "…") {
			continue // what Okta says, behind one of the others
		}
		for _, span := range codeSpan.FindAllStringSubmatch(row, -1) {
			// What differs each time is a … or in quotes.
			message, _, _ := strings.Cut(span[1], "…")
			message, _, _ = strings.Cut(message, `"`)
			message = strings.TrimSpace(message)
			assert.True(t, strings.Contains(code, message), "nothing says %q", message)
			listed = append(listed, message)
		}
	}
	require.Greater(t, len(listed), 15)

	said := regexp.MustCompile(`(?:\.Warn|\.Error|\.failed)\((?:[^"\n]*"[a-z][^"]*",)*[^"\n]*"([A-Z][^"]+)"`).FindAllStringSubmatch(code, -1)
	require.Greater(t, len(said), 15)
	for _, message := range said {
		assert.Condition(t, func() bool {
			for _, known := range listed {
				if strings.HasPrefix(message[1], known) {
					return true
				}
			}
			return false
		}, "the README does not explain %q", message[1])
	}
}

// troubleshooting are the first cells of the table's rows.
func troubleshooting(t *testing.T) (cells []string) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(readme), "\n## Troubleshooting\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if cell := strings.Split(line, "|"); len(cell) > 2 {
			cells = append(cells, strings.TrimSpace(cell[1]))
		}
	}
	return cells
}

// sources is the Go code of some packages, without tests.
func sources(t *testing.T, folders ...string) string {
	var all strings.Builder
	for _, folder := range folders {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path) //nolint:gosec // ours
			all.Write(text)
			return err
		}))
	}
	return all.String()
}
