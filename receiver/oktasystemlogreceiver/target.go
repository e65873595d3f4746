// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"net/http"
	"net/url"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// target is what a configuration says about the way to the System Log.
func target(cfg *Config, org *url.URL, client *okta.Client) connection.Target {
	t := connection.Target{
		Org:     org,
		Client:  client,
		Proxy:   proxyOf(cfg, org),
		Query:   cfg.query(),
		Reserve: cfg.RateLimit.Reserve,
	}
	if settings := cfg.credentials(); len(settings) > 0 {
		t.Credential = settings[0]
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
