// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
)

// newClient returns a client for the org, and what closes its idle connections.
func newClient(ctx context.Context, cfg *Config, org *url.URL, set receiver.Settings, host component.Host) (*okta.Client, func(), error) {
	transport, closeIdle, err := newTransport(ctx, cfg, set.TelemetrySettings, host)
	if err != nil {
		return nil, nil, fmt.Errorf("http: %w", err)
	}
	switch {
	case cfg.APIToken != "":
		transport.Transport = auth.SSWS(org, auth.StaticToken(cfg.APIToken), transport.Transport)
	case cfg.APITokenFile != "":
		transport.Transport = auth.SSWS(org, auth.TokenFile(cfg.APITokenFile), transport.Transport)
	}
	return okta.NewClient(org, transport, userAgent(set.BuildInfo)), closeIdle, nil
}

// userAgent names the program to Okta, which asks each client to do so.
func userAgent(build component.BuildInfo) string {
	return fmt.Sprintf("okta-systemlog-receiver/%s (%s; %s/%s)", build.Version, build.Command, runtime.GOOS, runtime.GOARCH)
}

// newTransport builds the HTTP client that the configuration describes.
//
// What confighttp returns can't be asked to close its idle connections, since its wrappers do not
// pass that on. So a middleware of our own, the innermost one, keeps hold of the transport that has
// the connections.
func newTransport(ctx context.Context, cfg *Config, set component.TelemetrySettings, host component.Host) (*http.Client, func(), error) {
	keeper := &connectionKeeper{}
	extensions := maps.Clone(host.GetExtensions())
	if extensions == nil {
		extensions = map[component.ID]component.Component{}
	}
	extensions[connectionKeeperID] = keeper

	httpCfg := cfg.HTTP
	httpCfg.Middlewares = append(slices.Clone(httpCfg.Middlewares), configmiddleware.Config{ID: connectionKeeperID})
	client, err := httpCfg.ToClient(ctx, extensions, set)
	if err != nil {
		return nil, nil, err
	}
	return client, keeper.closeIdleConnections, nil
}

var connectionKeeperID = component.MustNewIDWithName("okta_systemlog", "connections")

// connectionKeeper is a client middleware that changes nothing and remembers the transport.
type connectionKeeper struct {
	component.StartFunc
	component.ShutdownFunc
	transport http.RoundTripper
}

var _ extensionmiddleware.HTTPClient = (*connectionKeeper)(nil)

func (k *connectionKeeper) GetHTTPRoundTripper(context.Context) (extensionmiddleware.WrapHTTPRoundTripperFunc, error) {
	return func(_ context.Context, transport http.RoundTripper) (http.RoundTripper, error) {
		k.transport = transport
		return transport, nil
	}, nil
}

func (k *connectionKeeper) closeIdleConnections() {
	if t, ok := k.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
