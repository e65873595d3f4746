// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/scenario"
)

// startDemo runs what make demo runs, at addresses of its own, until its page has an answer.
func startDemo(t *testing.T) (demo *script, page string, v *victoriaLogs) {
	t.Helper()
	for _, program := range []string{"okta-systemlog", "victoria-logs", "otelcol-okta", "okta-demo"} {
		built(t, program)
	}
	v = &victoriaLogs{address: freeAddress(t)}
	began := time.Now()
	demo = startScript(t, "demo.sh", "DEMO_ORG="+freeAddress(t), "DEMO_PAGE="+freeAddress(t), "DEMO_STORE="+v.address, "DEMO_KEPT="+t.TempDir())
	demo.awaitPrinted(t, "Ctrl-C ends the demo.\n", 1)
	assert.Less(t, time.Since(began), 30*time.Second)
	said := regexp.MustCompile(`^Open (http://127\.0\.0\.1:\d+) and click a step to see its event\. Ctrl-C ends the demo\.\n$`).FindStringSubmatch(demo.output.String())
	require.NotNil(t, said, "one line, which says what to click: %s", demo.output)
	return demo, said[1], v
}

// shownSteps are the steps of the scenario that the page shows, in order: the alerts of windows, and what detections
// mark.
func shownSteps(takeover *scenario.Takeover) (rules [][]string, events []string) {
	windows := map[string]string{
		"one address tries many names": "Password spray", "one user gets push after push, until one is accepted": "MFA push bombing",
	}
	for _, step := range takeover.Steps {
		of := step.Rules
		if alert := windows[step.Name]; alert != "" {
			of = []string{alert}
		}
		if len(of) > 0 {
			rules, events = append(rules, of), append(events, step.Events[0].UUID)
		}
	}
	return rules, events
}

