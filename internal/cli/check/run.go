// SPDX-License-Identifier: Apache-2.0

package check

import (
	"context"
	"io"
	"slices"

	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
)

// run checks what the command line names. The error is [exit.ErrSaid] where something is wrong, which was printed.
func run(ctx context.Context, opts options, stdout, stderr io.Writer) error {
	out := newOutput(stdout, opts)
	loaded, err := load(ctx, opts.configs, stderr)
	if err != nil {
		out.begin("configuration", nil)
		out.step(unloadable(err))
		return out.end()
	}
	for _, id := range loaded.selected(opts.only) {
		out.begin(id.String(), loaded.secrets())
		check(ctx, loaded, id, opts, out.step)
	}
	for _, id := range missing(loaded, opts.only) {
		out.begin(id, nil)
		out.step(noReceiver(id))
	}
	return out.end()
}

// Walk checks the connection of each receiver in a configuration, and reports the steps.
func Walk(ctx context.Context, config string, report func(connection.Step)) {
	loaded, err := load(ctx, []string{config}, io.Discard)
	if err != nil {
		report(unloadable(err))
		return
	}
	for _, id := range loaded.receivers() {
		check(ctx, loaded, id, options{timeout: defaultTimeout}, report)
	}
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
