// SPDX-License-Identifier: Apache-2.0

package check

import (
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

// defaultTimeout bounds the check of one receiver: it is three requests, each of which Okta itself
// ends after 30 s.
const defaultTimeout = 2 * time.Minute

// options is the command line, understood.
type options struct {
	configs []string
	json    bool
	timeout time.Duration
	only    []component.ID
}

// Command is okta-systemlog check.
func Command() *cobra.Command {
	var opts options
	command := &cobra.Command{
		Use:   "check --config file [okta_systemlog/name ...]",
		Short: "Check a Collector configuration and the way to its orgs",
		Long: "Reads the configuration of a Collector and walks, for each receiver okta_systemlog in it or for those that are named, " +
			"the connection to its org step by step, with the receiver's own code. It stores nothing and moves no position.",
		RunE: func(command *cobra.Command, args []string) error {
			if err := opts.complete(args); err != nil {
				return err
			}
			return run(command.Context(), opts, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.StringArrayVar(&opts.configs, "config", nil, "`file` or URI (file:, env:, yaml:) of a collector configuration; several are merged as the Collector does")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object instead of lines")
	flags.DurationVar(&opts.timeout, "timeout", defaultTimeout, "how long the check of one receiver may take")
	return command
}

// complete takes the arguments, and finds what is wrong with the command line.
func (o *options) complete(args []string) error {
	for _, text := range args {
		var id component.ID
		if err := id.UnmarshalText([]byte(text)); err != nil {
			return exit.Usagef("%q is not the id of a receiver, such as okta_systemlog/name", text)
		}
		o.only = append(o.only, id)
	}
	switch {
	case len(o.configs) == 0:
		return exit.Usagef("no configuration is named: use --config with the collector's file")
	case o.timeout <= 0:
		return exit.Usagef("--timeout must be above 0")
	}
	return nil
}
