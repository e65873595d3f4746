// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)

// rowAt is a row of so many minutes before noon, with attributes as name, value.
func rowAt(before int, attributes ...string) row {
	r := row{"_time": noon.Add(-time.Duration(before) * time.Minute).Format(time.RFC3339Nano), "okta.org.domain": "acme.okta.com"}
	for i := 0; i < len(attributes); i += 2 {
		r[attributes[i]] = attributes[i+1]
	}
	return r
}

func by(login, address string, more ...string) []string {
	return append([]string{"okta.actor.alternate_id", login, "okta.actor.display_name", strings.ToUpper(login), "client.address", address,
		"okta.client.geographical_context.country", map[bool]string{true: "Iceland", false: "Ireland"}[address == "203.0.113.9"]}, more...)
}

func signIn(login, address, result, rules string) []string {
	return by(login, address, "okta.event_type", "user.session.start", "okta.outcome.result", result, "security_rule.name", rules, "log.record.uid", login+result)
}

// attack is a spray of so many names and so many pushes, a minute after the other, and a sign-in with high risk.
func attack(names, pushes int) (rows []row) {
	for i := range names {
		rows = append(rows, rowAt(58-i*8/max(1, names), signIn(fmt.Sprintf("user%d", i), "203.0.113.9", "FAILURE", "")...))
	}
	for i := range pushes {
		rows = append(rows, rowAt(40-i, by("system@okta.com", "203.0.113.9", "okta.event_type", "system.push.send_factor_verify_push",
			"okta.target", `[{"id":"00u1","type":"User","alternate_id":"ada","display_name":"ADA"}]`)...))
	}
	return append(rows, rowAt(20, signIn("ada", "203.0.113.9", "SUCCESS", `["High-risk sign-in"]`)...))
}

func noLink(query, view string) string { return view + " " + query }

func TestTheAnswerIsWhoseAccountWasTakenOver(t *testing.T) {
	rows := append(attack(20, 9),
		rowAt(18, by("ada", "203.0.113.9", "security_rule.name", `["API token created"]`, "log.record.uid", "token", "_msg", "Create API token",
			"okta.target", `[{"id":"00T1","type":"Token","alternate_id":"unknown","display_name":"backup"}]`)...),
		rowAt(17, by("bo", "192.0.2.1", "security_rule.name", `["API token created"]`)...),
		rowAt(10, by("ada", "192.0.2.1", "security_rule.name", `["User reported suspicious activity"]`, "log.record.uid", "report")...),
		rowAt(900, by("ada", "192.0.2.1", "security_rule.name", `["User reported suspicious activity"]`, "log.record.uid", "of old")...),
		rowAt(30, signIn("bo", "192.0.2.1", "SUCCESS", "")...),
	)
	a := newAnswer(rows, noon, noLink)
	require.NotNil(t, a.Takeover)
	assert.Equal(t, "acme.okta.com", a.Org)
	assert.Equal(t, "ADA", a.Takeover.User)
	assert.Equal(t, "203.0.113.9", a.Takeover.Address)
	assert.Equal(t, "Iceland", a.Takeover.Country)
	assert.Equal(t, noon.Add(-20*time.Minute), a.Takeover.At)
	var shown []string
	for _, m := range a.Takeover.Marks {
		shown = append(shown, m.Rules[0]+": "+m.About)
	}
	assert.Equal(t, []string{"Password spray: 20 users", "MFA push bombing: ADA", "High-risk sign-in: ", "API token created: backup", "User reported suspicious activity: "}, shown)
	assert.Equal(t, 2, a.Others, "what others did, and what was long before")
	assert.Equal(t, []bar{{"Iceland", 1, 0}, {"Ireland", 0, 1}}, a.Countries)
	assert.Equal(t, []bar{{"ADA", 9, 0}, {"backup", 1, 0}}, a.Targets)
	assert.Contains(t, a.Links.Takeover, `client.address:="203.0.113.9"`)
	failed := 0
	for _, b := range a.Failures {
		failed += b.Intruder
		assert.Zero(t, b.Usual)
	}
	assert.Equal(t, 20, failed)
	assert.Len(t, a.Failures, 48)
	assert.Equal(t, noon, a.Failures[47].From)
}

