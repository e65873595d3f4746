// SPDX-License-Identifier: Apache-2.0

// Oktacheck reads the configuration of a collector and walks, for every okta_systemlog receiver in it,
// the connection to its org step by step, with the receiver's own code. It stores nothing and moves no
// position.
//
//	go run ./internal/cmd/oktacheck --config config.yaml
//
// It exits with 0 when every receiver can read its System Log, 1 when one can't, 2 when it was called
// with something else than it takes.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
