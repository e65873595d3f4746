// SPDX-License-Identifier: Apache-2.0

//go:build packages && linux

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who follows the installation page with ocb has a Collector that shows events of the simulated org.
func TestPackageCollectorOfYourOwn(t *testing.T) {
	section := sectionOf(t, page(t, installation), "In a Collector of your own")
	written := regexp.MustCompile("(?s)\n```yaml\n(.*?)\n```").FindStringSubmatch(section)
	require.NotNil(t, written)
	steps := commands(t, section)
	require.Len(t, steps, 2)
	lines := strings.SplitAfter(strings.TrimSuffix(steps[1], "\n"), "\n")
	require.Len(t, lines, 3)
	build, simulate, collect := steps[0]+lines[0], strings.TrimSuffix(lines[1], " &\n"), lines[2]

	checkout, err := filepath.Abs(root)
	require.NoError(t, err)
	beside := t.TempDir()
	require.NoError(t, os.Symlink(checkout, filepath.Join(beside, "okta-systemlog-receiver")))
	folder := filepath.Join(beside, "custom")
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "builder.yaml"), []byte(written[1]), 0o600))
	shell(t, folder, "set -eu", build)

	// The port of the page may be another's here.
	address := freeAddress(t)
	t.Chdir(folder)
	startProgram(t, "/bin/bash", "-euc", "exec "+strings.Replace(simulate, "simulate ", "simulate --listen "+address+" ", 1))
	p := startProgram(t, "/bin/bash", "-euc", "exec "+collect+" --set=receivers.okta_systemlog.org_url=http://"+address)
	p.awaitPrinted(t, "log.record.uid", 3)
	p.stop(t)
	assert.DirExists(t, filepath.Join(folder, "_build", "demo"), "the example's position")
}
