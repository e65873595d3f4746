// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOneOrgHasOneBudgetHoweverItIsWritten(t *testing.T) {
	for name, tc := range map[string]struct {
		a, b string
		same bool
	}{
		"the same":           {"https://acme.okta.com", "https://acme.okta.com", true},
		"another case":       {"https://acme.okta.com", "https://Acme.Okta.COM/", true},
		"the default port":   {"https://acme.okta.com", "https://acme.okta.com:443", true},
		"http's port":        {"http://localhost", "http://localhost:80", true},
		"another port":       {"http://127.0.0.1:1", "http://127.0.0.1:2", false},
		"another org":        {"https://acme.okta.com", "https://acme.oktapreview.com", false},
		"another IPv6 port":  {"http://[::1]:8080", "http://[::1]:8081", false},
		"the same IPv6 port": {"http://[::1]:8080", "http://[::1]:8080", true},
	} {
		t.Run(name, func(t *testing.T) {
			a, releaseA := Share(mustParse(t, tc.a), 0.2)
			defer releaseA()
			b, releaseB := Share(mustParse(t, tc.b), 0.2)
			defer releaseB()
			assert.Equal(t, tc.same, a == b)
		})
	}
}

func TestLargestReserveCounts(t *testing.T) {
	org := mustParse(t, "https://acme.okta.com")
	budget, releaseSmall := Share(org, 0.2)
	assert.InDelta(t, 0.2, budget.reserve, 0)
	_, releaseLarge := Share(org, 0.6)
	_, releaseOther := Share(org, 0.3)
	assert.InDelta(t, 0.6, budget.reserve, 0)
	releaseLarge()
	releaseLarge() // which does nothing
	assert.InDelta(t, 0.3, budget.reserve, 0)
	releaseOther()
	assert.InDelta(t, 0.2, budget.reserve, 0)
	releaseSmall()

	fresh, release := Share(org, 0)
	defer release()
	assert.NotSame(t, budget, fresh, "a budget ends with its last holder")
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}