func TestAlertsHaveTheThresholdsOfTheRules(t *testing.T) {
	for _, c := range []struct {
		names, pushes int
		want          int
	}{{15, 5, 0}, {16, 5, 1}, {15, 6, 1}, {16, 6, 2}, {0, 0, 0}} {
		alerts := 0
		for _, m := range newAnswer(attack(c.names, c.pushes), noon, noLink).Takeover.Marks {
			if m.Alert {
				alerts++
			}
		}
		assert.Equal(t, c.want, alerts, c)
	}
	slow := attack(0, 0)
	for i := range 20 { // never 16 names in ten minutes
		slow = append([]row{rowAt(60+i, signIn(fmt.Sprintf("user%d", i), "203.0.113.9", "FAILURE", "")...)}, slow...)
	}
	assert.Len(t, newAnswer(slow, noon, noLink).Takeover.Marks, 1)
}

func TestWithoutAHighRiskThereIsNoTakeover(t *testing.T) {
	rows := []row{
		rowAt(30, signIn("ada", "203.0.113.9", "FAILURE", `["High-risk sign-in"]`)...),
		rowAt(29, signIn("ada", "192.0.2.1", "SUCCESS", "")...),
		rowAt(28, signIn("bo", "", "SUCCESS", `["High-risk sign-in"]`)...),
		{}, {"_time": "yesterday", "okta.target": "[", "security_rule.name": "{}"},
	}
	a := newAnswer(rows, noon, noLink)
	assert.Nil(t, a.Takeover)
	assert.Equal(t, 2, a.Others)
	assert.Empty(t, a.Links.Takeover)
	empty := newAnswer(nil, noon, noLink)
	text, err := json.Marshal(empty)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"Countries":[]`)
}

// started serves the page before a VictoriaLogs that answers what the test says.
func started(t *testing.T, says http.HandlerFunc) (address string) {
	t.Helper()
	far := httptest.NewServer(says)
	t.Cleanup(far.Close)
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: newSite(listener.Addr().String(), strings.TrimPrefix(far.URL, "http://")), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

func ask(t *testing.T, address, path, host string) (status int, said string, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
	require.NoError(t, err)
	if host != "" {
		request.Host = host
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close() //nolint:errcheck // reading tells
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text), answer.Header
}

func TestTheSiteServesThePageAndItsAnswer(t *testing.T) {
	asked := make(chan string, 10)
	address := started(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.FormValue("query")
		for _, row := range attack(20, 9) {
			_ = json.NewEncoder(w).Encode(row)
		}
	})
	status, said, header := ask(t, address, "/", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, said, `<script src="page.js" defer>`)
	assert.Contains(t, header.Get("Content-Security-Policy"), "script-src 'self'")
	assert.NotContains(t, said, "http://", "it loads nothing from elsewhere")
	status, said, _ = ask(t, address, "/answer", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, said, `"User":"ADA"`)
	assert.Contains(t, <-asked, "_time:24h")
	status, said, _ = ask(t, address, "/event?uuid=abc-1", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, said, `"attributes":`)
	assert.Equal(t, `log.record.uid:="abc-1"`, <-asked)
	for _, wrong := range []string{"", `"`, `a" or *`, strings.Repeat("a", 65)} {
		status, _, _ = ask(t, address, "/event?uuid="+strings.ReplaceAll(strings.ReplaceAll(wrong, `"`, "%22"), " ", "%20"), "")
		assert.Equal(t, http.StatusBadRequest, status, wrong)
	}
	_, port, _ := net.SplitHostPort(address)
	for host, want := range map[string]int{"localhost:" + port: 200, "127.0.0.1:" + port: 200, "evil.example:" + port: 421, "127.0.0.1": 421, "127.0.0.1:1": 421} {
		status, _, _ = ask(t, address, "/answer", host)
		assert.Equal(t, want, status, host)
	}
}

func TestTheSiteSaysWhatIsWrongWithTheStore(t *testing.T) {
	for name, says := range map[string]http.HandlerFunc{
		"a status":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"no JSON":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>\n")) },
		"a long row": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, mostBytes+1)) },
	} {
		t.Run(name, func(t *testing.T) {
			address := started(t, says)
			for _, path := range []string{"/answer", "/event?uuid=a"} {
				status, said, _ := ask(t, address, path, "")
				assert.Equal(t, http.StatusBadGateway, status)
				assert.Contains(t, said, "VictoriaLogs")
			}
		})
	}
	address := started(t, func(http.ResponseWriter, *http.Request) {})
	status, _, _ := ask(t, address, "/event?uuid=a", "")
	assert.Equal(t, http.StatusNotFound, status)
}

func TestOnlyThisMachineIsServed(t *testing.T) {
	for _, c := range [][2]string{{"0.0.0.0:0", "127.0.0.1:1"}, {"127.0.0.1:0", "logs.example.com:9428"}, {"127.0.0.1", "127.0.0.1:1"}} {
		assert.Error(t, run(t.Context(), c[0], c[1]), c)
	}
}
