// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// Options say what to run over which events.
type Options struct {
	// Collector is the path of the collector; empty for the one that [otelcol.Find] finds.
	Collector string
	// Config is the path of the Collector configuration with the detections. Required.
	Config string
	// Events is a file of LogEvents, in or out of an envelope: a JSON array, or one object after the other. Each event
	// of it counts, one that comes again too. Without a file the events are those of the configuration's org.
	Events string
	// Org replaces the org_url of the configuration. Not with Events.
	Org string
	// Start is the time of the first event: a time such as 2026-11-21T00:00:00Z, a date, which begins at 00:00 UTC, or a
	// look-back such as -24h. Required without Events, where it may also be beginning; with Events, earlier ones are left
	// out.
	Start string
	// To is the time before which the last event was published, written like Start. Empty means when the backtest
	// begins or, with Events, the end of the file. Events of an org that it stored more than an hour after they were
	// published may be missing at the end.
	To string
	// List asks for the matching events, beside how many they are.
	List bool
	// Log is where the collector's warnings and errors go.
	Log io.Writer
}

func (o Options) validate() error {
	var errs []error
	if o.Config == "" {
		errs = append(errs, errors.New("name the configuration with the detections"))
	}
	if o.Events == "" && o.Start == "" {
		errs = append(errs, errors.New("name a file of events, or the time to start at in the org: EVENTS=file, or START=-24h"))
	}
	if o.Events != "" && o.Org != "" {
		errs = append(errs, errors.New("events are those of a file or those of an org: leave out EVENTS or ORG"))
	}
	return errors.Join(errs...)
}

// Run runs the detections until every event was read that there was when it began, and returns what they matched. What
// it starts has ended when it returns, and what it wrote is gone.
func Run(ctx context.Context, o Options) (*Result, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	within, err := parseRange(o.Start, o.To, time.Now(), o.Events == "")
	if err != nil {
		return nil, err
	}
	config, err := otelcol.Read(ctx, []string{o.Config})
	if err != nil {
		return nil, err
	}
	program, err := otelcol.Find(o.Collector)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "okta-backtest-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the position and the matches: %w", err)
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // a temporary directory

	from, result := source{orgURL: o.Org, startAt: o.Start}, newResult(nil)
	if within.end.Before(time.Now()) {
		from.end = within.end // a later one leaves nothing out
	}
	if o.Events != "" {
		simulated, err := serveFile(ctx, o.Events, within)
		if err != nil {
			return nil, err
		}
		defer simulated.close()
		from, result.uuids = simulated.source(), simulated.recorded.uuids
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	derived, err := derive(config, from, scratch, port)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Config, err)
	}
	running := collector{program: program, config: derived.text, port: port, grows: o.Events == "", log: o.Log}
	counted, err := running.drain(ctx)
	if err != nil {
		return nil, err
	}
	result.Rules, result.Windows = derived.rules, derived.counts
	if o.List {
		result.List = []Match{}
	}
	result.counted(counted, derived)
	return result, result.addFile(derived.matches)
}
