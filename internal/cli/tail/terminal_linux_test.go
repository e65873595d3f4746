// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// openTerminal returns both ends of a terminal that has so many columns.
func openTerminal(t *testing.T, columns uint16) (far, near *os.File) {
	t.Helper()
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("there are no terminals here: ", err)
	}
	t.Cleanup(func() { _ = far.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(far.Fd()), unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(int(far.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	near, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = near.Close() })
	require.NoError(t, unix.IoctlSetWinsize(int(near.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: 30}))
	return far, near
}

func TestATerminalHasColoursAndAWidth(t *testing.T) {
	for name, c := range map[string]struct {
		noColour, kind string
		coloured       bool
	}{
		"as it is":        {"", "xterm", true},
		"NO_COLOR":        {"1", "xterm", false},
		"a dumb terminal": {"", "dumb", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("NO_COLOR", c.noColour)
			t.Setenv("TERM", c.kind)
			far, near := openTerminal(t, 72)
			require.NoError(t, newPrinter(near, regexp.MustCompile(""), func() {}).print(takeover()))
			b := make([]byte, 4096)
			n, err := far.Read(b)
			require.NoError(t, err)
			assert.Equal(t, c.coloured, regexp.MustCompile(`\x1b\[\d`).Match(b[:n]))
			plain := regexp.MustCompile(`\x1b\[[\d;]*m`).ReplaceAllString(string(b[:n]), "")
			heading, _, _ := strings.Cut(plain, "\r\n")
			assert.Equal(t, 72, length(heading), "the heading is as wide as the terminal")
		})
	}
}
