// SPDX-License-Identifier: Apache-2.0

// Package exit has the exit statuses of okta-systemlog, and the errors that lead to them.
package exit

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// Exit statuses of all commands.
const (
	// Good says that what was asked for is done, or is as it should be.
	Good = 0
	// Failed says that it is not; what was printed says why.
	Failed = 1
	// Usage says that the command was called with something else than it takes.
	Usage = 2
)

// ErrSaid ends a command that has printed what has failed.
var ErrSaid = errors.New("it was said")

type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usagef is an error about how a command was called.
func Usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// NoArguments refuses arguments of a command that takes flags only.
func NoArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usagef("unexpected argument %q: every setting is a flag", args[0])
	}
	return nil
}

// Status is the exit status that an error leads to.
func Status(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return Good
	case errors.As(err, &usage):
		return Usage
	}
	return Failed
}
