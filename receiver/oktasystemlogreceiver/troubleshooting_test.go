// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// codeSpan matches what a document sets in type.
var codeSpan = regexp.MustCompile("`([^`]+)`")

// logged matches a call that logs a warning or an error, up to the message: the first text of it that is a sentence.
var logged = regexp.MustCompile(`\.(?:Warn|Error|[Ff]ailed)\((?:[^"()]|\([^()]*\)|"[a-z][^"]*",)*"([A-Z][^"]+)"`)

// Who searches the documents for what the log says finds it: each message of the table of troubleshooting stands in the
// code, word for word, and each warning and error of the receiver stands in the table.
func TestTroubleshootingHasTheMessagesOfTheLog(t *testing.T) {
	code := productCode(t)
	var listed []string
	for _, row := range troubleshooting(t) {
		if strings.HasPrefix(row, "…") {
			continue // what Okta says, behind one of the others
		}
		for _, span := range codeSpan.FindAllStringSubmatch(row, -1) {
			// What differs each time is a … or in quotes.
			message, _, _ := strings.Cut(span[1], "…")
			message, _, _ = strings.Cut(message, `"`)
			if message = strings.TrimSpace(message); message == "" {
				continue // what differs each time comes first
			}
			assert.True(t, strings.Contains(code, message), "nothing says %q", message)
			listed = append(listed, message)
		}
	}
	require.Greater(t, len(listed), 15)

	said := logged.FindAllStringSubmatch(code, -1)
	require.Greater(t, len(said), 15)
	for _, message := range said {
		assert.Condition(t, func() bool {
			for _, known := range listed {
				if strings.HasPrefix(message[1], known) {
					return true
				}
			}
			return false
		}, "operating.md does not explain %q", message[1])
	}
}

// troubleshooting are the first cells of the table's rows.
func troubleshooting(t *testing.T) (cells []string) {
	for _, row := range readDocument(t, operatingPath).section(t, "Troubleshooting").rows() {
		cells = append(cells, row[0])
	}
	return cells
}

// productCode is the Go code of the receiver and of the packages that it may be made of, without tests.
func productCode(t *testing.T) string {
	t.Helper()
	notTheProduct := []string{"backtest", "cli", "cmd", "e2e", "oktatest", "simulation", "tools"}
	var all strings.Builder
	for _, folder := range []string{".", filepath.Join(repository, "internal")} {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains(notTheProduct, entry.Name()):
				return filepath.SkipDir
			case entry.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
				return nil
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		}))
	}
	return all.String()
}
