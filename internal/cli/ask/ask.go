// SPDX-License-Identifier: Apache-2.0

// Package ask asks before a command changes anything.
package ask

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

// Confirm asks a question on standard error. Any answer but yes, and none, is an error that says that nothing was
// changed.
func Confirm(command *cobra.Command, question string) error {
	_, _ = fmt.Fprintf(command.ErrOrStderr(), "%s [y/N] ", question)
	line, err := bufio.NewReader(command.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return exit.Usagef("nothing was changed: answer y, or call it with --yes")
}
