// SPDX-License-Identifier: Apache-2.0

// Backtest runs the detections of a Collector configuration over recorded events, or over a time range of an org, and
// prints how often each rule matches, by day.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/otel-okta/okta-systemlog-receiver/internal/backtest"
)

func main() {
	options := backtest.Options{Log: os.Stderr}
	flag.StringVar(&options.Collector, "collector", "_build/otelcol-okta", "`path` of the collector")
	flag.StringVar(&options.Config, "config", "examples/detections.yaml", "Collector configuration `file` with the detections")
	flag.StringVar(&options.Events, "events", "", "`file` of LogEvents: a JSON array, or one object after the other; without it events are those of the org")
	flag.StringVar(&options.Org, "org", "", "`URL` of the org, instead of that of the configuration")
	flag.StringVar(&options.Start, "start", "", "`time` of the first event, such as 2026-11-21T00:00:00Z or -24h")
	flag.Parse()
	if err := run(options); err != nil {
		fmt.Fprintln(os.Stderr, "backtest:", err)
		os.Exit(1)
	}
}

func run(options backtest.Options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	result, err := backtest.Run(ctx, options)
	if err != nil {
		return err
	}
	return result.Print(os.Stdout)
}
