// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

// Check goes from a configuration to the newest event of the org step by step, as a receiver with
// this configuration would, reports each step, and reports whether none failed. It is what okta-systemlog check
// does. It stores nothing, delivers nothing and moves no position.
func Check(ctx context.Context, cfg *Config, set receiver.Settings, host component.Host, report func(connection.Step)) bool {
	mistakes := configurationSteps(cfg)
	for _, step := range mistakes {
		report(step)
	}
	if len(mistakes) > 0 {
		return false
	}
	// What can't be built of a valid configuration is a file or an extension that is not there.
	org, err := orgurl.Parse(cfg.OrgURL)
	if err != nil {
		report(mistake(err))
		return false
	}
	// A few requests of an operator who waits for them need no permits.
	client, closeIdle, err := newClient(ctx, cfg, org, set, host, func() {})
	if err != nil {
		report(unbuildable(err))
		return false
	}
	defer closeIdle()
	report(connection.Step{Name: connection.Configuration, Detail: "valid, for " + org.String()})
	if cfg.hookOnly() {
		report(connection.Step{Name: connection.EventHook, Result: connection.Skipped, Detail: "no credential is set, so there is nothing to ask okta with: events come from the event hook alone"})
		return true
	}
	if !connection.ProbeAll(ctx, target(cfg, org, client), report) {
		return false
	}
	if !cfg.EventHook.HasValue() {
		return true
	}
	step := connection.UnregisteredHookStep()
	if desired, ok := cfg.EventHook.Get().desired(); ok {
		step = connection.HookStep(ctx, hooks.New(client), desired)
	}
	report(step)
	return step.Result != connection.Failed
}

// configurationSteps is one step for each mistake in the configuration and in the files with its secrets.
func configurationSteps(cfg *Config) []connection.Step {
	invalid := confmap.Validate(cfg)
	if invalid == nil {
		invalid = cfg.checkFiles()
	}
	var steps []connection.Step
	for _, err := range settings.Mistakes(invalid) {
		step := mistake(err)
		// A section that others check is checked once more for each part of it that is a type of its own.
		if !slices.ContainsFunc(steps, func(before connection.Step) bool { return before.Cause == step.Cause }) {
			steps = append(steps, step)
		}
	}
	return steps
}

// mistake is a step about a configuration error, which is a sentence with what is wrong and what to do.
func mistake(err error) connection.Step {
	cause, remedy := settings.CauseAndRemedy(err)
	return connection.Step{Name: connection.Configuration, Result: connection.Failed, Err: err, Cause: cause, Remedy: remedy}
}

// unbuildable is a step about a valid configuration that names what is not there, or can't be read.
func unbuildable(err error) connection.Step {
	return connection.Step{Name: connection.Configuration, Result: connection.Failed, Err: err, Cause: "no client can be made: " + err.Error(),
		Remedy: "correct what http names, such as a file or an extension, and let the collector's user read it"}
}

// target is what a configuration says about the way to the System Log.
func target(cfg *Config, org *url.URL, client *okta.Client) connection.Target {
	t := connection.Target{
		Org:     org,
		Client:  client,
		Proxy:   proxyOf(cfg, org),
		Query:   cfg.query(),
		Reserve: cfg.RateLimit.Reserve,
	}
	if set := cfg.credentials(); len(set) > 0 {
		t.Credential = set[0]
	}
	// Both ends of the log are always right.
	if startAt, err := poll.ParseStartAt(cfg.StartAt); err == nil && cfg.StartAt != poll.StartAtEnd && cfg.StartAt != poll.StartAtBeginning {
		t.StartAt = startAt.Configured
	}
	return t
}

// proxyOf is host and port of the proxy that requests to the org go through, "" without one. User
// and password of its URL are left out.
func proxyOf(cfg *Config, org *url.URL) string {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: org})
	if cfg.HTTP.ProxyURL != "" {
		proxy, err = url.Parse(cfg.HTTP.ProxyURL)
	}
	if err != nil || proxy == nil {
		return ""
	}
	return proxy.Host
}
