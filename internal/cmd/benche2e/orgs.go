// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// orgsIdle is enough for several polls of each receiver at its default interval.
const orgsIdle = 35 * time.Second

// orgsAndFarEnds is what many orgs talk to, in this process: a simulated org behind an address for each of them, since
// orgs are told apart by their hosts, and a far end behind a path for each.
type orgsAndFarEnds struct {
	org    *oktatest.Org
	server *http.Server
	port   string

	mu            sync.Mutex
	answered      map[string]bool // hosts of orgs whose System Log has answered
	arrived       map[string]bool // paths of far ends, or of the one for all, that have got records
	records       int
	inFlight      int
	mostInFlight  int
	last, lastEnd time.Time // the last org's first answer, and the last org's event at its far end
	changed       chan struct{}
}

func startOrgs(ctx context.Context, n int) (*orgsAndFarEnds, error) {
	s := &orgsAndFarEnds{
		org:      oktatest.NewOrg(oktatest.Options{Token: token, RateLimit: oktatest.NoRateLimit, RequestLog: -1}),
		answered: map[string]bool{}, arrived: map[string]bool{}, changed: make(chan struct{}),
	}
	generate.Feed{Generator: generate.New(1)}.Backlog(s.org, 1, time.Hour) // an event that each of them has
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	port := "0"
	for i := range n + 1 {
		var listening net.ListenConfig
		listener, err := listening.Listen(ctx, "tcp", net.JoinHostPort(hostOf(i), port))
		if err != nil {
			return nil, errors.Join(err, s.server.Close())
		}
		_, port, _ = net.SplitHostPort(listener.Addr().String())
		go func() { _ = s.server.Serve(listener) }() // it ends when the server is closed
	}
	s.port = port
	return s, nil
}

// hostOf is the address of an org, and with 0 that of the far ends.
func hostOf(i int) string { return fmt.Sprintf("127.1.%d.%d", i/200, 1+i%200) }

// ServeHTTP answers as an org or a far end, and notes when.
func (s *orgsAndFarEnds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.Host)
	if host == hostOf(0) {
		s.note(func() {
			s.arrived[r.URL.Path] = true
			s.records++ // each org has one event, in a call of its own
			s.lastEnd = time.Now()
		})
		return
	}
	s.note(func() {
		s.inFlight++
		s.mostInFlight = max(s.mostInFlight, s.inFlight)
	})
	s.org.ServeHTTP(w, r)
	s.note(func() {
		s.inFlight--
		if r.URL.Path == "/api/v1/logs" && !s.answered[host] {
			s.answered[host] = true
			s.last = time.Now()
		}
	})
}

