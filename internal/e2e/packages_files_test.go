// SPDX-License-Identifier: Apache-2.0

//go:build packages && linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// printed returns the lines that a program prints, sorted.
func printed(t *testing.T, program string, args ...string) []string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), program, args...).Output()
	require.NoError(t, err, "%s %v", program, args)
	return slices.Sorted(strings.Lines(string(said)))
}

// The three packages install the same files, at the same places.
func TestPackagesHaveTheSameFiles(t *testing.T) {
	deb := artefact(t, "otelcol-okta_*_linux_amd64.deb")
	rpm := artefact(t, "otelcol-okta_*_linux_amd64.rpm")
	apk := artefact(t, "otelcol-okta_*_linux_amd64.apk")
	folderMode, fileMode := regexp.MustCompile(`d[rwx-]{9}$`), regexp.MustCompile(`-[rwx-]{9}$`)
	control := regexp.MustCompile(`^(PKGINFO|post-|pre-)`)
	names := func(lines []string) (names []string) {
		for _, line := range lines {
			line = fileMode.ReplaceAllString(folderMode.ReplaceAllString(strings.TrimSpace(line), "/"), "")
			name := strings.TrimPrefix(strings.TrimPrefix(line, "."), "/")
			// A folder counts for nothing. Control files of an apk begin with a dot. Only zsh looks in different places.
			if name != "" && !strings.HasSuffix(name, "/") && !control.MatchString(name) {
				names = append(names, strings.Replace(name, "vendor-completions", "site-functions", 1))
			}
		}
		slices.Sort(names)
		return names
	}
	data := filepath.Join(t.TempDir(), "data.tar")
	require.NoError(t, exec.CommandContext(t.Context(), "sh", "-c", `dpkg-deb --fsys-tarfile "$0" >"$1"`, deb, data).Run())
	want := names(printed(t, "tar", "-tf", data))
	for _, file := range []string{
		"usr/bin/otelcol-okta", "usr/bin/okta-systemlog", "etc/otelcol-okta/config.yaml", "usr/lib/systemd/system/otelcol-okta.service",
		"usr/lib/sysusers.d/otelcol-okta.conf", "usr/share/man/man1/okta-systemlog.1.gz", "usr/share/doc/otelcol-okta/copyright",
		"usr/share/bash-completion/completions/okta-systemlog", "usr/share/doc/otelcol-okta/examples/minimal.yaml",
		"usr/share/doc/otelcol-okta/licenses/github.com/spf13/cobra/LICENSE.txt",
	} {
		assert.Contains(t, want, file)
	}
	assert.Equal(t, want, names(printed(t, "rpm", "-qp", "--nosignature", "--queryformat", `[%{FILENAMES}%{FILEMODES:perms}\n]`, rpm)))
	assert.Equal(t, want, names(printed(t, "tar", "-tzf", apk)))

	assert.Equal(t, []string{"/etc/otelcol-okta/config.yaml\n"}, printed(t, "rpm", "-qp", "--nosignature", "--configfiles", rpm))
	scripts := strings.Join(printed(t, "rpm", "-qp", "--nosignature", "--scripts", rpm), "")
	for _, script := range []string{"postinstall", "preuninstall", "postuninstall"} {
		assert.Contains(t, scripts, script+" scriptlet")
	}
	assert.Contains(t, printed(t, "tar", "-tzf", apk), ".post-upgrade\n")
}

// The archive runs where it is unpacked, as the page says, and has what the licences of others ask for.
func TestPackageArchive(t *testing.T) {
	folder := t.TempDir()
	archive := artefact(t, "otelcol-okta_*_linux_amd64.tar.gz")
	require.NoError(t, os.Symlink(archive, filepath.Join(folder, filepath.Base(archive))))
	document := page(t, installation)
	steps := commands(t, sectionOf(t, document, "Archive"))
	require.Len(t, steps, 2)
	lines := slices.Collect(strings.Lines(steps[0]))
	require.Len(t, lines, 4)

	unpack, simulate, collect := lines[0]+lines[1], strings.TrimSuffix(lines[2], " &\n"), lines[3]
	p := startProgram(t, "/bin/bash", "-euc", "cd "+folder+"\n"+unpack)
	status, said := p.awaitEnd(t)
	require.Zero(t, status, said)
	// The port of the page may be another's here.
	address := freeAddress(t)
	startProgram(t, "/bin/bash", "-euc", "cd "+folder+"\n"+lines[1]+"exec "+strings.Replace(simulate, "simulate ", "simulate --listen "+address+" ", 1))
	p = startProgram(t, "/bin/bash", "-euc", "cd "+folder+"\n"+lines[1]+"exec "+strings.TrimSpace(collect)+
		" --set=receivers.okta_systemlog.org_url=http://"+address)
	p.awaitPrinted(t, "log.record.uid", 3)
	p.stop(t)

	unpacked, err := filepath.Glob(filepath.Join(folder, "*", "otelcol-okta"))
	require.NoError(t, err)
	require.Len(t, unpacked, 1)
	folder = filepath.Dir(unpacked[0])
	for _, file := range []string{"LICENSE", "licenses/github.com/spf13/cobra/LICENSE.txt", "examples/minimal.yaml", "examples/kubernetes/kustomization.yaml",
		"man/okta-systemlog-check.1.gz", "completions/okta-systemlog.bash", "completions/okta-systemlog.zsh", "completions/okta-systemlog.fish"} {
		assert.FileExists(t, filepath.Join(folder, file))
	}
	for _, program := range []string{"otelcol-okta", "okta-systemlog"} {
		said := strings.Join(printed(t, filepath.Join(folder, program), "--version"), "")
		number, _, _ := strings.Cut(strings.TrimSpace(said), "+") // a snapshot's commit
		assert.Equal(t, filepath.Base(archive), "otelcol-okta_"+strings.TrimPrefix(number, program+" version ")+"_linux_amd64.tar.gz")
		// No C library is needed.
		libraries, err := exec.CommandContext(t.Context(), "ldd", filepath.Join(folder, program)).CombinedOutput()
		assert.Error(t, err)
		assert.Contains(t, string(libraries), "not a dynamic executable")
	}
}
