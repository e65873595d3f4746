// SPDX-License-Identifier: Apache-2.0

package check

import (
	"context"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/pdata/pcommon"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// authenticators are the authenticator extensions of our distribution.
var authenticators = []extension.Factory{bearertokenauthextension.NewFactory()}

// host is a collector with the extensions that a receiver's requests go through.
type host map[component.ID]component.Component

// GetExtensions implements component.Host.
func (h host) GetExtensions() map[component.ID]component.Component { return h }

func (h host) shutdown() {
	for _, running := range h {
		_ = running.Shutdown(context.Background()) // the program ends
	}
}

// newHost starts the extensions that http.auth and http.middlewares name. unknown says which of them
// this program does not have.
func newHost(ctx context.Context, conf *configuration, cfg *oktasystemlogreceiver.Config) (h host, unknown *connection.Step, err error) {
	h = host{}
	needed := map[component.ID]string{}
	if auth := cfg.HTTP.Auth.Get(); auth != nil {
		needed[auth.AuthenticatorID] = "http.auth"
	}
	for _, middleware := range cfg.HTTP.Middlewares {
		needed[middleware.ID] = "http.middlewares"
	}
	for id, setting := range needed {
		switch factory := factoryOf(id); {
		case !conf.defines(id):
			err = fmt.Errorf("%s names %q, which is not defined: define it under extensions and list it under service.extensions", setting, id)
		case !conf.runs(id):
			err = fmt.Errorf("%s names %q, which the collector does not start: list it under service.extensions", setting, id)
		case factory == nil:
			unknown = &connection.Step{Name: connection.Token, Result: connection.Warning,
				Detail: "the steps from here on are not walked",
				Cause:  fmt.Sprintf("%s names %q, an extension that okta-systemlog does not have", setting, id),
				Remedy: "set startup_check to fail, and start the collector that has it"}
		default:
			h[id], err = startExtension(ctx, conf, factory, id)
		}
		if err != nil {
			delete(h, id)
			h.shutdown()
			return nil, nil, err
		}
	}
	return h, unknown, nil
}

func factoryOf(id component.ID) extension.Factory {
	for _, factory := range authenticators {
		if factory.Type() == id.Type() {
			return factory
		}
	}
	return nil
}

// extensionError is why an extension can't be used, in words of its own.
type extensionError struct {
	id  component.ID
	err error
}

func (e *extensionError) Error() string {
	return fmt.Sprintf("extension %s can't be used: %v", e.id, e.err)
}
func (e *extensionError) Unwrap() error { return e.err }

func startExtension(ctx context.Context, conf *configuration, factory extension.Factory, id component.ID) (component.Component, error) {
	cfg := factory.CreateDefaultConfig()
	if err := conf.section("extensions", id, cfg); err != nil {
		return nil, &extensionError{id, err}
	}
	if err := confmap.Validate(cfg); err != nil {
		return nil, &extensionError{id, err}
	}
	created, err := factory.Create(ctx, extension.Settings{ID: id, TelemetrySettings: telemetry()}, cfg)
	if err != nil {
		return nil, &extensionError{id, err}
	}
	if err := created.Start(ctx, host{}); err != nil {
		return nil, &extensionError{id, fmt.Errorf("it does not start: %w", err)}
	}
	return created, nil
}

// telemetry goes nowhere: what this program has to say it prints.
func telemetry() component.TelemetrySettings {
	return component.TelemetrySettings{
		Logger:         zap.NewNop(),
		TracerProvider: tracenoop.NewTracerProvider(),
		MeterProvider:  metricnoop.NewMeterProvider(),
		Resource:       pcommon.NewResource(),
	}
}
