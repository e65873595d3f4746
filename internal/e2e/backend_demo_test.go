// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// startDemo runs what make demo runs, at addresses of its own, and returns the address of VictoriaLogs.
func startDemo(t *testing.T) (demo *exec.Cmd, said *output, store string) {
	t.Helper()
	for _, program := range []string{"okta-systemlog", "victoria-logs", "otelcol-okta"} {
		built(t, program)
	}
	script, err := filepath.Abs(filepath.Join(root, "internal", "tools", "demo.sh"))
	require.NoError(t, err)
	store = freeAddress(t)
	demo, said = exec.Command(script), &output{more: make(chan struct{})} //nolint:noctx // ours; it is ended below
	demo.Env = append(os.Environ(), "DEMO_ORG="+freeAddress(t), "DEMO_STORE="+store, "DEMO_KEPT="+t.TempDir())
	demo.Stdout, demo.Stderr = said, said
	demo.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C in a terminal is for the script and what it started
	require.NoError(t, demo.Start())
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(said.tail())
		}
	})
	return demo, said, store
}

func TestBackendDemoShowsFailedSignInsInABrowser(t *testing.T) {
	demo, said, store := startDemo(t)
	ended := false
	t.Cleanup(func() {
		if !ended {
			_ = syscall.Kill(-demo.Process.Pid, syscall.SIGKILL)
			_ = demo.Wait()
		}
	})
	v := &victoriaLogs{address: store}
	const failed = `okta.event_type:="user.session.start" okta.outcome.result:="FAILURE"`
	eventually(t, func() bool {
		return v.healthy(t) && v.number(t, `* | stats count() n`) >= 2000
	}, patience, 200*time.Millisecond, "the backlog is stored")
	newest := v.query(t, failed+` | sort by (_time) desc | limit 1`)
	require.Len(t, newest, 1)

	t.Run("page", func(t *testing.T) {
		browser, err := exec.LookPath("chromium")
		if err != nil {
			t.Skip("chromium is not installed: apt-get install chromium")
		}
		page := regexp.MustCompile(`Failed sign-ins: +(\S+)`).FindStringSubmatch(said.String())
		require.NotNil(t, page, said.String())
		shown := string(browse(t, browser, page[1], "--dump-dom"))
		for _, name := range []string{"user.name", "client.address"} {
			assert.Contains(t, shown, newest[0][name], "the newest failed sign-in")
		}
		assert.NotContains(t, shown, "SUCCESS")

		picture := filepath.Join(t.TempDir(), "failed-sign-ins.png")
		browse(t, browser, page[1], "--screenshot="+picture)
		taken, err := os.ReadFile(picture)
		require.NoError(t, err)
		size, err := png.DecodeConfig(bytes.NewReader(taken))
		require.NoError(t, err)
		assert.Equal(t, 1280, size.Width)
		// The README's picture is a copy of this one.
		require.NoError(t, os.WriteFile(filepath.Join(root, "_build", "failed-sign-ins.png"), taken, 0o600))
	})

	require.NoError(t, syscall.Kill(-demo.Process.Pid, syscall.SIGINT))
	ended = true
	require.NoError(t, demo.Wait(), "Ctrl-C ends it without an error")
	assert.False(t, v.healthy(t), "and ends what it has started")
}

// browse opens a page in a headless browser, lets its scripts work for some seconds of the page's own time, and returns
// what the browser prints.
func browse(t *testing.T, browser, page string, do string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), browser,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--window-size=1280,860", "--virtual-time-budget=10000", do, page)
	printed, err := cmd.Output()
	require.NoError(t, err)
	return printed
}
