// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// isRuleFile reports whether an example holds alert rules for Prometheus rather than a Collector configuration.
func isRuleFile(t *testing.T, path string) bool {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return bytes.Contains(text, []byte("\ngroups:\n"))
}

// promtool runs Prometheus' own tool and requires that it finds nothing wrong. Where it is not installed the test is
// skipped.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed: it is in the package prometheus of Debian and Ubuntu")
	}
	said, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	require.NoError(t, err, string(said))
}

// Every file of alert rules is well formed, and every alerts_test.yaml in testdata holds.
func TestPrometheusRules(t *testing.T) {
	examples, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	require.NoError(t, err)
	for _, example := range examples {
		if isRuleFile(t, example) {
			t.Run(filepath.Base(example), func(t *testing.T) { promtool(t, "check", "rules", example) })
		}
	}
	tests, err := filepath.Glob(filepath.Join(root, "testdata", "*", "alerts_test.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, tests)
	for _, file := range tests {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) { promtool(t, "test", "rules", file) })
	}
}