func TestBackendDemoShowsTheTakeoverInABrowser(t *testing.T) {
	demo, page, v := startDemo(t)
	told, err := scenario.New("account-takeover", 1)
	require.NoError(t, err)
	takeover := told.Takeover(time.Now())
	rules, events := shownSteps(takeover)

	t.Run("page", func(t *testing.T) {
		b := openBrowser(t, 1280, 800)
		b.open(t, page)
		b.await(t, `document.querySelectorAll('#timeline button').length >= 11`)
		assert.Equal(t, []string{takeover.Victim.Name + "’s account was taken over"}, b.texts(t, "h1"))
		summary := b.texts(t, "#summary")[0]
		for _, said := range []string{takeover.Address, takeover.City + ", " + takeover.Country, "20 names", "9 pushes"} {
			assert.Contains(t, summary, said)
		}
		assert.Equal(t, []string{"acme.okta.com"}, b.texts(t, "#org"))
		assert.Equal(t, takeover.Country, b.texts(t, "#countries .new")[0])
		assert.Contains(t, b.texts(t, "#targets .name"), takeover.Accomplice.Name)
		assert.Equal(t, timesRefused(takeover), failuresOf(t, page))
		var scrolls bool
		b.evaluate(t, `document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth`, &scrolls)
		assert.False(t, scrolls, "all of it is in sight")
		checkPicture(t, "demo.png", saysOf(t, b), b.picture(t))

		// As a person would: click each step, read, close.
		require.Len(t, b.texts(t, "#timeline button"), len(rules))
		for i, of := range rules {
			b.click(t, fmt.Sprintf(`document.querySelectorAll('#timeline button')[%d]`, i))
			b.await(t, `document.querySelector('#detail').open && document.querySelectorAll('#attributes tr').length > 10`)
			assert.Equal(t, of, b.texts(t, "#what .rule"), i)
			assert.Contains(t, b.texts(t, "#attributes td"), events[i], "%v: the event that the scenario has made", of)
			b.click(t, `document.querySelector('#close')`)
			b.await(t, `!document.querySelector('#detail').open`)
		}
	})

	t.Run("VictoriaLogs' own page", func(t *testing.T) {
		b := openBrowser(t, 1280, 800)
		b.open(t, page)
		b.await(t, `document.querySelector('#takeover').href.includes('/select/vmui/')`)
		var link string
		b.evaluate(t, `document.querySelector('#takeover').href`, &link)
		require.True(t, strings.HasPrefix(link, "http://"+v.address+"/"), link)
		b.open(t, link)
		b.await(t, `document.body && document.body.innerText.includes('API token created') && document.body.innerText.includes(`+quoted(takeover.Victim.Login)+`)`)
	})

	t.Run("texts of events are no markup", func(t *testing.T) {
		const name = `<img src=x onerror="window.hacked=1"><b>Eve</b>`
		body := `{"_time":"` + time.Now().UTC().Format(time.RFC3339Nano) + `","_msg":` + quoted(name) + `,"log.record.uid":"hostile","okta.event_type":"user.session.start",` +
			`"okta.outcome.result":"SUCCESS","okta.actor.display_name":` + quoted(name) + `,"okta.actor.alternate_id":"eve","client.address":"198.51.100.66",` +
			`"okta.client.geographical_context.country":` + quoted(name) + `,"okta.org.domain":` + quoted(name) + `,"security_rule.name":"[\"High-risk sign-in\"]"}`
		answer, err := http.Post("http://"+v.address+"/insert/jsonline", "application/stream+json", strings.NewReader(body)) //nolint:noctx // this machine answers
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		b := openBrowser(t, 1280, 800)
		b.open(t, page)
		b.await(t, `document.querySelector('h1').innerText.includes('<b>Eve</b>')`)
		b.click(t, `document.querySelector('#timeline button')`)
		b.await(t, `document.querySelector('#attributes').innerText.includes('<b>Eve</b>')`)
		var harmed bool
		b.evaluate(t, `Boolean(window.hacked || document.querySelector('img'))`, &harmed)
		assert.False(t, harmed)
	})

	demo.interrupt(t)
	assert.Equal(t, 1, strings.Count(demo.output.String(), "\n"), "nothing else is on the terminal: %s", demo.output)
	_, err = http.Get("http://" + v.address + "/health") //nolint:noctx,bodyclose // nobody answers
	assert.Error(t, err, "it ends what it has started")
}

// timesRefused is how often the intruder was, in the scenario.
func timesRefused(takeover *scenario.Takeover) (n int) {
	for _, step := range takeover.Steps {
		for _, event := range step.Events {
			result, _ := logevent.Text(logevent.Member(event.JSON, "outcome"), "result")
			address, _ := logevent.Text(logevent.Member(event.JSON, "client"), "ipAddress")
			if address == takeover.Address && (result == "FAILURE" || result == "DENY") {
				n++
			}
		}
	}
	return n
}

// failuresOf is how often the intruder was refused, as the page has it.
func failuresOf(t *testing.T, page string) (n int) {
	t.Helper()
	status, said := get(t, page+"/answer")
	require.Equal(t, http.StatusOK, status)
	var answer struct{ Failures []struct{ Intruder int } }
	require.NoError(t, json.Unmarshal([]byte(said), &answer))
	for _, bin := range answer.Failures {
		n += bin.Intruder
	}
	return n
}

// saysOf is what the page says whenever it is looked at, and how it looks: its text without figures, which are those of
// the hour, and the files that it is made of.
func saysOf(t *testing.T, b *browser) string {
	t.Helper()
	texts := slices.Concat(b.texts(t, "h1"), b.texts(t, "#summary"), b.texts(t, "h2"), b.texts(t, "#timeline button"), b.texts(t, "#countries .new"))
	says := regexp.MustCompile(`\d+`).ReplaceAllString(strings.Join(texts, "\n"), "0")
	for _, name := range []string{"index.html", "page.js", "style.css"} {
		text, err := os.ReadFile(filepath.Join(root, "internal", "cmd", "demo", "page", name))
		require.NoError(t, err)
		says += string(text)
	}
	return says
}
