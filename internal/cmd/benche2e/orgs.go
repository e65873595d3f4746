// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// orgsIdle is enough for several polls of each receiver at its default interval.
const orgsIdle = 35 * time.Second

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

// startedOrgs is a collector with many orgs that has started, and whose orgs have all delivered.
type startedOrgs struct {
	*process
	orgs  *orgsAndFarEnds
	begun time.Time // when the process was started
}

// startWithOrgs starts a collector with the configuration that okta-systemlog config writes for is.orgs, and waits
// until each of them has delivered. stop ends what it has started, in any case.
func (b *bench) startWithOrgs(ctx context.Context, is *manyOrgs, more ...string) (started startedOrgs, stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, stop := range slices.Backward(stops) {
			stop()
		}
	}
	directory, err := os.MkdirTemp(b.scratch, "orgs-")
	if err != nil {
		return started, stop, err
	}
	orgs, err := startOrgs(ctx, is.orgs)
	if err != nil {
		return started, stop, err
	}
	stops = append(stops, func() { _ = orgs.server.Close() }) // nothing is lost
	config, err := b.configureOrgs(ctx, directory, orgs.port, is, more)
	if err != nil {
		return started, stop, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return started, stop, err
	}
	// The metrics of this collector alone, in place of those at the usual port.
	metrics := fmt.Sprintf("yaml:service: {telemetry: {metrics: {level: normal, readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}}]}}}", port)
	begin := time.Now()
	running, err := startProcess(ctx, []string{"GOTRACEBACK=all"}, b.collector, "--config", config, "--config", metrics)
	if err != nil {
		return started, stop, err
	}
	stops = append(stops, func() { _ = running.end(syscall.SIGQUIT) }) // whoever needs it to end well has ended it
	if _, err := running.waitFor(ctx, "Everything is ready"); err != nil {
		return started, stop, err
	}
	is.ready = time.Since(begin)
	return startedOrgs{running, orgs, begin}, stop, orgs.await(ctx, running, is.orgs)
}

// runOrgs runs a collector with n orgs for a while.
func (b *bench) runOrgs(ctx context.Context, n int, own bool) (is manyOrgs, err error) {
	is = manyOrgs{orgs: n, own: own}
	running, stop, err := b.startWithOrgs(ctx, &is)
	defer stop()
	if err != nil {
		return is, err
	}
	if err := running.lasts(ctx, orgsIdle+time.Duration(n)*startTime); err != nil {
		return is, err
	}
	if is.memory, err = running.peakMemory(); err != nil {
		return is, err
	}
	if err := running.end(syscall.SIGQUIT); err != nil {
		return is, err
	}
	dump, _ := running.printed()
	is.goroutines = goroutinesIn(dump)
	orgs := running.orgs
	orgs.mu.Lock()
	defer orgs.mu.Unlock()
	is.lastAnswer, is.lastSeen, is.mostInFlight = orgs.last.Sub(running.begun), orgs.lastEnd.Sub(running.begun), orgs.mostInFlight
	if len(orgs.answered) != n || own && len(orgs.arrived) != n {
		return is, fmt.Errorf("%d of %d orgs were asked, and %d far ends have records", len(orgs.answered), n, len(orgs.arrived))
	}
	return is, nil
}

// configureOrgs writes the file of the orgs, and has the configuration made of it, with further settings.
func (b *bench) configureOrgs(ctx context.Context, directory, port string, is *manyOrgs, more []string) (config string, err error) {
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
	arguments := append([]string{"config", "--orgs", orgs, "--endpoint", farEnds, "--start-at", "beginning", "--storage", filepath.Join(directory, "storage"), "--output", config}, more...)
	command := exec.CommandContext(ctx, b.simulator, arguments...) //nolint:gosec // our own program
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
