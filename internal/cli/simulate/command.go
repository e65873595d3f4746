// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// config is the command line, understood.
type config struct {
	listen     string
	token      string
	rate       float64
	backlog    int
	events     string
	rateLimit  int
	latency    time.Duration
	seed       uint64
	late       float64
	malformed  float64
	bulk       int
	gzip       bool
	hookURL    string
	hookSecret string
}

// Command is okta-systemlog simulate.
func Command() *cobra.Command {
	var c config
	command := &cobra.Command{
		Use:   "simulate",
		Short: "Run a simulated Okta org on a loopback address",
		RunE: func(command *cobra.Command, args []string) error {
			given := map[string]bool{}
			command.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = true })
			if err := c.validate(given, args); err != nil {
				return exit.Usagef("%w", err)
			}
			return run(command.Context(), c, command.OutOrStdout())
		},
	}
	flags := command.Flags()
	flags.StringVar(&c.listen, "listen", "127.0.0.1:8085", "loopback `address` to listen on; port 0 takes any free one")
	flags.StringVar(&c.token, "token", oktatest.DefaultToken, "SSWS API `token` to accept")
	flags.Float64Var(&c.rate, "rate", 5, "new events a second; 0 means none")
	flags.IntVar(&c.backlog, "backlog", 0, "`number` of events in the log at the start, spread over the day before")
	flags.StringVar(&c.events, "events", "", "`file` of recorded LogEvents, one JSON object a line, to serve instead of generated ones")
	flags.IntVar(&c.rateLimit, "rate-limit", oktatest.DefaultRateLimit, "the org's ceiling in `requests` a minute, of which one token may use half; -1 means none")
	flags.DurationVar(&c.latency, "latency", 0, "how long a page takes")
	flags.Uint64Var(&c.seed, "seed", 1, "seed of the generated events")
	flags.Float64Var(&c.late, "late", 0.02, "`share` of events persisted later than published, 0 to 1")
	flags.Float64Var(&c.malformed, "malformed", generate.DefaultMalformed, "`share` of malformed events, 0 to 1")
	flags.IntVar(&c.bulk, "bulk", -1, "`number` of events to serve as fast as they are read instead of simulating an org, without keeping them in memory: for benchmarks; -1 means none")
	flags.BoolVar(&c.gzip, "gzip", true, "compress answers when the client asks for it")
	flags.StringVar(&c.hookURL, "hook-url", "", "`URL` to send an event hook to, https or of a loopback address; it gets every event type that event hooks can send")
	flags.StringVar(&c.hookSecret, "hook-secret", "", "`secret` that the event hook sends as its Authorization header")
	return command
}

// validate reports everything that is wrong with the command line at once.
func (c config) validate(given map[string]bool, rest []string) error {
	var errs []error
	wrong := func(when bool, format string, args ...any) {
		if when {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	wrong(len(rest) > 0, "unexpected argument %q: every setting is a flag", rest)
	wrong(c.token == "", "--token must not be empty")
	wrong(!(c.rate >= 0 && c.rate <= 100_000), "--rate must be from 0 to 100000 events a second")
	wrong(c.backlog < 0, "--backlog must not be negative")
	wrong(c.rateLimit == 0 || c.rateLimit < oktatest.NoRateLimit, "--rate-limit must be at least 1, or -1 for none")
	wrong(c.latency < 0, "--latency must not be negative")
	wrong(!(c.late >= 0 && c.late <= 1), "--late must be from 0 to 1")
	wrong(!(c.malformed >= 0 && c.malformed <= 1), "--malformed must be from 0 to 1")
	for _, name := range []string{"rate", "backlog", "late", "malformed", "seed"} {
		wrong(c.events != "" && given[name], "--%s is about generated events and does nothing with --events: leave one of them out", name)
	}
	for _, name := range []string{"rate", "backlog", "events", "rate-limit", "late", "hook-url"} {
		wrong(given["bulk"] && given[name], "--%s is about a simulated org and does nothing with --bulk: leave one of them out", name)
	}
	wrong(c.hookSecret != "" && c.hookURL == "", "--hook-secret does nothing without --hook-url: give both")
	wrong(c.bulk < -1, "--bulk must be a number of events, or -1 for none")
	if err := loopback(c.listen); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// loopback refuses addresses that other machines could reach: the token is on the screen and the connection is not
// encrypted.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen must be host:port: %w", err)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %s is not a loopback address: use 127.0.0.1, [::1] or localhost", address)
	}
	return nil
}
