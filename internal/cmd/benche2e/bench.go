// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// bench is where the programs are, and what all measurements share.
type bench struct {
	collector, simulator string
	// profile is the folder for the profiles of a collector built to profile itself, or nothing.
	profile string
	// orgs is how many orgs to measure in place of everything else, or 0.
	orgs    int
	scratch string
	sample  *sample
}

// simulate starts a simulator that serves a log of the given length, and returns its address.
func (b *bench) simulate(ctx context.Context, events int, settings ...string) (*process, string, error) {
	arguments := append([]string{"simulate", "--listen", "127.0.0.1:0", "--token", token, "--bulk", strconv.Itoa(events)}, settings...)
	simulator, err := startProcess(ctx, nil, b.simulator, arguments...)
	if err != nil {
		return nil, "", err
	}
	line, err := simulator.waitFor(ctx, `http://127\.0\.0\.1:\d+ `)
	if err != nil {
		return nil, "", err
	}
	return simulator, regexp.MustCompile(`\S+`).FindString(line), nil
}

// say reports progress; the results alone go to the standard output.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
