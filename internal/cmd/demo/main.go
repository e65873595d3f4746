// SPDX-License-Identifier: Apache-2.0

// Demo serves the page of make demo on a loopback address. The page opens on the answer: whose account was taken over,
// from where, and by which steps, out of the events that a VictoriaLogs on this machine has of the last day.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8090", "loopback address to listen on")
	store := flag.String("store", "127.0.0.1:9428", "loopback address of VictoriaLogs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *store); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "demo: %v\n", err) // the exit status says it as well
		os.Exit(1)                                       //nolint:gocritic // the signals end with the program
	}
}

// run serves the page until ctx ends.
func run(ctx context.Context, listen, store string) error {
	for _, address := range []string{listen, store} {
		if err := loopback(address); err != nil {
			return err
		}
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	const ioTime = 30 * time.Second
	server := &http.Server{
		Handler: newSite(listener.Addr().String(), store), ReadHeaderTimeout: ioTime, ReadTimeout: ioTime, WriteTimeout: ioTime,
	}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("the server failed: %w", err)
	}
	return nil
}

// loopback refuses addresses that other machines could reach: there is no password.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("the address must be host:port: %w", err)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not a loopback address", address)
	}
	return nil
}
