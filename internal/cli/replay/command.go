// SPDX-License-Identifier: Apache-2.0

// Package replay is the command that sends the events of a time range again.
package replay

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/replay"
)

// options is the command line.
type options struct {
	replay.Options
	configs   []string
	collector string
	from, to  string
	json      bool
	dryRun    bool
}

// Command is okta-systemlog replay.
func Command() *cobra.Command {
	var opts options
	command := &cobra.Command{
		Use:   "replay --config file --from time --to time [okta_systemlog/name ...]",
		Short: "Send the events of a time range again",
		Long: "Sends the events that an org published within a time range again, through the pipelines and exporters of a Collector's configuration, " +
			"and ends. It has a position of its own and leaves that of the collector that follows the log alone, which goes on beside it. " +
			"Interrupted, the same command resumes; it sends a range that it has sent to its end again under another --name only.",
		RunE: func(command *cobra.Command, args []string) error {
			if err := opts.complete(args, time.Now()); err != nil {
				return err
			}
			return run(command, opts)
		},
	}
	flags := command.Flags()
	flags.StringArrayVar(&opts.configs, "config", nil, "`file` or URI (file:, env:, yaml:) of the collector's configuration; several are merged as the Collector does")
	flags.StringVar(&opts.from, "from", "", "`time` of the first event, such as 2026-11-21T00:00:00Z, or a date, which begins at 00:00 UTC")
	flags.StringVar(&opts.to, "to", "", "`time` before which the last event was published, written like --from")
	flags.StringVar(&opts.collector, "collector", "", "`path` of the collector; else otelcol-okta beside this program, or in PATH")
	flags.StringVar(&opts.Directory, "storage", "", "`directory` for the position of the replay; else the storage of the receiver")
	flags.StringVar(&opts.Name, "name", "replay", "name of the replay, which its position is stored under")
	flags.Float64Var(&opts.Share, "share", 0.5, "share of what the receiver may use of the rate limit; the rest is the live collector's")
	flags.BoolVar(&opts.Mark, "mark", true, "add the attribute okta.replay to the records")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "only say what would be different from the live collector")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object at the end instead of lines")
	return command
}

// nameOfReplay is what may be the name of a component.
var nameOfReplay = regexp.MustCompile(`^[\p{L}\p{N}._-]{1,64}$`)

// complete takes the arguments, and finds what is wrong with the command line.
func (o *options) complete(args []string, now time.Time) error {
	for _, text := range args {
		var id component.ID
		if err := id.UnmarshalText([]byte(text)); err != nil {
			return exit.Usagef("%q is not the id of a receiver, such as okta_systemlog/name", text)
		}
		o.Receivers = append(o.Receivers, id.String())
	}
	var fromErr, toErr error
	o.From, fromErr = parseTime("--from", o.from)
	o.To, toErr = parseTime("--to", o.to)
	var errs []error
	switch {
	case len(o.configs) == 0:
		errs = append(errs, errors.New("no configuration is named: use --config with the collector's file"))
	case fromErr != nil || toErr != nil:
		errs = append(errs, fromErr, toErr)
	case !o.From.Before(o.To):
		errs = append(errs, fmt.Errorf("--to is %s, which is not after --from, %s: events are those from --from on and before --to", o.to, o.from))
	case o.To.After(now):
		errs = append(errs, fmt.Errorf("--to is %s, which has not come yet: a replay sends what was published before, and the live collector the rest", o.to))
	case o.To.Before(now.Add(-okta.Retention)):
		errs = append(errs, fmt.Errorf("--to is %s, and Okta keeps events for %d days: name a later time", o.to, int(okta.Retention.Hours()/24)))
	}
	if o.dryRun && o.json {
		errs = append(errs, errors.New("--dry-run prints no JSON: leave out --json"))
	}
	if !(o.Share > 0 && o.Share <= 1) { // NaN is neither
		errs = append(errs, fmt.Errorf("--share is %v: use a number above 0, and 1 at most", o.Share))
	}
	if !nameOfReplay.MatchString(o.Name) {
		errs = append(errs, fmt.Errorf("--name is %q: use letters, digits, dots, hyphens and underscores, at most 64", o.Name))
	}
	if err := errors.Join(errs...); err != nil {
		return exit.Usagef("%w", err)
	}
	return nil
}

// parseTime reads a time or a date. A look-back would be another time, and so another replay, whenever it is resumed.
func parseTime(flag, text string) (time.Time, error) {
	if t, ok := poll.ParseTime(text); ok {
		return t, nil
	}
	if text == "" {
		return time.Time{}, fmt.Errorf("%s is missing: name a time such as 2026-11-21T00:00:00Z, or a date", flag)
	}
	return time.Time{}, fmt.Errorf("%s is %q: name a time such as 2026-11-21T00:00:00Z, or a date, by which the replay can be resumed", flag, text)
}

// run plans, says what is planned, and has it done.
func run(command *cobra.Command, opts options) error {
	config, err := otelcol.Read(command.Context(), opts.configs)
	if err != nil {
		return err
	}
	plan, err := replay.NewPlan(config, opts.Options)
	if err != nil {
		return err
	}
	program, err := otelcol.Find(opts.collector)
	if err != nil {
		return err
	}
	screen := newScreen(command.ErrOrStderr(), time.Now)
	screen.plan(plan, opts.Options)
	if opts.dryRun {
		return nil
	}
	result, err := replay.Run(command.Context(), program, plan, screen)
	screen.end()
	switch {
	case errors.Is(err, replay.ErrInterrupted):
		err = fmt.Errorf("interrupted: %s sent in this run; call the same again, which resumes", count(result.Events, "event"))
	case err != nil && result.Events > 0:
		err = fmt.Errorf("%s sent in this run: %w", count(result.Events, "event"), err)
	case err == nil && opts.json:
		return printJSON(command.OutOrStdout(), opts.Options, plan, result)
	case err == nil:
		printResult(command.OutOrStdout(), opts.Options, plan, result)
	}
	return err
}
