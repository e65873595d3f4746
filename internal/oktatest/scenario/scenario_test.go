// SPDX-License-Identifier: Apache-2.0

package scenario

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

var noon = time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC) // a Thursday

// log is an org that keeps what is appended, and what its requests meet.
type log struct {
	now    func() time.Time
	events []logevent.Event
	met    []string
}

func (l *log) Now() time.Time                    { return l.now() }
func (l *log) Append(events ...logevent.Event)   { l.events = append(l.events, events...) }
func (l *log) InjectAlways(injected fault.Fault) { l.met = append(l.met, injected.Name) }

func at(t time.Time) *log { return &log{now: func() time.Time { return t }} }

func scenarioOf(t *testing.T, name string, seed uint64) *Scenario {
	t.Helper()
	s, err := New(name, seed)
	require.NoError(t, err)
	return s
}

func backlog(t *testing.T, name string, seed uint64, n int) []logevent.Event {
	t.Helper()
	org := at(noon)
	scenarioOf(t, name, seed).Backlog(org, n)
	return org.events
}

func TestTheSameSeedMakesTheSameEvents(t *testing.T) {
	for _, name := range Names() {
		first := backlog(t, name, 7, 200)
		assert.Equal(t, first, backlog(t, name, 7, 200), name)
		assert.NotEqual(t, first, backlog(t, name, 8, 200), name)
	}
	assert.NotEqual(t, scenarioOf(t, "account-takeover", 1).Takeover(noon).Victim, scenarioOf(t, "account-takeover", 2).Takeover(noon).Victim)
}

func TestNoOtherScenarioThanThoseThereAre(t *testing.T) {
	_, err := New("calm", 1)
	assert.EqualError(t, err, `there is no scenario "calm": use one of account-takeover, quiet, burst, incident-at-okta`)
	for _, name := range Names() {
		s := scenarioOf(t, name, 1)
		assert.Positive(t, s.Rate())
		assert.Positive(t, s.Size())
		assert.Contains(t, Help(), name)
		assert.Equal(t, name == "account-takeover", s.Takeover(noon) != nil)
	}
}

