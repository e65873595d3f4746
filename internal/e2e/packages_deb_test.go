// SPDX-License-Identifier: Apache-2.0

//go:build packages && linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

const (
	installation = "install.md"
	unitFile     = "/usr/lib/systemd/system/otelcol-okta.service"
	configFile   = "/etc/otelcol-okta/config.yaml"
	stateFolder  = "/var/lib/otelcol-okta"
	tokenFile    = "/etc/credstore/otelcol-okta.api-token"
)

// artefact is the one file in _build/dist that a pattern matches.
func artefact(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(built(t, "dist"), pattern))
	require.NoError(t, err)
	require.Len(t, found, 1, "%s: run make packages, or make test-packages, which does", pattern)
	return found[0]
}

// put copies a file into a Debian's /root, where the commands of the page find it.
func (d *debian) put(t *testing.T, file string) {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "cp", file, d.path("/root")).CombinedOutput()
	require.NoError(t, err, string(said))
}

// versionBefore makes the package of a version before out of this one's: another number, and another configuration,
// which an upgrade replaces where nobody has changed it.
func (d *debian) versionBefore(t *testing.T, deb string) (file string) {
	t.Helper()
	file = "otelcol-okta_0.0.1_linux_amd64.deb"
	d.put(t, deb)
	d.run(t, `dpkg-deb -R `+filepath.Base(deb)+` before
		sed -i 's/^Version: .*/Version: 0.0.1/' before/DEBIAN/control
		sed -i '1i # of the version before' before`+configFile+`
		rm -f before/DEBIAN/md5sums
		dpkg-deb --root-owner-group -Znone -b before `+file+`
		rm -r before `+filepath.Base(deb))
	return file
}

// delivers requires that the service delivers so many events that it has not delivered before, each once, and ends.
func delivers(t *testing.T, p *process, org *simulator, end *farEnd, n int) {
	t.Helper()
	all := 0
	for range org.Events() {
		all++
	}
	eventually(t, func() bool {
		events, _, _ := end.count()
		return events == all
	}, patience, 20*time.Millisecond, "events are missing")
	p.stop(t)
	assert.Len(t, end.take(t), n, "none comes twice")
}

