// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// finish checks the connection as the receiver has it, and says how to start the collector.
func (s *installer) finish(ctx context.Context, installed error) error {
	config := s.dir.path(configFile)
	switch {
	case installed != nil:
		s.out.printf("\nWhat was done stays. Once the cause is removed, run the same command again: it goes on from here.\n")
		return s.out.end(nil)
	case s.opts.dryRun:
		s.out.printf("\nNothing was changed. Without --dry-run an access token, the connection and the files follow.\n")
		return s.out.end(nil)
	}
	s.out.printf("\nThe connection as the receiver has it:\n")
	s.checkConnection(ctx, config)
	if s.out.failed() {
		s.out.printf("\nThe app is complete, and the connection is not: remove the cause and run the same command again.\n")
		return s.out.end(nil)
	}
	s.out.printf("\nThe System Log can be read. To check it again, and to start the collector:\n\n  %s check --config %s\n  %s --config %s\n",
		program("okta-systemlog"), asFile(config), program("otelcol-okta"), asFile(config))
	return s.out.end(map[string]any{"configuration": config, "client_id": s.rec.ClientID, "app_id": s.rec.AppID})
}

// checkConnection checks the connection, again where what failed passes by itself, and prints what was found at last.
func (s *installer) checkConnection(ctx context.Context, config string) {
	base, err := filepath.Abs(config)
	if err != nil {
		base = config
	}
	var steps []connection.Step
	_, _ = s.out.tried(ctx, "check", func(ctx context.Context) (found, error) { // what failed is among the steps
		steps = nil
		check.Walk(ctx, "file:"+base, func(step connection.Step) { steps = append(steps, step) })
		at := slices.IndexFunc(steps, func(step connection.Step) bool { return step.Result == connection.Failed })
		if at < 0 {
			return found{}, nil
		}
		return found{}, steps[at].Err
	})
	for _, step := range steps {
		s.out.step(step)
	}
}

// asFile is a path as the Collector takes it for a file: a name before a colon would be the scheme of a URI.
func asFile(path string) string {
	if scheme, _, found := strings.Cut(path, ":"); found && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\.`) {
		path = "." + string(filepath.Separator) + path
	}
	return generated.Shell(path)
}

// program is how to call a program: by its path where it lies beside this one.
func program(name string) string {
	if own, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(own), otelcol.FileOf(name))
		if _, err := os.Stat(beside); err == nil {
			if work, err := os.Getwd(); err == nil {
				if short, err := filepath.Rel(work, beside); err == nil && len(short) < len(beside) && strings.Contains(short, string(filepath.Separator)) {
					return generated.Shell(short)
				}
			}
			return generated.Shell(beside)
		}
	}
	return name
}
