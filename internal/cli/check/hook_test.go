// SPDX-License-Identifier: Apache-2.0

package check

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

// verify answers as the endpoint of an event hook when Okta verifies it.
func verify(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"verification":%q}`, r.Header.Get("X-Okta-Verification-Challenge"))
}

// events are the types of the hook that the configuration of these tests registers.
var events = []string{"user.account.lock", "user.session.start"}

func TestStepOfTheEventHook(t *testing.T) {
	const url = "https://otel.example.com/okta/hook"
	ours := eventhooks.Spec{URI: url, Name: "ours", Secret: "00secretOfTheHook", Events: events}
	verified := func(t *testing.T, d *desk, spec eventhooks.Spec) {
		_, err := d.org.RegisterHook(t.Context(), spec)
		require.NoError(t, err)
	}
	for name, tc := range map[string]struct {
		prepare func(*testing.T, *desk)
		status  int
		says    []string
	}{
		"as it should be": {
			prepare: func(t *testing.T, d *desk) { verified(t, d, ours) },
			says:    []string{"✓ event hook", `"ours" is verified and active, for 2 types of event`},
		},
		"not there yet": {
			prepare: func(*testing.T, *desk) {},
			says:    []string{"! event hook", `no event hook "ours" yet`, "start the collector, which creates it"},
		},
		"not verified": {
			prepare: func(t *testing.T, d *desk) {
				_, err := d.org.AddHook(ours)
				require.NoError(t, err)
			},
			says: []string{"! event hook", "okta has not verified", "public_url leads to its endpoint"},
		},
		"other types": {
			prepare: func(t *testing.T, d *desk) {
				verified(t, d, eventhooks.Spec{URI: url, Name: "ours", Secret: "00secretOfTheHook", Events: events[:1]})
			},
			says: []string{"! event hook", "differs from the configuration in event types\n", "brings it in line"},
		},
		"the token may not": {
			prepare: func(_ *testing.T, d *desk) { d.org.SetToken(oktatest.DefaultToken, oktatest.TokenLogsOnly) },
			status:  exit.Failed,
			says:    []string{"✗ event hook", "403", "✓ newest event", "  the System Log can be read, whether or not the event hook works\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.receiver += "    event_hook:\n      endpoint: 127.0.0.1:0\n      secret: 00secretOfTheHook\n" +
				"      register: {name: ours, public_url: " + url + ", event_types: [" + strings.Join(events, ", ") + "]}\n"
			tc.prepare(t, d)
			status, said := d.check()
			assert.Equal(t, tc.status, status, said)
			for _, part := range tc.says {
				assert.Contains(t, said, part)
			}
			assert.NotContains(t, said, "00secretOfTheHook")
		})
	}
}
