// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"go.opentelemetry.io/collector/component"
)

// Exit statuses.
const (
	statusGood  = 0
	statusBad   = 1
	statusUsage = 2
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
	// removeHook is the name of the event hook to remove, instead of a check.
	removeHook string
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("oktacheck", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprintln(stderr, "usage: oktacheck --config file [--config file ...] [--json] [--timeout 2m] [--remove-hook name] [okta_systemlog/name ...]")
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