// What the generator's events are checked for: JSON with the members that LogEvents have, types of the catalogue, and
// ids that don't repeat.
func TestEventsAreLogEvents(t *testing.T) {
	t.Parallel()
	uuids, types := map[string]bool{}, map[string]int{}
	events := backlog(t, "account-takeover", 3, 6000)
	for _, e := range events {
		parsed, err := logevent.Parse(e.JSON)
		require.NoError(t, err)
		require.Equal(t, e.UUID, parsed.UUID)
		require.Equal(t, e.Published, parsed.Published)
		require.Equal(t, e.Published, e.Persisted)
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`, e.UUID)
		uuids[e.UUID] = true
		var members map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(e.JSON, &members))
		for _, name := range []string{"actor", "client", "device", "authenticationContext", "displayMessage", "eventType", "outcome", "published", "securityContext",
			"severity", "debugContext", "legacyEventType", "transaction", "uuid", "version", "request", "target"} {
			require.Contains(t, members, name)
		}
		require.Len(t, members, 17)
		eventType, _ := logevent.Text(e.JSON, "eventType")
		types[eventType]++
		severity, _ := logevent.Text(e.JSON, "severity")
		require.Contains(t, []string{"DEBUG", "INFO", "WARN", "ERROR"}, severity)
		for _, text := range []string{"@example.org", "@okta.example"} {
			require.NotContains(t, string(e.JSON), text, "one domain for all")
		}
	}
	assert.Len(t, uuids, len(events))
	for eventType := range types {
		assert.True(t, catalogue.Known(eventType), eventType)
	}
	assert.Greater(t, types["user.authentication.sso"], types["user.session.start"], "people open apps more often than they sign in")
	assert.Greater(t, types["user.session.start"], 20*types["user.account.lock"])
	assert.GreaterOrEqual(t, len(types), 25)
}

// A backlog follows the working day of each place.
func TestPeopleWorkWhenItIsDayForThem(t *testing.T) {
	t.Parallel()
	day, night := map[string]int{}, map[string]int{}
	for _, e := range backlog(t, "quiet", 5, 8000) {
		var event struct {
			Client struct{ GeographicalContext *geo }
		}
		require.NoError(t, json.Unmarshal(e.JSON, &event))
		if event.Client.GeographicalContext == nil {
			continue // a job
		}
		for _, office := range offices {
			if office.City == event.Client.GeographicalContext.City {
				if hour := e.Published.Add(office.utc).Hour(); hour >= 8 && hour < 18 {
					day[office.City]++
				} else {
					night[office.City]++
				}
			}
		}
	}
	require.Len(t, day, len(offices))
	for city, n := range day {
		assert.Greater(t, n, 3*night[city], city)
	}
}

func TestTheStoryComesInOrder(t *testing.T) {
	for seed := range uint64(20) {
		story := scenarioOf(t, "account-takeover", seed).Takeover(noon)
		assert.NotEqual(t, story.Victim.Login, story.Accomplice.Login)
		before, names := time.Time{}, map[string]bool{}
		for _, step := range story.Steps {
			require.NotEmpty(t, step.Events, step.Name)
			for _, e := range step.Events {
				assert.False(t, e.Published.Before(before), "%s, seed %d", step.Name, seed)
				before = e.Published
				if eventType, _ := logevent.Text(e.JSON, "eventType"); step.Name == "one address tries many names" {
					require.Equal(t, "user.session.start", eventType)
					require.Contains(t, string(e.JSON), story.Address)
					login, _ := logevent.Text(logevent.Member(e.JSON, "actor"), "alternateId")
					names[login] = true
				}
			}
		}
		assert.Len(t, names, sprayed)
		assert.NotContains(t, names, story.Victim.Login)
		assert.Equal(t, noon, story.Steps[0].Events[0].Published)
		assert.Equal(t, noon.Add(Lasts), before)
		for _, office := range offices {
			assert.NotEqual(t, office.Country, story.Country)
		}
	}
}

// Whoever starts the simulator sees at once all of what has happened.
func TestTheBacklogTellsTheStory(t *testing.T) {
	all := map[string]bool{}
	for _, e := range backlog(t, "account-takeover", 1, 500) {
		all[e.UUID] = true
		assert.True(t, e.Published.Before(noon))
		assert.True(t, e.Published.After(noon.Add(-day-time.Second)))
	}
	for _, step := range scenarioOf(t, "account-takeover", 1).Takeover(noon.Add(-ago - Lasts)).Steps {
		for _, e := range step.Events {
			assert.True(t, all[e.UUID], step.Name)
		}
	}
	assert.Empty(t, backlog(t, "account-takeover", 1, 0))
}

// ran returns what an org has met after a time.
func ran(t *testing.T, name string, rate float64, told bool, lasts time.Duration) *log {
	t.Helper()
	org := &log{now: time.Now}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), lasts+time.Millisecond)
		defer cancel()
		scenarioOf(t, name, 1).Run(ctx, org, rate, told)
	})
	return org
}

func TestRunKeepsTheRate(t *testing.T) {
	const usual, imported = 240 * 10, 2 * 15 * 19 * 10
	for name, want := range map[string]int{"account-takeover": usual, "quiet": usual, "incident-at-okta": usual, "burst": usual + imported} {
		assert.InDelta(t, want, len(ran(t, name, 10, true, 4*time.Minute).events), 15, name)
	}
	assert.Empty(t, ran(t, "quiet", 0, true, time.Minute).events)
}

func TestABurstIsAnImport(t *testing.T) {
	jobs := 0
	events := ran(t, "burst", 1, true, 2*time.Minute).events
	for _, e := range events {
		if strings.Contains(string(e.JSON), `"transaction":{"type":"JOB"`) {
			jobs++
		}
	}
	assert.InDelta(t, 300, jobs, 60)
}

func TestWithoutABacklogTheStoryIsToldLive(t *testing.T) {
	org := ran(t, "account-takeover", 0, false, time.Second)
	story := scenarioOf(t, "account-takeover", 1).Takeover(noon)
	told := 0
	for _, step := range story.Steps {
		told += len(step.Events)
	}
	require.Len(t, org.events, told)
	first, last := org.events[0], org.events[told-1]
	assert.Equal(t, live, last.Persisted.Sub(first.Persisted))
	assert.Equal(t, last.Published, last.Persisted)
}

func TestAnIncidentComesAndGoes(t *testing.T) {
	assert.Equal(t, []string{"lagging", incident(2 * time.Minute).Name, "", "lagging"}, ran(t, "incident-at-okta", 0, true, 5*time.Minute).met)
	over := incident(3 * time.Minute)
	assert.False(t, over.Meets(&http.Request{}), "requests are answered again")
	assert.Empty(t, ran(t, "quiet", 0, true, 5*time.Minute).met)
}
