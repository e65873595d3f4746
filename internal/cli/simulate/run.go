// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

const (
	// drainTime is how long requests in flight may take to end after the signal; then their connections are closed.
	drainTime = 300 * time.Millisecond
	// backlogSpan is the time over which --backlog spreads its events.
	backlogSpan = 24 * time.Hour
)

// run serves an org until ctx ends.
func run(ctx context.Context, c config, stdout io.Writer) error {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", c.listen)
	switch {
	case errors.Is(err, errInUse):
		return fmt.Errorf("another program listens on %s: end it, or choose another address with --listen", c.listen)
	case err != nil:
		return fmt.Errorf("cannot listen: %w", err)
	}
	c.listen = listener.Addr().String()
	handler, background, err := newHandler(c, stdout)
	if err != nil {
		_ = listener.Close()
		return err
	}
	if _, err := fmt.Fprintf(stdout, "okta-systemlog simulate: http://%s accepts the API token %s\n", listener.Addr(), c.token); err != nil {
		_ = listener.Close()
		return fmt.Errorf("cannot print the address: %w", err)
	}
	c.printMore(stdout)
	return serve(ctx, listener, handler, background)
}

// printMore says who else than the API token is let in. Scripts read the line before.
func (c config) printMore(stdout io.Writer) {
	if c.bulk >= 0 {
		return
	}
	// Who does not read it does not need it.
	if c.adminToken != "" {
		_, _ = fmt.Fprintf(stdout, "okta-systemlog simulate: accepts the admin token %s for okta-systemlog setup\n", c.adminToken)
	}
	if c.client.id != "" {
		_, _ = fmt.Fprintf(stdout, "okta-systemlog simulate: accepts the OAuth client %s with %s\n", c.client.id, strings.Join(c.client.scopes, ", "))
	}
}

// newHandler returns what answers requests, and what runs beside it until its context ends.
func newHandler(c config, stdout io.Writer) (handler http.Handler, background func(context.Context), err error) {
	if c.bulk >= 0 {
		handler = newBulk(c, time.Now(), func() {
			_, _ = fmt.Fprintf(stdout, "okta-systemlog simulate: all %d events were read\n", c.bulk) // who does not read it does not need it
		})
		background = func(context.Context) {}
	} else {
		org, err := newOrg(c)
		if err != nil {
			return nil, nil, err
		}
		sendHooks, err := c.hook(org, stdout)
		if err != nil {
			return nil, nil, err
		}
		handler, background = org, func(ctx context.Context) {
			var running sync.WaitGroup
			defer running.Wait()
			running.Go(func() { c.run(ctx, org) })
			running.Go(func() { sendHooks(ctx) })
		}
	}
	if !c.gzip {
		handler = uncompressed(handler)
	}
	return handler, background, nil
}

func newOrg(c config) (*oktatest.Org, error) {
	opts := oktatest.Options{
		Token:       c.token,
		AdminToken:  c.adminToken,
		OrgID:       c.orgID,
		RateLimit:   c.rateLimit,
		PageLatency: c.latency,
		// Started again, it goes on being the same org for whoever polls it.
		AdoptCursors: true,
		RequestLog:   -1, // nobody asks for it here, and it would grow for ever
		Hooks:        eventhooks.Options{PlainLoopback: true, Delay: hookDelay, BatchWait: hookBatchWait, LogFailures: true, LogChanges: true},
		OAuth:        authserver.Options{LogGrants: true},
	}
	if c.rateLimit == oktatest.NoRateLimit {
		// None is none at any of the org's APIs.
		opts.OAuth.RateLimit, opts.Hooks.RateLimit = oktatest.NoRateLimit, oktatest.NoRateLimit
		opts.Management.RateLimit, opts.Management.AppRateLimit = oktatest.NoRateLimit, oktatest.NoRateLimit
	}
	if err := c.client.add(&opts); err != nil {
		return nil, err
	}
	if c.events != "" {
		// Recorded events are served whatever their age.
		opts.Retention = -1
	}
	org := oktatest.NewOrg(opts)
	c.faults.inject(org)
	if c.events != "" {
		events, err := load(c.events)
		if err != nil {
			return nil, err
		}
		org.Append(events...)
		return org, nil
	}
	if c.told != nil {
		c.told.Backlog(org, c.backlog)
		return org, nil
	}
	c.feed(c.seed).Backlog(org, c.backlog, backlogSpan)
	return org, nil
}

// run appends what happens after the backlog.
func (c config) run(ctx context.Context, org *oktatest.Org) {
	if c.told != nil {
		c.told.Run(ctx, org, c.rate, c.backlog > 0)
		return
	}
	c.feed(c.seed+1).Run(ctx, org)
}

// feed makes the org's events. The backlog and what follows have generators of their own, so that the latter does not
// depend on the length of the former.
func (c config) feed(seed uint64) generate.Feed {
	generator := generate.New(seed)
	generator.SetMalformed(c.malformed)
	rate := c.rate
	if c.events != "" {
		rate = 0
	}
	return generate.Feed{Generator: generator, Rate: rate, Late: c.late, Seed: seed}
}

// load reads recorded LogEvents, one JSON object a line. Empty lines are skipped; anything else is an error that names
// its line. What is malformed in an event, such as an impossible published time, is served as it was recorded.
func load(path string) ([]oktatest.Event, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, fmt.Errorf("cannot read the recorded events: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading
	var events []oktatest.Event
	reader := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, readErr := reader.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if line[0] != '{' || !json.Valid(line) {
				return nil, fmt.Errorf("%s, line %d: a recorded event must be one JSON object", path, number)
			}
			events = append(events, oktatest.Event{JSON: line})
		}
		if errors.Is(readErr, io.EOF) {
			return events, nil
		}
		if readErr != nil {
			return nil, fmt.Errorf("cannot read the recorded events: %w", readErr)
		}
	}
}

// serve answers requests, and runs what runs beside that, until ctx ends; then everything ends within a second.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, beside func(context.Context)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		// A request that hangs or is slow on purpose ends with the program.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	var background sync.WaitGroup
	background.Go(func() { beside(ctx) })
	background.Go(func() {
		<-ctx.Done()
		shut, done := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer done()
		if server.Shutdown(shut) != nil {
			_ = server.Close()
		}
	})
	err := server.Serve(listener)
	cancel()
	background.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("the server failed: %w", err)
}
