// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
)

// Exit statuses.
const (
	statusGood  = 0
	statusBad   = 1
	statusUsage = 2
)

// defaultTimeout bounds the walk of one receiver: it is three requests, each of which Okta itself
// ends after 30 s.
const defaultTimeout = 2 * time.Minute

// options is the command line, understood.
type options struct {
	configs []string
	json    bool
	timeout time.Duration
	only    []component.ID
	// removeHook is the name of the event hook to remove, instead of a check.
	removeHook string
}

// run checks what the command line names and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	opts, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return statusGood
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "oktacheck:", err) // who does not read it sees the status
		return statusUsage
	}
	out := newOutput(stdout, opts)
	loaded, err := load(ctx, opts.configs, stderr)
	if err != nil {
		out.begin("configuration", nil)
		out.step(unloadable(err))
		return out.end()
	}
	selected := loaded.selected(opts.only)
	// What is deleted is gone: one receiver says in which org, and with which credential.
	if opts.removeHook != "" && len(selected) > 1 {
		_, _ = fmt.Fprintf(stderr, "oktacheck: --remove-hook takes one receiver, and the configuration has %d: name the one whose org the hook is in, behind the flags\n", len(selected))
		return statusUsage
	}
	for _, id := range selected {
		out.begin(id.String(), loaded.secrets())
		check(ctx, loaded, id, opts, out.step)
	}
	for _, id := range missing(loaded, opts.only) {
		out.begin(id, nil)
		out.step(noReceiver(id))
	}
	return out.end()
}

// parse reads the command line.
func parse(args []string, output io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("oktacheck", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.Usage = func() {
		_, _ = fmt.Fprintln(output, "usage: oktacheck --config file [--config file ...] [--json] [--timeout 2m] [--remove-hook name] [okta_systemlog/name ...]")
		flags.PrintDefaults()
	}
	flags.Func("config", "`file` or URI (file:, env:, yaml:) of a collector configuration; several are merged as the Collector does", func(uri string) error {
		opts.configs = append(opts.configs, uri)
		return nil
	})
	flags.BoolVar(&opts.json, "json", false, "print one JSON object instead of lines")
	flags.DurationVar(&opts.timeout, "timeout", defaultTimeout, "how long the check of one receiver may take")
	flags.StringVar(&opts.removeHook, "remove-hook", "", "deactivate and delete the org's event hook of this `name`, for good, instead of checking")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	for _, text := range flags.Args() {
		var id component.ID
		if err := id.UnmarshalText([]byte(text)); err != nil {
			return opts, fmt.Errorf("%q is not the id of a receiver, such as okta_systemlog/name: flags go before ids", text)
		}
		opts.only = append(opts.only, id)
	}
	switch {
	case len(opts.configs) == 0:
		return opts, errors.New("no configuration is named: use --config with the collector's file")
	case opts.timeout <= 0:
		return opts, errors.New("--timeout must be above 0")
	}
	return opts, nil
}

// missing names what was asked for and is not there.
func missing(loaded *configuration, only []component.ID) []string {
	all := loaded.receivers()
	if len(only) == 0 && len(all) == 0 {
		return []string{receiverType}
	}
	var names []string
	for _, id := range only {
		if !slices.Contains(all, id) {
			names = append(names, id.String())
		}
	}
	return names
}
