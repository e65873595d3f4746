// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/show"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// progress prints the steps of a command as they are done, or all of them at its end as JSON.
type progress struct {
	to    io.Writer
	json  bool
	steps []connection.Step
	// wanted are what a dry run would send or remove.
	wanted []string
}

// maxText bounds what is printed of a text from outside.
const maxText = 8 << 10

// step prints a step.
func (p *progress) step(step connection.Step) {
	for _, text := range []*string{&step.Detail, &step.Cause, &step.Remedy} {
		*text = wire.Printable(*text, maxText)
	}
	p.steps = append(p.steps, step)
	if !p.json {
		show.Step(p.to, "", step)
	}
}

// note prints what a step waits for or has changed on the way, or what there is to change.
func (p *progress) note(name, format string, args ...any) {
	p.printf("  %-*s  %s\n", show.NameWidth, name, fmt.Sprintf(format, args...))
}

// want prints what a dry run would do.
func (p *progress) want(format string, args ...any) {
	text := wire.Printable(fmt.Sprintf(format, args...), maxText)
	p.wanted = append(p.wanted, text)
	p.printf("  %s\n", text)
}

// printf prints for people. Names in it come from the org and from the command line.
func (p *progress) printf(format string, args ...any) {
	if p.json {
		return
	}
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		text, ends := strings.CutSuffix(line, "\n")
		text = wire.Printable(text, maxText)
		if ends {
			text += "\n"
		}
		_, _ = io.WriteString(p.to, text) // who does not read it sees the status
	}
}

// failed reports whether a step failed.
func (p *progress) failed() bool {
	for _, step := range p.steps {
		if step.Result == connection.Failed {
			return true
		}
	}
	return false
}

// end prints the JSON object, if that is wanted, with what else belongs into it, and gives the command's error.
func (p *progress) end(more map[string]any) error {
	failed := p.failed()
	if err := p.print(!failed, more); err != nil {
		return err
	}
	if failed {
		return exit.ErrSaid
	}
	return nil
}

// print prints the JSON object.
func (p *progress) print(ok bool, more map[string]any) error {
	if !p.json {
		return nil
	}
	all := map[string]any{"ok": ok, "steps": append([]connection.Step{}, p.steps...)}
	if len(p.wanted) > 0 {
		all["would"] = p.wanted
	}
	for name, value := range more {
		all[name] = value
	}
	return show.JSON(p.to, all)
}

// quoted is a path or another text as a shell of this system takes it.
func quoted(text string) string {
	if runtime.GOOS == "windows" {
		return quotedForWindows(text)
	}
	if isPlain(text, "/._-+:@%,=") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// quotedForWindows is a text as cmd.exe and PowerShell take it. No path has quotes in it there.
func quotedForWindows(text string) string {
	if isPlain(text, `\/._-+:~=`) {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
}

// isPlain reports whether a text has nothing but ASCII letters, digits and some signs in it.
func isPlain(text, signs string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune(signs, r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}
