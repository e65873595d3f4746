// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTheWholeCatalogue holds the figures of release 2026.08.1.
func TestTheWholeCatalogue(t *testing.T) {
	all := names()
	assert.Len(t, all, 1178)
	assert.Len(t, HookEligibleTypes(), 264)
	for _, name := range all {
		assert.True(t, Known(name), name)
	}
}

func TestTheFileIsSortedAndHasKnownMarksOnly(t *testing.T) {
	var names []string
	for line := range strings.Lines(text) {
		words := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		names = append(names, words[0])
		for _, mark := range words[1:] {
			assert.Contains(t, []string{"hook"}, mark, line)
		}
	}
	assert.True(t, slices.IsSorted(names))
	assert.Equal(t, len(names), len(slices.Compact(slices.Clone(names))), "no type twice")
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		eventType   string
		known, hook bool
	}{
		{"user.session.start", true, true},
		{"group.user_membership.add", true, true},
		{"policy.evaluate_sign_on", true, false},
		{"event_hook.delivery", true, false},
		{"app.office365.api.error.x-ms-forwarded-client-ip-header.absent", true, false},
		{"User.Session.Start", false, false},
		{"user.session.start hook", false, false},
		{"", false, false},
	} {
		assert.Equal(t, c.known, Known(c.eventType), c.eventType)
		assert.Equal(t, c.hook, HookEligible(c.eventType), c.eventType)
	}
}

func TestClosest(t *testing.T) {
	for _, c := range []struct{ written, meant string }{
		{"user.session.start", "user.session.start"},
		{" User.Session.Start ", "user.session.start"},
		{"user.session.strat", "user.session.start"},
		{"user.sesion.start", "user.session.start"},
		{"user_session_start", "user.session.start"},
		{"group.user_membership.ad", "group.user_membership.add"},
		{"user.authentication.auth_via_ad_agent", "user.authentication.auth_via_AD_agent"},
		{"something.else.entirely", ""},
		{"login", ""},
		{"", ""},
	} {
		assert.Equal(t, c.meant, Closest(c.written), c.written)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b   string
		enough int
		want   int
	}{
		{"", "", 9, 0}, {"", "abc", 9, 3}, {"kitten", "sitting", 9, 3}, {"sitting", "kitten", 9, 3},
		{"kitten", "sitting", 3, 3}, {"kitten", "sitting", 2, 2}, {"abcdef", "a", 3, 3}, {"a", "abcdef", 3, 3},
	} {
		assert.Equal(t, c.want, distance(c.a, c.b, c.enough), c)
	}
}
