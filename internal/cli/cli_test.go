// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/version"
)

// run runs the program and returns what it prints.
func run(t *testing.T, args ...string) (status int, said, complained string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = Run(t.Context(), args, &stdout, &stderr)
	return status, stdout.String(), stderr.String()
}

func TestHelpFitsAScreen(t *testing.T) {
	_, help, _ := run(t, "help")
	for line := range strings.Lines(help) {
		assert.LessOrEqual(t, len(line), 81, "it would take two lines of a terminal")
	}
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"check", "--help"}, {"backtest", "--help"}, {"config", "--help"}, {"setup", "--help"}, {"rotate", "--help"}, {"teardown", "--help"}, {"replay", "--help"}, {"tail", "--help"},
		{"position"}, {"position", "show", "--help"}, {"position", "move", "--help"}, {"position", "set", "--help"}, {"position", "reset", "--help"}} {
		status, said, complained := run(t, args...)
		assert.Equal(t, exit.Good, status)
		assert.Empty(t, complained)
		assert.LessOrEqual(t, strings.Count(said, "\n"), 24, said)
	}
	_, said, _ := run(t, "help")
	for _, command := range []string{"backtest", "check", "completion", "config", "position", "replay", "simulate", "tail"} {
		assert.Contains(t, said, "\n  "+command+" ")
	}
}

// The simulator has many settings and faults: each has one line, and the flags, which are what a terminal shows last,
// fit a larger screen.
func TestHelpOfTheSimulator(t *testing.T) {
	status, said, complained := run(t, "simulate", "--help")
	assert.Equal(t, exit.Good, status)
	assert.Empty(t, complained)
	assert.LessOrEqual(t, strings.Count(said, "\n"), 66, said)
	_, flags, _ := strings.Cut(said, "Usage:\n")
	assert.LessOrEqual(t, strings.Count(flags, "\n"), 32, flags)
}

// What is called for is repeated, and may come from a file or from somebody else.
func TestErrorsArePrintable(t *testing.T) {
	for _, args := range [][]string{{"check", "--x\x1b[31m\u202e\n"}, {"chekc\x1b]0;x\x07"}, {"check", "--timeout", "\x1b[31m"}, {"check", "--config", "x", "a\x1b\nb"}, {"simulate", strings.Repeat("x", 1<<20)}} {
		status, _, complained := run(t, args...)
		assert.Equal(t, exit.Usage, status)
		assert.Equal(t, 1, strings.Count(complained, "\n"), "%q", complained)
		assert.NotContains(t, complained, "\x1b")
		assert.NotContains(t, complained, "\u202e")
		assert.Less(t, len(complained), 5<<10)
	}
}

func TestWrongCalls(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a command":       {[]string{"chekc"}, `okta-systemlog: there is no command "chekc": okta-systemlog --help lists them`},
		"a flag":          {[]string{"check", "--fast"}, "okta-systemlog check: unknown flag: --fast: okta-systemlog check --help lists the flags"},
		"a flag of ours":  {[]string{"--fast"}, "okta-systemlog: unknown flag: --fast: okta-systemlog --help lists the flags"},
		"a value":         {[]string{"simulate", "--rate", "many"}, "okta-systemlog simulate: invalid argument \"many\""},
		"more than asked": {[]string{"version", "1"}, `okta-systemlog version: unexpected argument "1"`},
		"an argument":     {[]string{"backtest", "examples"}, `okta-systemlog backtest: unexpected argument "examples": every setting is a flag`},
		"nothing to read": {[]string{"check"}, "okta-systemlog check: no configuration is named"},
	} {
		t.Run(name, func(t *testing.T) {
			status, said, complained := run(t, c.args...)
			assert.Equal(t, exit.Usage, status)
			assert.Empty(t, said)
			assert.Contains(t, complained, c.says)
		})
	}
}

// What a command has printed is not said again.
func TestWhatIsWrongIsSaidOnce(t *testing.T) {
	status, said, complained := run(t, "check", "--config", "yaml:exporters::debug: {}")
	assert.Equal(t, exit.Failed, status)
	assert.Contains(t, said, "the configuration has no receiver okta_systemlog")
	assert.Empty(t, complained)
}

func TestErrorsOfCommands(t *testing.T) {
	status, _, complained := run(t, "backtest", "--config", "no such file")
	assert.Equal(t, exit.Failed, status)
	assert.Contains(t, complained, "okta-systemlog backtest: ")
}

func TestVersionAndCompletion(t *testing.T) {
	for _, call := range []string{"version", "--version"} {
		status, said, _ := run(t, call)
		assert.Equal(t, exit.Good, status)
		assert.Equal(t, "okta-systemlog version "+version.Version+"\n", said)
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		status, said, _ := run(t, "completion", shell)
		assert.Equal(t, exit.Good, status)
		assert.Contains(t, said, "okta-systemlog")
	}
}
