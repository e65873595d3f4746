// SPDX-License-Identifier: Apache-2.0

// Okta-systemlog is the program around the receiver: okta-systemlog --help lists its commands.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli"
)

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as with nohup
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	status := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
