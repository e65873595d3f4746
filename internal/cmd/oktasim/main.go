// SPDX-License-Identifier: Apache-2.0

// Oktasim runs a simulated Okta org on a loopback address, for demonstrations and end-to-end tests. It keeps all of its
// events in memory.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "oktasim:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}
