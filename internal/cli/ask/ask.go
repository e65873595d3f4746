// SPDX-License-Identifier: Apache-2.0

// Package ask asks a person: before a command changes anything, and for what must not be shown.
package ask

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

// Confirm asks a question on standard error. Any answer but yes, none, and the end of the command's context are an
// error that says that nothing was changed.
func Confirm(command *cobra.Command, question string) error {
	_, _ = fmt.Fprintf(command.ErrOrStderr(), "%s [y/N] ", question)
	line, err := until(command.Context(), func() (string, error) { return bufio.NewReader(command.InOrStdin()).ReadString('\n') })
	switch {
	case command.Context().Err() != nil:
		return interrupted(command)
	case err != nil && !errors.Is(err, io.EOF):
		return fmt.Errorf("read the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return exit.Usagef("nothing was changed: answer y, or call it with --yes")
}

// Hidden asks at a terminal for what is not to be shown; known is false when there is no terminal.
func Hidden(command *cobra.Command, what string) (text string, known bool, err error) {
	input, ok := command.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(input.Fd())) {
		return "", false, nil
	}
	before, err := term.GetState(int(input.Fd()))
	if err != nil {
		return "", true, fmt.Errorf("read %s: %w", what, err)
	}
	_, _ = fmt.Fprintf(command.ErrOrStderr(), "%s (not shown): ", what)
	text, err = until(command.Context(), func() (string, error) {
		typed, err := term.ReadPassword(int(input.Fd()))
		return string(typed), err
	})
	_, _ = fmt.Fprintln(command.ErrOrStderr())
	if command.Context().Err() != nil {
		_ = term.Restore(int(input.Fd()), before) // the reading goes on until the program ends
		return "", true, interrupted(command)
	}
	if err != nil {
		return "", true, fmt.Errorf("read %s: %w", what, err)
	}
	return text, true, nil
}

func interrupted(command *cobra.Command) error {
	_, _ = fmt.Fprintln(command.ErrOrStderr())
	return exit.Usagef("nothing was changed: it was interrupted")
}

// until reads, and gives up when ctx ends. Nothing ends the reading of a terminal but the end of the program.
func until(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-done:
		return r.text, r.err
	}
}
