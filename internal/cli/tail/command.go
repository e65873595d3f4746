// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

// config is the command line.
type config struct {
	grpc, http string
	remote     bool
	grep       string
	json, full bool
}

// Command is okta-systemlog tail.
func Command() *cobra.Command {
	var c config
	command := &cobra.Command{
		Use:   "tail",
		Short: "Show log records that come by OTLP, one line an event",
		Long: "Listens for OTLP and prints one line an event, until Ctrl-C. On a terminal lines are coloured and cut to its width;\n" +
			"set NO_COLOR for no colours. Elsewhere they are whole. A Collector sends to it with the exporter\n" +
			"otlp_grpc: {endpoint: 127.0.0.1:4317, tls: {insecure: true}}",
		Args: exit.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			pattern, err := c.validate()
			if err != nil {
				return exit.Usagef("%w", err)
			}
			return c.run(command.Context(), pattern, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.StringVar(&c.grpc, "grpc", "127.0.0.1:4317", "`address` to listen on for OTLP over gRPC; port 0 takes any free one, empty means none")
	flags.StringVar(&c.http, "http", "127.0.0.1:4318", "`address` to listen on for OTLP over HTTP, as protobuf or JSON; empty means none")
	flags.BoolVar(&c.remote, "allow-remote", false, "allow addresses that other machines can reach: there is neither encryption nor a password")
	flags.StringVar(&c.grep, "grep", "", "regular `expression`: show records whose name, text or one of whose attributes match it")
	flags.BoolVar(&c.json, "json", false, "print each record as one line of JSON")
	flags.BoolVar(&c.full, "full", false, "print all of a record below its line")
	return command
}

// validate reports everything that is wrong with the command line at once.
func (c config) validate() (*regexp.Regexp, error) {
	var wrong []error
	if c.grpc == "" && c.http == "" {
		wrong = append(wrong, errors.New("--grpc and --http are both empty: nothing could come"))
	}
	if c.json && c.full {
		wrong = append(wrong, errors.New("--json prints all of a record already: leave out --full"))
	}
	for _, l := range []struct{ flag, address string }{{"--grpc", c.grpc}, {"--http", c.http}} {
		if err := checkAddress(l.flag, l.address, c.remote); err != nil {
			wrong = append(wrong, err)
		}
	}
	pattern, err := regexp.Compile(c.grep)
	if err != nil {
		wrong = append(wrong, fmt.Errorf("--grep is no regular expression: %w", err))
	}
	return pattern, errors.Join(wrong...)
}

// run prints what comes until ctx ends or nobody reads it any more.
func (c config) run(ctx context.Context, pattern *regexp.Regexp, stdout, stderr io.Writer) error {
	// A pipe that is closed is then an error of the write, after which everything ends in order.
	signal.Ignore(syscall.SIGPIPE)
	ctx, unread := context.WithCancel(ctx)
	defer unread()
	p := newPrinter(stdout, pattern, unread)
	p.json, p.full = c.json, c.full
	listening, err := c.listen(ctx)
	if err != nil {
		return err
	}
	// Who does not read it sees the records.
	_, _ = fmt.Fprintf(stderr, "okta-systemlog tail: listens for OTLP on %s. Ctrl-C ends it.\n", listening)
	if err := listening.serve(ctx, p); err != nil {
		return err
	}
	if !p.unread() {
		_, _ = fmt.Fprintf(stderr, "\nokta-systemlog tail: %s\n", p.total())
	}
	return nil
}
