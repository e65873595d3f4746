// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
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
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/gunzip"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/privatekey"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

// newClient returns a client for the org, and what closes its idle connections. issued is called for
// each access token.
func newClient(ctx context.Context, cfg *Config, org *url.URL, set receiver.Settings, host component.Host, issued func(), options ...okta.Option) (*okta.Client, func(), error) {
	concealSettings(cfg)
	client, closeIdle, err := newTransport(ctx, cfg, org, set.TelemetrySettings, host)
	if err != nil {
		return nil, nil, fmt.Errorf("http: %w", err)
	}
	agent, clock := userAgent(set.BuildInfo), &wire.Clock{}
	client.Transport, err = withCredential(cfg, org, agent, set.Logger, clock, issued, client.Transport)
	if err != nil {
		return nil, nil, err
	}
	return okta.NewClient(org, client, agent, append(options, okta.WithClock(clock))...), closeIdle, nil
}

// concealSettings keeps what the configuration has confighttp send out of all texts, should a server repeat it.
func concealSettings(cfg *Config) {
	for _, header := range cfg.HTTP.Headers {
		wire.Conceal(string(header.Value))
	}
	if proxy, err := url.Parse(cfg.HTTP.ProxyURL); err == nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		wire.Conceal(password)
	}
}

// withCredential puts the credential that the configuration names around the transport that reaches
// the org. With http.auth that is part of the transport already.
func withCredential(cfg *Config, org *url.URL, agent string, logger *zap.Logger, clock *wire.Clock, issued func(), transport http.RoundTripper) (http.RoundTripper, error) {
	switch {
	case cfg.APIToken != "":
		return auth.SSWS(org, auth.Static(cfg.APIToken), transport), nil
	case cfg.APITokenFile != "":
		return auth.SSWS(org, auth.File(secret.Token, "api_token_file", cfg.APITokenFile), transport), nil
	case cfg.OAuth.HasValue():
		oauth := cfg.OAuth.Get()
		return auth.OAuth(auth.Settings{
			Org:       org,
			Client:    oauth.client(),
			Scopes:    oauth.Scopes,
			DPoP:      auth.DPoP(oauth.DPoP),
			UserAgent: agent,
			Timeout:   cfg.HTTP.Timeout,
			Clock:     clock,
			Issued:    issued,
			Logger:    logger,
		}, transport)
	default:
		return transport, nil
	}
}

// tokenRequests is how many requests the first one brings along: with OAuth one for the access token, and one more
// where the app wants DPoP, for its nonce.
func (cfg *Config) tokenRequests() int {
	switch oauth := cfg.OAuth.Get(); {
	case oauth == nil:
		return 0
	case oauth.DPoP == string(auth.DPoPDisabled):
		return 1
	default:
		return 2
	}
}

// client is how the app proves to the token endpoint that it is the one with the client id.
func (o *OAuthConfig) client() auth.ClientAuth {
	switch {
	case o.PrivateKey != "":
		return auth.PrivateKey(o.ClientID, o.KeyID, auth.Static(o.PrivateKey))
	case o.PrivateKeyFile != "":
		return auth.PrivateKeyFile(o.ClientID, o.KeyID, "oauth.private_key_file", o.PrivateKeyFile)
	case o.ClientSecret != "":
		return auth.ClientSecret(o.ClientID, auth.Static(o.ClientSecret))
	default:
		return auth.ClientSecret(o.ClientID, auth.File(secret.ClientSecret, "oauth.client_secret_file", o.ClientSecretFile))
	}
}

// checkFiles reads what the configuration names files for, as each use of it does, and reports what is wrong with it. A
// receiver starts without: the files may come later.
func (cfg *Config) checkFiles() error {
	var errs []error
	if cfg.APITokenFile != "" {
		_, err := secret.Token.ReadFile(secret.Place{Setting: "api_token_file", Path: cfg.APITokenFile})
		errs = append(errs, err)
	}
	if o := cfg.OAuth.Get(); o != nil && o.PrivateKeyFile != "" {
		place := secret.Place{Setting: "oauth.private_key_file", Path: o.PrivateKeyFile}
		text, err := place.ReadFile()
		if err == nil {
			_, err = privatekey.Read(place, text, o.KeyID)
		}
		errs = append(errs, err)
	} else if o != nil && o.ClientSecretFile != "" {
		_, err := secret.ClientSecret.ReadFile(secret.Place{Setting: "oauth.client_secret_file", Path: o.ClientSecretFile})
		errs = append(errs, err)
	}
	if hook := cfg.EventHook.Get(); hook != nil && hook.SecretFile != "" {
		_, err := hookSecret(hook)()
		errs = append(errs, err)
	}
	return errors.Join(errs...)
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
func newTransport(ctx context.Context, cfg *Config, org *url.URL, set component.TelemetrySettings, host component.Host) (*http.Client, func(), error) {
	keeper := &connectionKeeper{loopbackOnly: org.Scheme == "http"}
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

// connectionKeeper is a client middleware that remembers the transport and unpacks what comes through it. Where the org
// is not reached by https, it keeps requests on this machine.
type connectionKeeper struct {
	component.StartFunc
	component.ShutdownFunc
	loopbackOnly bool
	transport    http.RoundTripper
}

var _ extensionmiddleware.HTTPClient = (*connectionKeeper)(nil)

func (k *connectionKeeper) GetHTTPRoundTripper(context.Context) (extensionmiddleware.WrapHTTPRoundTripperFunc, error) {
	return func(_ context.Context, transport http.RoundTripper) (http.RoundTripper, error) {
		k.transport = transport
		if own, ok := transport.(*http.Transport); ok && k.loopbackOnly {
			auth.StayOnThisMachine(own)
		}
		return gunzip.Transport(transport), nil
	}, nil
}

func (k *connectionKeeper) closeIdleConnections() {
	if t, ok := k.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
