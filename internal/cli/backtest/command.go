// SPDX-License-Identifier: Apache-2.0

// Package backtest is the command that counts what the detections of a Collector configuration match.
package backtest

import (
	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/backtest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

// Command is okta-systemlog backtest.
func Command() *cobra.Command {
	var options backtest.Options
	var json bool
	command := &cobra.Command{
		Use:   "backtest",
		Short: "Count what detections match, by day",
		Args:  exit.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			options.Log = command.ErrOrStderr()
			result, err := backtest.Run(command.Context(), options)
			if err != nil {
				return err
			}
			if json {
				return result.PrintJSON(command.OutOrStdout())
			}
			return result.Print(command.OutOrStdout())
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.Collector, "collector", "", "`path` of the collector; else otelcol-okta beside this program, or in PATH")
	flags.StringVar(&options.Config, "config", "examples/detections.yaml", "Collector configuration `file` with the detections")
	flags.StringVar(&options.Events, "events", "", "`file` of LogEvents, in or out of an envelope: a JSON array, or one object after the other; without it events are those of the org")
	flags.StringVar(&options.Org, "org", "", "`URL` of the org, instead of that of the configuration")
	flags.BoolVar(&json, "json", false, "print one JSON object instead of a table")
	flags.BoolVar(&options.List, "list", false, "list the matching events, too: time, rule, actor, address and uuid")
	flags.StringVar(&options.Start, "start", "", "`time` of the first event, such as 2026-11-21T00:00:00Z, 2026-11-21 or -24h")
	flags.StringVar(&options.To, "to", "", "`time` before which the last event was published, written like --start")
	return command
}
