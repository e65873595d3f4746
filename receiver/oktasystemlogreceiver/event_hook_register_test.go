// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// register makes the receiver register its hook.
func (w *world) register(change func(*EventHookRegisterConfig)) {
	hook := w.cfg.EventHook.Get()
	register := *hook.Register.GetOrInsertDefault()
	register.PublicURL = hookURL
	if change != nil {
		change(&register)
	}
	hook.Register = configoptional.Some(register)
	require.NoError(w.t, w.cfg.Validate())
}

func TestDefaultTypesAreEligible(t *testing.T) {
	assert.Len(t, hooks.UsualTypes(), 18)
	for _, name := range hooks.UsualTypes() {
		assert.True(t, catalogue.HookEligible(name), name)
	}
}

func TestRegistrationFromNothingToEvents(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.register(nil)
		w.start()
		w.wait(10 * time.Second)
		report := w.sent()
		assert.Equal(t, "OpenTelemetry Collector (okta_systemlog)", report.Name)
		assert.True(t, report.Active && report.Verified)
		w.org.Append(eventOf("user.session.start", 1, w.org.Now()))
		w.wait(time.Second)
		w.requireNoLoss()
		assert.Equal(t, 1, w.logged("The event hook is registered"))
	})
}

func TestRegistrationIsIdempotentAndShared(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.register(nil)
		for range 5 {
			w.start()
			other := w.colleague()
			other.start()
			w.wait(time.Minute)
			other.stop()
			w.stop()
		}
		assert.True(t, w.sent().Verified)
		changes := 0
		for _, r := range w.org.Requests() {
			if r.Method != "GET" {
				changes++
			}
		}
		assert.LessOrEqual(t, changes, 4, "one creates and verifies, at most both do at the very first")
	})
}

func TestRegistrationBringsInLine(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.register(nil)
		w.start()
		w.wait(time.Minute)
		w.stop()

		w.register(func(r *EventHookRegisterConfig) { r.EventTypes = []string{"user.account.lock"} })
		w.start()
		w.wait(time.Minute)
		assert.Equal(t, []any{"event types"}, lastField(w, "The event hook is registered", "changed"))
		w.org.Append(eventOf("user.account.lock", 1, w.org.Now()), eventOf("user.session.start", 2, w.org.Now()))
		w.wait(time.Minute)
		assert.Equal(t, 1, w.sent().DeliveredEvents)
	})
}

// lastField is a field of the newest log line with a message.
func lastField(w *world, message, field string) any {
	lines := w.logs.FilterMessageSnippet(message).All()
	require.NotEmpty(w.t, lines)
	return lines[len(lines)-1].ContextMap()[field]
}

// A secret that was replaced here shows in deliveries that come with the old one.
func TestReplacedSecretIsSentOnce(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.register(nil)
		w.start()
		w.wait(time.Minute)
		w.stop()

		w.cfg.EventHook.Get().Secret = "the-secret-that-came-after"
		w.start()
		for n := range 5 {
			w.org.Append(eventOf("user.session.start", n, w.org.Now()))
			w.wait(2 * time.Minute)
		}
		w.requireAllOnce()
		assert.Equal(t, 1, w.sent().Lost, "the one that showed it")
		assert.Equal(t, 4, w.sent().Delivered)
		assert.Equal(t, 5, len(w.sink.uuids()))

		w.stop()
		w.cfg.EventHook.Get().Secret = hookSecretOfTests
		w.start()
		before := w.requestsWith("/api/v1/eventHooks")
		for range 100 {
			w.door.behind.ServeHTTP(strangerAnswer(), stranger(w))
		}
		w.wait(time.Minute)
		assert.LessOrEqual(t, w.requestsWith("/api/v1/eventHooks")-before, 4, "strangers make it happen once")
	})
}

func TestRefusedRegistrationIsExplainedAndPollingGoesOn(t *testing.T) {
	for name, tc := range map[string]struct {
		arrange func(*world)
		says    string
	}{
		"types that hooks can't carry": {func(w *world) {
			w.register(func(r *EventHookRegisterConfig) {
				r.EventTypes = []string{"user.session.start", "policy.evaluate_sign_on"}
			})
		}, "event hooks can't carry policy.evaluate_sign_on"},
		"too many hooks": {func(w *world) {
			w.register(nil)
			w.door.open(w.door.behind.verifying())
			for i := range 25 {
				_, err := w.org.RegisterHook(w.t.Context(), eventhooks.Spec{URI: hookURL, Name: fmt.Sprint(i)})
				require.NoError(w.t, err)
			}
		}, "the org has 25 active event hooks"},
		"no role": {func(w *world) {
			w.register(nil)
			w.cfg.APIToken = "00logsOnly"
		}, "may not manage event hooks"},
		"not reached": {func(w *world) {
			w.register(nil)
			w.cfg.EventHook.Get().Path = "/another"
		}, "check that public_url leads to"},
	} {
		t.Run(name, func(t *testing.T) {
			opts := oktatest.Options{Tokens: map[string]oktatest.TokenState{"00logsOnly": oktatest.TokenLogsOnly}}
			inHookedWorld(t, opts, func(t *testing.T, w *world) {
				tc.arrange(w)
				w.start()
				w.happen(10)
				w.wait(5 * time.Minute)
				w.requireAllOnce()
				require.Equal(t, 1, w.logged("The event hook is not registered"), "one line for one cause")
				assert.Contains(t, lastField(w, "The event hook is not registered", "error"), tc.says)
				assert.NotContains(t, fmt.Sprint(w.logs.All()), hookSecretOfTests)
				assert.Zero(t, w.logged("The event hook is registered"))
			})
		})
	}
}

// An app whose scopes are fewer than the configuration asks for gets a token with those: what is missing
// shows when the hook is registered, and polling goes on.
func TestRegistrationWithoutItsScopeIsExplained(t *testing.T) {
	for name, granted := range map[string][]string{
		"nothing about hooks": {api.LogsScope},
		"to read them only":   {api.LogsScope, api.HooksReadScope},
	} {
		t.Run(name, func(t *testing.T) {
			secret := credential{
				app: authserver.App{Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{Value: testSecret}}, Scopes: granted},
				use: func(o *OAuthConfig) {
					o.ClientSecret = testSecret
					o.Scopes = []string{scopeLogs, scopeHooksRead, scopeHooksManage}
				},
			}
			inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.useOAuth(secret)
				w.register(nil)
				w.start()
				w.happen(10)
				w.wait(5 * time.Minute)
				w.requireAllOnce()
				require.Equal(t, 1, w.logged("The event hook is not registered"), "one line for one cause")
				said := lastField(w, "The event hook is not registered", "error")
				assert.Contains(t, said, "a scope that event hooks take is not granted")
				assert.Contains(t, said, scopeHooksManage)
				assert.NotContains(t, fmt.Sprint(w.logs.All()), testSecret)
				assert.Empty(t, w.org.HookReports())

				w.org.ChangeApp(testClientID, func(app *authserver.App) {
					app.Scopes = append(app.Scopes, api.HooksReadScope, api.HooksManageScope)
				})
				w.wait(5 * time.Minute)
				assert.True(t, w.sent().Verified, "it takes no restart once the scope is granted")
			})
		})
	}
}

func TestRegistrationEndsWithTheReceiver(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.register(nil)
		w.org.InjectHooks(fault.Hang())
		w.logger = zap.NewNop()
		w.start()
		w.wait(time.Second)
		began := time.Now()
		w.stop()
		assert.Zero(t, time.Since(began))
	})
}
