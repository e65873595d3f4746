// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// walk walks the connection of a world and returns the steps.
func (w *world) walk() (steps []connection.Step, ok bool) {
	w.t.Helper()
	ok = connection.ProbeAll(w.t.Context(), target(w.cfg, acme, w.client()), func(step connection.Step) { steps = append(steps, step) })
	return steps, ok
}

// requireFinding asserts that the steps have a finding, and nothing that is worse or the same.
func requireFinding(t *testing.T, want finding, steps []connection.Step) {
	t.Helper()
	var found []connection.Step
	for _, step := range steps {
		if step.Result == connection.Failed || step.Result == connection.Warning {
			found = append(found, step)
		}
	}
	require.Len(t, found, 1, "%+v", steps)
	got := found[0]
	assert.Equal(t, want.step, got.Name, "%+v", got)
	assert.Equal(t, want.result, got.Result)
	assert.Contains(t, got.Cause, want.cause)
	assert.Contains(t, got.Remedy, want.remedy)
	if got.Result == connection.Failed {
		assert.Equal(t, got, steps[len(steps)-1], "nothing is walked after a failure")
	}
	var before []string
	for _, step := range steps {
		assert.NotContains(t, before, step.Name, "each step once")
		before = append(before, step.Name)
	}
}

// requireNoSecret asserts that a text has none of the secrets that a configuration holds.
func requireNoSecret(t *testing.T, cfg *Config, text string) {
	t.Helper()
	secrets := []string{string(cfg.APIToken), oktatest.DefaultToken, testSecret}
	if cfg.OAuth.HasValue() {
		o := cfg.OAuth.Get()
		secrets = append(secrets, string(o.ClientSecret))
		if lines := strings.Split(string(o.PrivateKey), "\n"); len(lines) > 1 {
			secrets = append(secrets, lines[1])
		}
	}
	for _, secret := range secrets {
		if secret != "" {
			assert.NotContains(t, text, secret)
		}
	}
	assert.NotContains(t, text, "eyJ", "a token")
}

func TestWalkNamesStepCauseAndRemedy(t *testing.T) {
	for name, tc := range outages(t) {
		t.Run(name, func(t *testing.T) {
			inWorld(t, tc.options, func(t *testing.T, w *world) {
				w.cfg.StartAt = poll.StartAtEnd
				w.happened(3, time.Minute)
				tc.spoil(w)
				steps, ok := w.walk()
				requireFinding(t, tc.finds, steps)
				assert.Equal(t, tc.finds.result != connection.Failed, ok)
				requireNoSecret(t, w.cfg, fmt.Sprintf("%+v", steps))
				assert.LessOrEqual(t, w.requestsWith("/api/v1/logs"), 3)
			})
		})
	}
}

func TestWalkOfAGoodConnection(t *testing.T) {
	for name, tc := range map[string]struct {
		change   func(*world)
		want     map[string]string
		requests int
	}{
		"API token": {func(*world) {}, map[string]string{
			connection.Network:     "acme.okta.com is there",
			connection.Clock:       "as okta's, to 5 s",
			connection.Token:       "the credential of api_token is accepted",
			connection.SystemLog:   "acme.okta.com answers",
			connection.Role:        "the credential may read events",
			connection.RateLimit:   "60 requests a minute, 59 left; with a reserve of 20 % up to 2,880,000 events an hour",
			connection.Filter:      "none is set, all events are read",
			connection.NewestEvent: "5 min old",
		}, 2},
		"filter that matches":  {func(w *world) { w.cfg.Filter = "uuid pr" }, map[string]string{connection.Filter: "accepted, events since 1999-12-31T23:00:00Z match"}, 3},
		"filter that does not": {func(w *world) { w.cfg.Q = "nonsense" }, map[string]string{connection.Filter: "accepted, no event since 1999-12-31T23:00:00Z matches"}, 3},
		"start_at": {func(w *world) { w.cfg.StartAt = "-24h" }, map[string]string{
			connection.StartAt: "polling begins at 1999-12-31T00:00:00Z where no position is stored",
			connection.Filter:  "none is set, all events are read",
		}, 3},
		"small pages": {func(w *world) { w.cfg.PageSize, w.cfg.RateLimit.Reserve = 10, 0 }, map[string]string{
			connection.RateLimit: "60 requests a minute, 59 left; with a reserve of 0 % up to 36,000 events an hour",
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.StartAt = poll.StartAtEnd
				w.happened(3, 5*time.Minute)
				tc.change(w)
				steps, ok := w.walk()
				assert.True(t, ok)
				got := map[string]string{}
				for _, step := range steps {
					assert.Equal(t, connection.OK, step.Result, "%+v", step)
					got[step.Name] = step.Detail
				}
				for step, detail := range tc.want {
					assert.Equal(t, detail, got[step], step)
				}
				assert.Equal(t, tc.requests, w.requestsWith("/api/v1/logs"))
			})
		})
	}
}

func TestWalkTellsWhatTheAccessTokenIsGoodFor(t *testing.T) {
	for _, bound := range []bool{false, true} {
		o := withApp(t, finding{}, func(a *authserver.App, _ *OAuthConfig) { a.RequireDPoP = bound })
		inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
			w.happened(1, time.Minute)
			o.spoil(w)
			steps, ok := w.walk()
			require.True(t, ok, "%+v", steps)
			want := "an access token for okta.logs.read that ends in 60 min"
			if bound {
				want = "an access token bound to a key (DPoP) for okta.logs.read that ends in 60 min"
			}
			assert.Equal(t, want, steps[2].Detail)
		})
	}
}
