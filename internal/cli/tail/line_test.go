// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

func TestLineOfAnEvent(t *testing.T) {
	for name, c := range map[string]struct {
		screen screen
		says   string
	}{
		"no terminal": {screen{zone: time.UTC}, "2026-11-21T12:00:00.000Z WARN  user.account.privilege.grant        ada.berg@example.org       bo.lind@example.org        192.0.2.7 Oslo, Norway               SUCCESS  ▲ Admin role granted to a user\n"},
		"wide": {screen{width: 180, zone: time.UTC}, "── acme.okta.com  Saturday, 21 November 2026 " + strings.Repeat("─", 135) + "\n" +
			"12:00:00 WARN  user.account.privilege.grant        ada.berg@example.org       bo.lind@example.org        192.0.2.7 Oslo, Norway               SUCCESS\n" +
			"               ▲ Admin role granted to a user\n"},
		"narrow": {screen{width: 100, zone: time.FixedZone("", 3600)}, "── acme.okta.com  Saturday, 21 November 2026 " + strings.Repeat("─", 55) + "\n" +
			"13:00:00 WARN  user…privilege.grant ada.berg      bo.lind      192.0.2.7 Oslo, Norway SUCCESS\n" +
			"               ▲ Admin role granted to a user\n"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.says, printed(t, c.screen, nil, takeover())) })
	}
}

func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	logs := takeover()
	only(logs).Attributes().PutStr("okta.actor.alternate_id", strings.Repeat("東京", 40))
	only(logs).Attributes().PutStr("okta.outcome.reason", strings.Repeat("reason ", 40))
	only(logs).Attributes().PutEmptySlice("security_rule.name").AppendEmpty().SetStr(strings.Repeat("rule ", 80))
	for width := 50; width < 220; width++ {
		for line := range strings.Lines(printed(t, screen{width: width, zone: time.UTC}, nil, logs, foreign(strings.Repeat("x", 300)))) {
			assert.LessOrEqual(t, length(strings.TrimSuffix(line, "\n")), width, line)
		}
	}
}

func TestColoursAreForTerminalsOnly(t *testing.T) {
	said := printed(t, screen{colours: true, width: 120, zone: time.UTC}, nil, takeover())
	assert.Contains(t, said, "\x1b[33mWARN")
	assert.Contains(t, said, "\x1b[32mSUCCESS\x1b[0m")
	assert.Contains(t, said, "\x1b[1;31m▲ Admin role granted to a user\x1b[0m")
	assert.NotContains(t, printed(t, screen{width: 120, zone: time.UTC}, nil, takeover()), "\x1b")
	for result, colour := range map[string]string{"ALLOW": green, "DENY": red, "FAILURE": red, "CHALLENGE": yellow, "": yellow} {
		assert.Equal(t, colour, outcomeColour(result), result)
	}
}

func TestNoEventControlsTheTerminal(t *testing.T) {
	const hostile = "a\x1b]0;title\x07\x1b[2J\r\nb\u009b31m\u202ec\x00\u2028\xff"
	logs := takeover()
	for _, name := range []string{"okta.event_type", "okta.actor.alternate_id", "client.address", "geo.locality.name", "okta.outcome.result", "okta.outcome.reason", hostile} {
		only(logs).Attributes().PutStr(name, hostile)
	}
	only(logs).SetSeverityText(hostile)
	only(logs).Attributes().PutEmptySlice("security_rule.name").AppendEmpty().SetStr(hostile)
	logs.ResourceLogs().At(0).Resource().Attributes().PutStr("okta.org.domain", hostile)
	for name, change := range map[string]func(*printer){
		"line": nil, "json": func(p *printer) { p.json = true }, "full": func(p *printer) { p.full = true },
	} {
		t.Run(name, func(t *testing.T) {
			said := printed(t, screen{width: 150, zone: time.UTC}, change, logs, foreign(hostile))
			for _, control := range []string{"\x1b", "\x07", "\r", "\u009b", "\u202e", "\x00", "\u2028"} {
				assert.NotContains(t, said, control)
			}
			assert.Contains(t, said, "title", "the rest is shown")
		})
	}
	var whole struct{ Attributes map[string]any }
	first, _, _ := strings.Cut(printed(t, screen{}, func(p *printer) { p.json = true }, logs), "\n")
	require.NoError(t, json.Unmarshal([]byte(first), &whole))
	assert.Equal(t, strings.ToValidUTF8(hostile, "\ufffd"), whole.Attributes["client.address"], "JSON keeps every character")
}

func TestOtherRecordsAreShownByTheirText(t *testing.T) {
	logs := foreign("disk full")
	assert.Equal(t, "-        Error disk full\n", printed(t, screen{width: 80, zone: time.UTC}, nil, logs))
	only(logs).SetEventName("disk.full")
	only(logs).SetSeverityText("ERROR")
	assert.Equal(t, "-        ERROR disk.full disk full\n", printed(t, screen{zone: time.UTC}, nil, logs))
	assert.Equal(t, "-        \n", strings.ReplaceAll(printed(t, screen{zone: time.UTC}, nil, empty()), "-\n", "-        \n"), "a record with nothing in it is a line too")
}

