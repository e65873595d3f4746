// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/backtest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/config"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/position"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/replay"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/setup"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/simulate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/tail"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/version"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// name is that of the program.
const name = "okta-systemlog"

// maxErrorText bounds what is printed of an error, in bytes.
const maxErrorText = 4 << 10

// Run does what the command line says, and returns the exit status, one of package exit.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := Root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteContextC(ctx)
	if err != nil && !errors.Is(err, exit.ErrSaid) {
		// It may repeat arguments, files and what a server says.
		text := wire.Printable(strings.Join(strings.Fields(err.Error()), " "), maxErrorText)
		_, _ = fmt.Fprintf(stderr, "%s: %s\n", command.CommandPath(), text) // who does not read it sees the status
	}
	return exit.Status(err)
}

// Root is the program as a command, with all that is below it.
func Root() *cobra.Command {
	root := &cobra.Command{
		Use:   name,
		Short: "Set up, check and rehearse what brings the Okta System Log into a Collector",
		Long: "Sets up and checks what brings the Okta System Log into a Collector.\n" +
			"Exit statuses: 0 as it should be, 1 not so, 2 the command line is wrong.",
		Version:       version.Version,
		SilenceErrors: true, // Run prints them
		SilenceUsage:  true, // an error says what to do, and --help the rest
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return exit.Usagef("there is no command %q: %s --help lists them", args[0], name)
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return exit.Usagef("%s: %s --help lists the flags", strings.TrimSuffix(err.Error(), "."), command.CommandPath())
	})
	root.AddCommand(
		setup.Command(), setup.RotateCommand(), setup.TeardownCommand(),
		check.Command(), config.Command(), simulate.Command(), backtest.Command(), position.Command(), replay.Command(), tail.Command(), versionCommand(),
	)
	root.SetUsageTemplate(strings.NewReplacer(
		// A command that has others below it does nothing by itself.
		"{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}",
		// The last line says what help says, and the list is to fit a screen.
		`(or .IsAvailableCommand (eq .Name "help"))`, `(and .IsAvailableCommand (ne .Name "help"))`,
	).Replace(root.UsageTemplate()))
	return root
}

// versionCommand says what --version says, for those who try this first. The help lists the flag.
func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "version",
		Short:  "Print the version, which is the Collector's as well",
		Hidden: true,
		Args:   exit.NoArguments,
		Run:    func(command *cobra.Command, _ []string) { command.Printf("%s version %s\n", name, version.Version) },
	}
}
