// SPDX-License-Identifier: Apache-2.0

package check

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/show"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// output prints what was found: line by line as it comes, or as one JSON object in the end.
type output struct {
	to      io.Writer
	json    bool
	secrets []string // of the configuration, never printed
	found   report
}

// report is what --json prints.
type report struct {
	OK        bool        `json:"ok"`
	Receivers []*findings `json:"receivers"`
}

// findings are the steps of one receiver.
type findings struct {
	ID    string            `json:"id"`
	OK    bool              `json:"ok"`
	Steps []connection.Step `json:"steps"`
}

func newOutput(to io.Writer, opts options) *output {
	return &output{to: to, json: opts.json, found: report{OK: true}}
}

// begin begins with another receiver. Whatever its steps say, the secrets are not printed.
func (o *output) begin(id string, secrets []string) {
	o.conclude()
	o.secrets = secrets
	if len(o.found.Receivers) > 0 {
		o.printf("\n")
	}
	o.found.Receivers = append(o.found.Receivers, &findings{ID: id, OK: true})
	o.printf("%s\n", id)
}

// step prints what was found at a step.
func (o *output) step(step connection.Step) {
	step.Detail, step.Cause, step.Remedy = o.redact(step.Detail), o.redact(step.Cause), o.redact(step.Remedy)
	current := o.found.Receivers[len(o.found.Receivers)-1]
	current.Steps = append(current.Steps, step)
	if step.Result == connection.Failed {
		current.OK, o.found.OK = false, false
	}
	if !o.json {
		show.Step(o.to, "  ", step)
	}
}

// conclude prints the last line of a receiver.
func (o *output) conclude() {
	if len(o.found.Receivers) == 0 {
		return
	}
	last := o.found.Receivers[len(o.found.Receivers)-1]
	failed := slices.IndexFunc(last.Steps, func(step connection.Step) bool { return step.Result == connection.Failed })
	switch {
	case failed >= 0 && last.Steps[failed].Name == connection.EventHook:
		o.printf("  the System Log can be read, whether or not the event hook works\n")
	case failed >= 0:
		o.printf("  no events will come: %s\n", last.Steps[failed].Name)
	case slices.ContainsFunc(last.Steps, func(step connection.Step) bool { return step.Name == connection.NewestEvent }):
		o.printf("  the System Log can be read\n")
	case slices.ContainsFunc(last.Steps, func(step connection.Step) bool { return step.Name == connection.EventHook }):
		// There is nothing but a hook: that says all.
	default:
		last.OK, o.found.OK = false, false
		o.printf("  not checked to the end\n")
	}
}

// end prints the rest. The error is [exit.ErrSaid] where something is wrong.
func (o *output) end() error {
	o.conclude()
	if o.json {
		if err := show.JSON(o.to, o.found); err != nil {
			return err
		}
	}
	if !o.found.OK {
		return exit.ErrSaid
	}
	return nil
}

func (o *output) printf(format string, args ...any) {
	if !o.json {
		_, _ = fmt.Fprintf(o.to, format, args...) // who does not read it sees the status
	}
}

// redact takes secrets out of a text. None should be in it: this is the last line of defence, for
// errors of others that repeat what they were given.
func (o *output) redact(text string) string {
	return printable(redacted(text, o.secrets))
}

// printable is a text of others in one line that a terminal shows as it is.
func printable(text string) string {
	return wire.Printable(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " "), maxText)
}

// printableLines passes on lines of a log so that a terminal shows them as they are. Each call is one line.
type printableLines struct{ to io.Writer }

// Write implements io.Writer.
func (p printableLines) Write(line []byte) (int, error) {
	if _, err := io.WriteString(p.to, printable(string(line))+"\n"); err != nil {
		return 0, err
	}
	return len(line), nil
}

// maxText bounds what is printed of a step, in bytes.
const maxText = 8 << 10
