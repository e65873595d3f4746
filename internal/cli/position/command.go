// SPDX-License-Identifier: Apache-2.0

package position

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

// options are the command lines of all four commands.
type options struct {
	configs []string
	json    bool
	yes     bool
	// of move
	from, to       string
	fromDir, toDir string
	overwrite      bool
	// of set
	at string
}

// Command is okta-systemlog position.
func Command() *cobra.Command {
	command := &cobra.Command{
		Use:   "position",
		Short: "Show, move, set or reset the stored position of a receiver",
		Long: "Shows and changes how far a receiver has come in the System Log, as its file_storage keeps it. Stop the collector before: " +
			"while it runs it holds the file. Each change shows what is stored before and after it, asks, and keeps a copy of the file.",
		Args: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return exit.Usagef("there is no command %q: %s --help lists them", args[0], command.CommandPath())
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(showCommand(), moveCommand(), setCommand(), resetCommand())
	return command
}

// addFlags adds the flags that all four commands have.
func (o *options) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&o.configs, "config", nil, "`file` or URI (file:, env:, yaml:) of the collector's configuration; several are merged as the Collector does")
	flags.BoolVar(&o.json, "json", false, "print one JSON object instead of lines")
}

// addYes adds the flag of those that change something.
func (o *options) addYes(command *cobra.Command) {
	command.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
}

// check refuses what none of the commands that change something can do.
func (o *options) check() error {
	if o.json && !o.yes {
		return exit.Usagef("--json asks nothing: add --yes")
	}
	return nil
}

// stored says where the receivers of the configuration keep their positions.
func (o *options) stored(command *cobra.Command) ([]check.Stored, error) {
	if len(o.configs) == 0 {
		return nil, exit.Usagef("no configuration is named: use --config with the collector's file")
	}
	all, err := check.StoredPositions(command.Context(), o.configs, command.ErrOrStderr())
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("the configuration has no receiver okta_systemlog: define it under receivers, or name another --config")
	}
	return all, err
}

// one is the receiver that the arguments name; they need not where there is only one.
func (o *options) one(command *cobra.Command, args []string) (check.Stored, error) {
	all, err := o.stored(command)
	if err != nil {
		return check.Stored{}, err
	}
	switch {
	case len(args) > 1:
		return check.Stored{}, exit.Usagef("one receiver at a time: name only %s", args[0])
	case len(args) == 0 && len(all) > 1:
		return check.Stored{}, exit.Usagef("the configuration has several receivers: name one of %s", named(all))
	case len(args) == 0:
		return all[0], all[0].Err
	}
	id, err := parseID(args[0])
	if err != nil {
		return check.Stored{}, err
	}
	for _, one := range all {
		if one.Receiver == id {
			return one, one.Err
		}
	}
	return check.Stored{}, notThere(id, all)
}

func notThere(id component.ID, all []check.Stored) error {
	return exit.Usagef("the configuration has no receiver %s: name one of %s", id, named(all))
}

func named(all []check.Stored) string {
	var ids []string
	for _, one := range all {
		ids = append(ids, one.Receiver.String())
	}
	return strings.Join(ids, ", ")
}

func parseID(text string) (component.ID, error) {
	var id component.ID
	if err := id.UnmarshalText([]byte(text)); err != nil {
		return id, exit.Usagef("%q is not the id of a receiver, such as okta_systemlog/name", text)
	}
	return id, nil
}

func printf(to io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(to, format, args...) // who does not read it sees the status
}
