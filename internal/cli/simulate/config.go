// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/scenario"
)

// config is the command line, understood.
type config struct {
	listen     string
	token      string
	adminToken string
	orgID      string
	rate       float64
	backlog    int
	scenario   string
	told       *scenario.Scenario // nil without one
	events     string
	rateLimit  int
	latency    time.Duration
	seed       uint64
	late       float64
	malformed  float64
	bulk       int
	prepare    bool
	gzip       bool
	hookURL    string
	hookSecret string
	client     client
	faults     faults
}

// aboutOrg are the flags that --bulk has no use for.
var aboutOrg = []string{"rate", "backlog", "scenario", "events", "rate-limit", "late", "hook-url", "admin-token", "org-id", "client-id", "client-key", "client-key-id",
	"client-secret", "dpop", "scopes", "fault", "fault-every", "fault-at"}

// validate reports everything that is wrong with the command line at once.
func (c config) validate(given map[string]bool, rest []string) error {
	var wrong complaints
	wrong.when(len(rest) > 0, "unexpected argument %q: every setting is a flag", rest)
	wrong.when(c.token == "", "--token must not be empty")
	wrong.when(c.token != "" && c.token == c.adminToken, "--token and --admin-token must differ: one token has one role")
	wrong.when(!(c.rate >= 0 && c.rate <= 100_000), "--rate must be from 0 to 100000 events a second")
	wrong.when(c.backlog < 0, "--backlog must not be negative")
	wrong.when(c.rateLimit == 0 || c.rateLimit < oktatest.NoRateLimit, "--rate-limit must be at least 1, or -1 for none")
	wrong.when(c.latency < 0, "--latency must not be negative")
	wrong.when(!(c.late >= 0 && c.late <= 1), "--late must be from 0 to 1")
	wrong.when(!(c.malformed >= 0 && c.malformed <= 1), "--malformed must be from 0 to 1")
	for _, name := range []string{"rate", "backlog", "late", "malformed", "seed"} {
		wrong.when(c.events != "" && given[name], "--%s is about generated events and does nothing with --events: leave one of them out", name)
	}
	if _, err := scenario.New(c.scenario, c.seed); given["scenario"] {
		wrong.add(err)
	}
	for _, name := range []string{"events", "late", "malformed"} {
		wrong.when(given["scenario"] && given[name], "--%s is about other events than those of --scenario: leave one of them out", name)
	}
	for _, name := range aboutOrg {
		wrong.when(given["bulk"] && given[name], "--%s is about a simulated org and does nothing with --bulk: leave one of them out", name)
	}
	wrong.when(c.hookSecret != "" && c.hookURL == "", "--hook-secret does nothing without --hook-url: give both")
	wrong.when(c.bulk < -1, "--bulk must be a number of events, or -1 for none")
	wrong.when(c.prepare && (c.bulk < 0 || !c.gzip), "--prepare compresses the pages of --bulk: it does nothing without --bulk, or with --gzip=false")
	c.client.validate(&wrong, given)
	c.faults.validate(&wrong, given)
	wrong.add(loopback(c.listen))
	return errors.Join(wrong...)
}

// play makes the scenario, whose rate and backlog apply where the command line gives none.
func (c *config) play(given map[string]bool) {
	if c.scenario == "" {
		return
	}
	c.told, _ = scenario.New(c.scenario, c.seed) // validate knows it
	if !given["rate"] {
		c.rate = c.told.Rate()
	}
	if !given["backlog"] {
		c.backlog = c.told.Size()
	}
}

// complaints collects what is wrong with the command line.
type complaints []error

func (c *complaints) when(wrong bool, format string, args ...any) {
	if wrong {
		c.add(fmt.Errorf(format, args...))
	}
}

func (c *complaints) add(err error) {
	if err != nil {
		*c = append(*c, err)
	}
}

// loopback refuses addresses that other machines could reach: the token is on the screen and the connection is not
// encrypted.
func loopback(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen must be host:port: %w", err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("--listen %s has no port from 0 to 65535: use 127.0.0.1:8085, or port 0 for any free one", address)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %s is not a loopback address: use 127.0.0.1, [::1] or localhost", address)
	}
	return nil
}
