// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/lines"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// progress prints the steps of a command as they are done, or all of them at its end as JSON.
type progress struct {
	to    io.Writer
	json  bool
	steps []connection.Step
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
		lines.Step(p.to, "", step)
	}
}

// note prints what a step waits for or has changed on the way.
func (p *progress) note(name, format string, args ...any) {
	p.printf("  %-*s  %s\n", lines.NameWidth, name, fmt.Sprintf(format, args...))
}

// printf prints for people.
func (p *progress) printf(format string, args ...any) {
	if !p.json {
		_, _ = fmt.Fprintf(p.to, format, args...) // who does not read it sees the status
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
	if p.json {
		all := map[string]any{"ok": !failed, "steps": append([]connection.Step{}, p.steps...)}
		for name, value := range more {
			all[name] = value
		}
		encoder := json.NewEncoder(p.to)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(all); err != nil {
			return fmt.Errorf("print what was done: %w", err)
		}
	}
	if failed {
		return exit.ErrSaid
	}
	return nil
}

// quoted is a path as a shell takes it.
func quoted(path string) string {
	if path != "" && strings.IndexFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+:@%,=", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
