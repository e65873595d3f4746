// SPDX-License-Identifier: Apache-2.0

package check

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/version"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// check checks the connection of one receiver and reports each step.
func check(ctx context.Context, conf *configuration, id component.ID, opts options, report func(connection.Step)) {
	ctx, cancel := context.WithTimeout(ctx, opts.timeout)
	defer cancel()
	for _, step := range conf.misplaced(id) {
		report(step)
	}
	cfg := oktasystemlogreceiver.NewFactory().CreateDefaultConfig().(*oktasystemlogreceiver.Config)
	if err := conf.section("receivers", id, cfg); err != nil {
		report(undecodable(err))
		return
	}
	if !conf.polls(id) {
		report(connection.Step{Name: connection.Configuration, Result: connection.Warning,
			Cause: "no pipeline lists " + id.String() + ", so the collector does not start it", Remedy: "list it under service.pipelines, in the receivers of a logs pipeline"})
	}
	host, unknown, err := newHost(ctx, conf, cfg)
	var failed *extensionError
	if errors.As(err, &failed) {
		report(connection.Step{Name: connection.Configuration, Result: connection.Failed, Cause: oneLine(failed),
			Remedy: "correct " + failed.id.String() + " under extensions"})
		return
	} else if err != nil {
		report(undecodable(err))
		return
	}
	defer host.shutdown()
	if unknown != nil {
		report(*unknown)
		report(storageStep(conf, cfg, id))
		return
	}

	checkCtx, stop := context.WithCancel(ctx)
	defer stop()
	oktasystemlogreceiver.Check(checkCtx, cfg, receiverSettings(id), host, func(step connection.Step) {
		report(step)
		if step.Name != connection.Configuration || step.Result == connection.Failed {
			return
		}
		// The storage is opened before anything is asked, as when the receiver starts.
		stored := storageStep(conf, cfg, id)
		report(stored)
		if stored.Result == connection.Failed {
			stop()
		}
	})
}

// receiverSettings are those of a receiver that tells nobody about itself.
func receiverSettings(id component.ID) receiver.Settings {
	return receiver.Settings{
		ID:                id,
		TelemetrySettings: telemetry(),
		BuildInfo:         component.BuildInfo{Command: "okta-systemlog", Description: "connection check", Version: version.Version},
	}
}

// undecodable is the step of a section that is not what its component takes, or of an extension that is not there.
func undecodable(err error) connection.Step {
	cause, remedy := settings.CauseAndRemedy(err)
	return connection.Step{Name: connection.Configuration, Result: connection.Failed, Cause: cause, Remedy: remedy}
}