func empty() plog.Logs {
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	return logs
}

func TestTargetOfAnEvent(t *testing.T) {
	for name, c := range map[string]struct {
		targets [][3]string // id, type, name
		says    string
	}{
		"none":              {nil, ""},
		"only who acts":     {[][3]string{{"00u1", "User", "ada"}}, ""},
		"another user":      {[][3]string{{"0oa1", "AppInstance", "Wiki"}, {"00u2", "User", "bo"}}, "bo"},
		"an app":            {[][3]string{{"0ua1", "AppUser", "ada"}, {"0oa1", "AppInstance", "Wiki"}}, "Wiki"},
		"a user of an app":  {[][3]string{{"0ua1", "AppUser", "ada"}}, "ada"},
		"the first of some": {[][3]string{{"00p1", "PolicyEntity", "Default"}, {"0pr1", "Rule", "Catch-all"}}, "Default"},
		"without a name":    {[][3]string{{"nzo1", "Zone", "unknown"}}, "nzo1"},
	} {
		t.Run(name, func(t *testing.T) {
			logs := takeover()
			targets := only(logs).Attributes().PutEmptySlice("okta.target")
			targets.AppendEmpty().SetStr("no map")
			for _, target := range c.targets {
				item := targets.AppendEmpty().SetEmptyMap()
				item.PutStr("id", target[0])
				item.PutStr("type", target[1])
				item.PutStr("display_name", target[2])
			}
			assert.Equal(t, c.says, eventOf(logs.ResourceLogs().At(0).Resource(), only(logs)).target)
		})
	}
}

func TestTextsAreCutWhereTheySayLeast(t *testing.T) {
	for _, c := range []struct{ cut, says string }{
		{cutType("user.session.start", 18), "user.session.start"},
		{cutType("user.account.privilege.grant", 20), "user…privilege.grant"},
		{cutType("user.account.privilege.grant", 18), "user…grant"},
		{cutType("system.push.send_factor_verify_push", 20), "system…verify_push"},
		{cutType("user.account.privilege.grant", 5), "user…"},
		{cutPlace("192.0.2.7 Oslo, Norway", 22), "192.0.2.7 Oslo, Norway"},
		{cutPlace("192.0.2.7 Oslo, Norway", 21), "192.0.2.7 Oslo"},
		{cutPlace("192.0.2.7 Oslo, Norway", 13), "192.0.2.7 Os…"},
		{cutType("withoutdots", 5), "with…"},
		{cutName("ada.berg@example.org", 20), "ada.berg@example.org"},
		{cutName("ada.berg@example.org", 19), "ada.berg"},
		{cutName("ada.berg@example.org", 4), "ada…"},
		{cut("東京都", 5), "東京…"},
		{cut("東京都", 4), "東…"},
		{cut("e\u0301e\u0301", 2), "e\u0301e\u0301"},
		{pad("東", 4), "東  "},
	} {
		assert.Equal(t, c.says, c.cut)
	}
	assert.Equal(t, maxText+1, len([]rune(clean(strings.Repeat("ü", maxText+1)))))
}

func TestGrepLooksIntoAttributes(t *testing.T) {
	for pattern, shown := range map[string]bool{"privilege": true, "^Grant user": true, "bo\\.lind@": true, "Admin role": true, "okta.org.domain": false, "carla": false} {
		said := printed(t, screen{zone: time.UTC}, func(p *printer) { p.pattern = regexp.MustCompile(pattern) }, takeover())
		assert.Equal(t, shown, said != "", pattern)
	}
}

func TestFullHasEachAttribute(t *testing.T) {
	said := printed(t, screen{zone: time.UTC}, func(p *printer) { p.full = true }, takeover())
	for name := range only(takeover()).Attributes().All() {
		assert.Contains(t, said, "\n    "+name+": ")
	}
	assert.Contains(t, said, "\n    okta.org.domain: acme.okta.com\n")
	assert.Contains(t, said, "\n    body: Grant user privilege\n")
}

func TestJSONOfNumbersThatJSONLacks(t *testing.T) {
	logs := foreign("x")
	only(logs).Attributes().PutDouble("share", 1)
	said := printed(t, screen{}, func(p *printer) { p.json = true }, logs)
	assert.Contains(t, said, `"share":1`)
	zero := 0.0
	only(logs).Attributes().PutDouble("share", 1/zero)
	said = printed(t, screen{}, func(p *printer) { p.json = true }, logs)
	assert.Contains(t, said, `"share":"`)
	assert.Equal(t, 1, strings.Count(said, "\n"))
}