// Who follows the installation page on a Debian gets events, and keeps position and configuration in an upgrade and a
// removal, until the package is purged.
func TestPackageDeb(t *testing.T) {
	d := newDebian(t)
	deb := artefact(t, "otelcol-okta_*_linux_amd64.deb")
	document := page(t, installation)
	steps := commands(t, sectionOf(t, document, "Debian and Ubuntu"))
	require.Len(t, steps, 7)
	install, configure, check, enable, upgrade, remove, purge := steps[0], steps[1], steps[2], steps[3], steps[4], steps[5], steps[6]

	org, end := startSimulatorHere(t), startFarEnd(t)
	feed := generate.Feed{Generator: org.generator}
	d.env["OKTA_ORG_URL"], d.env["OKTA_API_TOKEN"] = "http://"+org.address, token
	for _, variable := range []string{"OKTA_ORG_URL", "OKTA_API_TOKEN"} {
		assert.Contains(t, sectionOf(t, document, "Where they are"), "export "+variable+"=")
	}

	before := d.versionBefore(t, deb)
	said := d.run(t, install)
	assert.Contains(t, said, "otelcol-okta is installed and not started")
	assert.Equal(t, "otelcol-okta", strings.TrimSpace(d.run(t, "id -gn otelcol-okta")))
	assert.NoDirExists(t, d.path(stateFolder), "systemd makes it")

	// The service can be started once there is a credential, and not before.
	asserted := readUnit(d.read(t, unitFile))["AssertPathExistsGlob"]
	require.NotEmpty(t, asserted)
	met := func() bool {
		for _, glob := range asserted {
			found, err := filepath.Glob(d.path(strings.TrimPrefix(glob, "|")))
			require.NoError(t, err)
			if len(found) > 0 {
				return true
			}
		}
		return false
	}
	assert.False(t, met())
	d.run(t, configure)
	assert.True(t, met())
	info, err := os.Stat(d.path(tokenFile))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
	d.run(t, `sed -i "s#localhost:4317#`+end.address+`#" `+configFile)
	feed.Backlog(org.Org, 100, time.Hour)
	assert.Contains(t, d.run(t, check), "the System Log can be read")
	require.Contains(t, enable, " --now")
	d.run(t, strings.Replace(enable, " --now", "", 1)) // systemd does not run, and so starts nothing
	wanted, err := os.Readlink(d.path("/etc/systemd/system/multi-user.target.wants/otelcol-okta.service"))
	require.NoError(t, err)
	assert.Equal(t, "otelcol-okta.service", filepath.Base(wanted))

	d.run(t, "sed -i 's/    storage: file_storage/    start_at: beginning\\n&/' "+configFile)
	d.run(t, "echo '  telemetry: {metrics: {level: none}}' >>"+configFile) // whose port may be another's here
	edited := d.read(t, configFile)
	p := d.startUnit(t, unitFile)
	delivers(t, p, org, end, 100)

	feed.Backlog(org.Org, 100, time.Minute)
	d.run(t, "rm "+before)
	d.put(t, deb)
	said = d.run(t, strings.Replace(upgrade, "dpkg -i", "dpkg --force-confdef -i", 1))
	assert.NotContains(t, said, "not started", "it is not an installation")
	assert.Equal(t, edited, d.read(t, configFile), "what was changed stays")
	assert.NotEqual(t, "0.0.1", strings.TrimSpace(d.run(t, "dpkg-query -W -f '${Version}' otelcol-okta")))
	p = d.startUnit(t, unitFile)
	p.awaitPrinted(t, "Polling resumes from the stored position", 1)
	delivers(t, p, org, end, 100)

	// The user can show what is stored.
	said = d.run(t, "runuser -u otelcol-okta -- okta-systemlog position show --config "+configFile)
	assert.Contains(t, said, "the ids of 200 events are remembered")

	feed.Backlog(org.Org, 100, time.Minute)
	d.run(t, remove)
	assert.NoFileExists(t, d.path("/usr/bin/otelcol-okta"))
	assert.Equal(t, edited, d.read(t, configFile))
	d.run(t, install) // again
	p = d.startUnit(t, unitFile)
	p.awaitPrinted(t, "Polling resumes from the stored position", 1)
	delivers(t, p, org, end, 100)

	d.run(t, purge)
	for _, gone := range []string{stateFolder, "/etc/otelcol-okta", unitFile, "/usr/bin/okta-systemlog", "/usr/share/doc/otelcol-okta"} {
		assert.NoFileExists(t, d.path(gone))
		assert.NoDirExists(t, d.path(gone))
	}
	assert.FileExists(t, d.path(tokenFile), "which no package has put there")
	left, err := d.try(t, "dpkg-query -W otelcol-okta")
	assert.Error(t, err, left)
	d.run(t, purge) // is no mistake a second time
}

// A configuration that nobody has changed is the new version's after an upgrade.
func TestPackageDebReplacesAnUnchangedConfiguration(t *testing.T) {
	d := newDebian(t)
	deb := artefact(t, "otelcol-okta_*_linux_amd64.deb")
	d.run(t, "dpkg -i "+d.versionBefore(t, deb))
	assert.Contains(t, d.read(t, configFile), "of the version before")
	d.put(t, deb)
	d.run(t, "dpkg -i "+filepath.Base(deb))
	assert.NotContains(t, d.read(t, configFile), "of the version before")
	d.run(t, "dpkg -i "+filepath.Base(deb)) // the same again
}

// systemd takes the unit, and rates its exposure as the page says.
func TestPackageUnit(t *testing.T) {
	d := newDebian(t)
	deb := artefact(t, "otelcol-okta_*_linux_amd64.deb")
	d.put(t, deb)
	d.run(t, "dpkg -i "+filepath.Base(deb))
	assert.Empty(t, d.run(t, "systemd-analyze verify --man=no "+unitFile))
	said := d.run(t, "systemd-analyze security --offline=true --no-pager "+unitFile)
	rated := regexp.MustCompile(`Overall exposure level for otelcol-okta.service: (\d+\.\d)`).FindStringSubmatch(said)
	require.NotEmpty(t, rated, said)
	t.Log(rated[0])
	assert.Contains(t, sectionOf(t, page(t, installation), "The service"), "exposure at "+rated[1]+" of 10")
}