func (s *orgsAndFarEnds) note(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

// await waits until the event of each of n orgs has arrived.
func (s *orgsAndFarEnds) await(ctx context.Context, running *process, n int) error {
	for {
		s.mu.Lock()
		records, more := s.records, s.changed
		s.mu.Unlock()
		if records >= n {
			return nil
		}
		select {
		case <-more:
		case <-running.ended:
			text, _ := running.printed()
			return fmt.Errorf("the collector ended: %s\n%.4000s", running.cmd.ProcessState, text)
		case <-ctx.Done():
			return fmt.Errorf("%d of %d orgs have delivered: %w", records, n, ctx.Err())
		}
	}
}

// manyOrgs is what a collector with many orgs costs.
type manyOrgs struct {
	orgs                        int
	own                         bool // each has a far end of its own
	lines, bytes                int
	rendered                    time.Duration
	ready, lastAnswer, lastSeen time.Duration // since the start of the process
	mostInFlight, goroutines    int
	memory                      int64
}

// runOrgs runs a collector with the configuration that okta-systemlog config writes for n orgs.
func (b *bench) runOrgs(ctx context.Context, n int, own bool) (is manyOrgs, err error) {
	is = manyOrgs{orgs: n, own: own}
	directory, err := os.MkdirTemp(b.scratch, "orgs-")
	if err != nil {
		return is, err
	}
	orgs, err := startOrgs(ctx, n)
	if err != nil {
		return is, err
	}
	defer orgs.server.Close() //nolint:errcheck // nothing is lost
	config, err := b.configureOrgs(ctx, directory, orgs.port, &is)
	if err != nil {
		return is, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return is, err
	}
	// The metrics of this collector alone, in place of those at the usual port.
	metrics := fmt.Sprintf("yaml:service: {telemetry: {metrics: {level: normal, readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}}]}}}", port)
	begin := time.Now()
	running, err := startProcess(ctx, []string{"GOTRACEBACK=all"}, b.collector, "--config", config, "--config", metrics)
	if err != nil {
		return is, err
	}
	defer running.end(syscall.SIGQUIT) //nolint:errcheck // ended below unless something else went wrong
	if _, err := running.waitFor(ctx, "Everything is ready"); err != nil {
		return is, err
	}
	is.ready = time.Since(begin)
	if err := orgs.await(ctx, running, n); err != nil {
		return is, err
	}
	select {
	case <-time.After(orgsIdle):
	case <-running.ended:
	case <-ctx.Done():
		return is, ctx.Err()
	}
	if is.memory, err = running.peakMemory(); err != nil {
		return is, err
	}
	if err := running.end(syscall.SIGQUIT); err != nil {
		return is, err
	}
	dump, _ := running.printed()
	is.goroutines = goroutinesIn(dump)
	orgs.mu.Lock()
	defer orgs.mu.Unlock()
	is.lastAnswer, is.lastSeen, is.mostInFlight = orgs.last.Sub(begin), orgs.lastEnd.Sub(begin), orgs.mostInFlight
	if len(orgs.answered) != n || own && len(orgs.arrived) != n {
		return is, fmt.Errorf("%d of %d orgs were asked, and %d far ends have records", len(orgs.answered), n, len(orgs.arrived))
	}
	return is, nil
}

// configureOrgs writes the file of the orgs, and has the configuration made of it.
func (b *bench) configureOrgs(ctx context.Context, directory, port string, is *manyOrgs) (config string, err error) {
	var csv strings.Builder
	csv.WriteString("name,org_url,api_token_file,workspace,endpoint\n")
	farEnds := "http://" + net.JoinHostPort(hostOf(0), port)
	for i := range is.orgs {
		path := filepath.Join(directory, fmt.Sprintf("token-%d", i))
		if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
			return "", err
		}
		far := ""
		if is.own {
			far = fmt.Sprintf("%s/%d", farEnds, i)
		}
		fmt.Fprintf(&csv, "customer%d,http://%s,%s,Customer %d,%s\n", i, net.JoinHostPort(hostOf(i+1), port), path, i, far)
	}
	orgs := filepath.Join(directory, "orgs.csv")
	if err := os.WriteFile(orgs, []byte(csv.String()), 0o600); err != nil {
		return "", err
	}
	config = filepath.Join(directory, "config.yaml")
	begin := time.Now()
	command := exec.CommandContext(ctx, b.simulator, "config", "--orgs", orgs, "--endpoint", farEnds, "--start-at", "beginning", "--storage", filepath.Join(directory, "storage"), "--output", config) //nolint:gosec // our own program
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, said)
	}
	is.rendered = time.Since(begin)
	text, err := os.ReadFile(config) //nolint:gosec // it was written above
	is.lines, is.bytes = strings.Count(string(text), "\n"), len(text)
	return config, err
}

// measureOrgs prints what one org and n orgs cost, with a far end for all and with one for each.
func (b *bench) measureOrgs(ctx context.Context, n int) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "orgs\tfar ends\tlines\tkB\twritten in\tready after\tlast first answer\tlast event arrived\tmost requests at once\tpeak MB\tgoroutines") //nolint:errcheck // Flush tells
	for _, own := range []bool{false, true} {
		for _, orgs := range []int{1, 50, n} {
			is, err := b.runOrgs(ctx, orgs, own)
			if err != nil {
				return err
			}
			farEnds := 1
			if own {
				farEnds = orgs
			}
			b.say("%d orgs, %d far ends: peak %.1f MB", orgs, farEnds, megabytes(is.memory))
			fmt.Fprintf(table, "%d\t%d\t%d\t%.1f\t%s\t%s\t%s\t%s\t%d\t%.1f\t%d\n", is.orgs, farEnds, is.lines, float64(is.bytes)/1000, //nolint:errcheck // Flush tells
				round(is.rendered), round(is.ready), round(is.lastAnswer), round(is.lastSeen), is.mostInFlight, megabytes(is.memory), is.goroutines)
		}
	}
	return table.Flush()
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }
