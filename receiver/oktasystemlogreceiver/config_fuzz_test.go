// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// configSecret stands in each fuzzed configuration that is a map, in one of the places of secrets.
const configSecret = "00SECRETWORDOFALL"

// secretPlaces put a secret where one belongs, or where one is put by mistake.
var secretPlaces = []func() map[string]any{
	func() map[string]any { return map[string]any{"api_token": configSecret} },
	func() map[string]any { return map[string]any{"api_token": "SSWS " + configSecret} },
	func() map[string]any { return map[string]any{"api_token": []any{configSecret}} },
	func() map[string]any { return map[string]any{"oauth": map[string]any{"client_secret": configSecret}} },
	func() map[string]any { return map[string]any{"oauth": map[string]any{"private_key": configSecret}} },
	func() map[string]any {
		return map[string]any{"oauth": map[string]any{"private_key": `{"kty":"EC","crv":"P-256","d":"` + configSecret + `"}`, "key_id": "k"}}
	},
	func() map[string]any {
		return map[string]any{"http": map[string]any{"headers": map[string]any{"Authorization": "SSWS " + configSecret}}}
	},
	func() map[string]any {
		return map[string]any{"org_url": "https://me:" + configSecret + "@acme.okta.com"}
	},
	func() map[string]any { return map[string]any{"org_url": "https://a b:" + configSecret + "@"} },
}

// Whatever the configuration is: it is refused in words that hold no secret, or everything that a
// receiver makes of it before it reaches for the network can be made.
func FuzzConfig(f *testing.F) {
	text, err := os.ReadFile(filepath.Join("testdata", "config.yaml"))
	require.NoError(f, err)
	sections, err := retrieve(text)
	require.NoError(f, err)
	for id := range sections.ToStringMap() {
		section, err := sections.Sub(id)
		require.NoError(f, err)
		text, err := encode(section)
		require.NoError(f, err)
		for place := range secretPlaces {
			f.Add(text, uint8(place))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, place uint8) {
		conf, err := retrieve(text)
		if err != nil {
			return // the Collector's own YAML reader refuses it
		}
		require.NoError(t, conf.Merge(confmap.NewFromStringMap(secretPlaces[int(place)%len(secretPlaces)]())))
		cfg := createDefaultConfig().(*Config)
		if err = conf.Unmarshal(cfg); err == nil {
			err = confmap.Validate(cfg)
		}
		if err != nil {
			require.NotEmpty(t, err.Error())
			require.NotContains(t, err.Error(), configSecret)
			return
		}
		requireUsable(t, cfg)
		requireHidden(t, cfg)
	})
}

// retrieve reads YAML as the Collector does.
func retrieve(text []byte) (*confmap.Conf, error) {
	retrieved, err := confmap.NewRetrievedFromYAML(text)
	if err != nil {
		return nil, err
	}
	return retrieved.AsConf()
}

// encode writes a configuration as YAML, of which JSON is a part.
func encode(conf *confmap.Conf) ([]byte, error) { return json.Marshal(conf.ToStringMap()) }

// requireUsable makes what Start makes of a valid configuration, but for the connections.
func requireUsable(t *testing.T, cfg *Config) {
	t.Helper()
	set := receivertest.NewNopSettings(metadata.Type)
	r, err := newReceiver(cfg, set, consumertest.NewNop(), nil, 1)
	require.NoError(t, err)
	require.NoError(t, r.Shutdown(t.Context()), "before it was started")

	org, err := orgurl.Parse(cfg.OrgURL)
	require.NoError(t, err)
	require.NotEmpty(t, org.Hostname())
	startAt, err := poll.ParseStartAt(cfg.StartAt)
	require.NoError(t, err)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	since := startAt.At(now, now)
	require.False(t, since.Before(now.Add(-okta.Retention)), "older than what okta keeps")
	at, err := okta.ParsePosition(cfg.query().Since(since).String())
	require.NoError(t, err, "what is stored can be read again")
	require.False(t, at.IsCursor())

	transport, err := withCredential(cfg, org, "test/1", set.Logger, &wire.Clock{}, r.metrics.TokenIssued, http.DefaultTransport)
	require.NoError(t, err)
	client := okta.NewClient(org, &http.Client{Transport: transport}, "test/1")
	p := &polling{
		oktaReceiver: r, org: org, client: client, logger: set.Logger, begin: now,
		health: telemetry.NewHealth(set.Logger, func(*componentstatus.Event) {}),
	}
	_, err = p.newHook(checkpoint.NewMemory())
	require.NoError(t, err)
	_, err = p.newPoller(t.Context(), checkpoint.NewMemory())
	require.NoError(t, err)
	require.Positive(t, retry.NewBackOff(cfg.Retry, r.jitter).Next())
}

// requireHidden fails when a configuration that was read shows its secret where it is printed: as the
// Collector's effective configuration, and as what a debugging line would make of the app.
func requireHidden(t *testing.T, cfg *Config) {
	t.Helper()
	marshalled := confmap.New()
	require.NoError(t, marshalled.Marshal(cfg))
	require.NotContains(t, fmt.Sprint(marshalled.ToStringMap()), configSecret)
	if cfg.OAuth.HasValue() {
		require.NotContains(t, fmt.Sprintf("%+v", *cfg.OAuth.Get()), configSecret)
	}
}
