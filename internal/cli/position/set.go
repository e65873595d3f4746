// SPDX-License-Identifier: Apache-2.0

package position

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/filestore"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

func setCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "set --config file --at time [okta_systemlog/name]",
		Short: "Set the position to a time",
		Long: "Sets the position of a receiver to a time: it delivers all events that Okta has persisted since, also those that it has delivered before. " +
			"A record has the same log.record.uid each time. A time after the position leaves out what is in between.",
		RunE: o.set,
	}
	o.addFlags(command)
	o.addYes(command)
	command.Flags().StringVar(&o.at, "at", "", "`time` as start_at takes it: 2026-11-21T00:00:00Z, a date, a look-back such as -24h, beginning or end (now)")
	return command
}

func (o *options) set(command *cobra.Command, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	at, err := o.parseAt(time.Now())
	if err != nil {
		return err
	}
	place, err := o.one(command, args)
	if err != nil {
		return err
	}
	return o.changeOne(command, place, "set", "Set the position?", func(ctx context.Context, client checkpoint.Listed) error {
		e, err := entryOf(ctx, place, client)
		if err != nil {
			return err
		}
		if e.Err != nil {
			return unusable(e)
		}
		return e.Store.BeginAt(ctx, checkpoint.Position{Query: place.Query.Fingerprint(), Next: place.Query.Since(at).String(), Start: at})
	})
}

// parseAt reads the time of --at, on the local clock.
func (o *options) parseAt(now time.Time) (time.Time, error) {
	if o.at == "" {
		return time.Time{}, exit.Usagef("no time is named: use --at, such as --at 2026-11-21T00:00:00Z or --at -24h")
	}
	startAt, err := poll.ParseStartAt(o.at)
	if err != nil {
		return time.Time{}, exit.Usagef("--at is %q: use a time such as 2026-11-21T00:00:00Z, a date, a look-back such as -24h, beginning or end", o.at)
	}
	// Okta takes milliseconds.
	at := startAt.At(now, now).Truncate(time.Millisecond)
	if at.After(now) {
		return time.Time{}, exit.Usagef("--at %s is in the future: use a time that has passed", o.at)
	}
	return at, nil
}

// changeOne makes a change of the history of one receiver that has one.
func (o *options) changeOne(command *cobra.Command, place check.Stored, name, question string, do func(context.Context, checkpoint.Listed) error) error {
	file, err := openStored(place)
	if errors.Is(err, filestore.ErrNone) {
		return fmt.Errorf("%w: start_at says where %s begins as long as nothing is stored", err, place.Receiver)
	} else if err != nil {
		return err
	}
	err = o.carryOut(command, name, question, &change{place: place, file: file, do: do})
	if errors.Is(err, errNoPosition) {
		err = fmt.Errorf("%w: start_at says where %s begins as long as nothing is stored", err, place.Receiver)
	}
	return errors.Join(err, file.Close(command.Context()))
}

// unusable is why a history that can't be read is not changed.
func unusable(e *checkpoint.Entry) error {
	return fmt.Errorf("the history of %s is left as it is: %w", nameOf(e), e.Err)
}

func nameOf(e *checkpoint.Entry) string {
	if e.Host == "" {
		return "an org that can't be read"
	}
	return printable(e.Host)
}
