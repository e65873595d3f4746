// SPDX-License-Identifier: Apache-2.0

package position

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
)

func resetCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "reset --config file [okta_systemlog/name]",
		Short: "Remove the position, so that start_at applies",
		Long: "Removes the position of a receiver in the org of its org_url, and what it remembers of delivered events. It begins at start_at then, as at its first start. " +
			"Positions in other orgs stay.",
		RunE: o.reset,
	}
	o.addFlags(command)
	o.addYes(command)
	return command
}

func (o *options) reset(command *cobra.Command, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	place, err := o.one(command, args)
	if err != nil {
		return err
	}
	return o.changeOne(command, place, "reset", "Remove the position?", func(ctx context.Context, client checkpoint.Listed) error {
		e, err := entryOf(ctx, place, client)
		if err != nil {
			return err
		}
		if e.Newer() {
			return unusable(e)
		}
		return checkpoint.Remove(ctx, client, e)
	})
}
