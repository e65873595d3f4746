// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Both programs have the version of builder-config.yaml, and so has the scope of each record.
func TestVersionsAgree(t *testing.T) {
	config, err := os.ReadFile(root + "/builder-config.yaml")
	require.NoError(t, err)
	version := string(regexp.MustCompile(`(?m)^  version: (.+)$`).FindSubmatch(config)[1])
	for _, program := range []string{"otelcol-okta", "okta-systemlog"} {
		said, err := exec.CommandContext(t.Context(), built(t, program), "--version").Output()
		require.NoError(t, err)
		assert.Equal(t, program+" version "+version+"\n", string(said))
	}

	p := newPipeline(t, startSimulator(t, "--rate", "0", "--backlog", "3"), "")
	collector := p.start(t)
	p.wait(t, 3)
	collector.stop(t)
	for _, logs := range readLogs(t, p.records) {
		assert.Equal(t, version, logs.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Version())
	}
}
