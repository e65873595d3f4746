// SPDX-License-Identifier: Apache-2.0

package scenario

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Org is what a scenario happens to.
type Org interface {
	generate.Log
	// InjectAlways makes every request for events meet the fault when no other one comes first.
	InjectAlways(met fault.Fault)
}

// plot is what a scenario is made of.
type plot struct {
	name, help string
	rate       float64 // new events a second, unless told otherwise
	backlog    int     // events of the day before, unless told otherwise
	takeover   bool
	// pace is by how much there is more to do than usual, and whether it is an import, after a time. Nil means as usual.
	pace func(after time.Duration) (times float64, imported bool)
	// fault is what requests meet after a time. Nil means none.
	fault func(after time.Duration) fault.Fault
}

var plots = []plot{
	{name: "account-takeover", help: "a spray, push bombing, and what an intruder does as an admin", rate: 0.5, backlog: 2000, takeover: true},
	{name: "quiet", help: "a small org: an event now and then", rate: 0.02, backlog: 60},
	{name: "burst", help: "an import every two minutes", rate: 1, backlog: 500, pace: imports},
	{name: "incident-at-okta", help: "new events come late, then 503, every four minutes", rate: 1, backlog: 500, fault: incident},
}

// Names returns the names of all scenarios.
func Names() []string {
	var names []string
	for _, p := range plots {
		names = append(names, p.name)
	}
	return names
}

// Help says what each scenario is, in one text.
func Help() string {
	var said []string
	for _, p := range plots {
		said = append(said, fmt.Sprintf("%s (%s)", p.name, p.help))
	}
	return strings.Join(said, ", ")
}

// Scenario is a scenario of a seed.
type Scenario struct {
	plot
	seed   uint64
	people []Person
}

// New returns the scenario with the name. It fails where there is none.
func New(name string, seed uint64) (*Scenario, error) {
	at := slices.IndexFunc(plots, func(p plot) bool { return p.name == name })
	if at < 0 {
		return nil, fmt.Errorf("there is no scenario %q: use one of %s", name, strings.Join(Names(), ", "))
	}
	return &Scenario{plot: plots[at], seed: seed, people: staff(seed)}, nil
}

// Rate is how many new events a second there are unless told otherwise.
func (s *Scenario) Rate() float64 { return s.rate }

// Size is how many events the day before has unless told otherwise.
func (s *Scenario) Size() int { return s.backlog }

// Takeover returns what happens in a takeover that begins at the time, or nil where there is none in the scenario.
func (s *Scenario) Takeover(begins time.Time) *Takeover {
	if !s.takeover {
		return nil
	}
	return newTakeover(s.seed, s.people, begins.Add)
}

const (
	// day is the time over which a backlog is spread.
	day = 24 * time.Hour
	// ago is how long ago a takeover in the backlog has ended.
	ago = 2 * time.Minute
	// soon is after how long one begins where there is no backlog.
	soon = 5 * time.Second
	// live is how long one takes then: who looks on sees all of it.
	live = 3 * time.Minute
	// tick is how often Run appends at most.
	tick = 50 * time.Millisecond
)

// Backlog appends n events of the day before now, busier when people are at work, and what happens among them.
func (s *Scenario) Backlog(org Org, n int) {
	if n == 0 {
		return
	}
	now := org.Now()
	daily := &noise{writer: newWriter(s.seed, backlogStream), people: s.people}
	var events []logevent.Event
	for range n {
		events = append(events, daily.Event(s.moment(daily, now)))
	}
	if s.takeover {
		for _, step := range s.Takeover(now.Add(-ago - Lasts)).Steps {
			events = append(events, step.Events...)
		}
	}
	slices.SortStableFunc(events, func(a, b logevent.Event) int { return a.Published.Compare(b.Published) })
	for i := range events {
		events[i].Persisted = events[i].Published
	}
	org.Append(events...)
}

// moment returns a time of the day before now, the likelier the more people are at work.
func (s *Scenario) moment(n *noise, now time.Time) time.Time {
	for {
		at := now.Add(-time.Duration(n.random.Int64N(int64(day))) - time.Millisecond)
		busy := 0.0
		for i := range s.people {
			busy += s.people[i].busy(at)
		}
		if n.random.Float64()*float64(len(s.people)) < busy {
			return at
		}
	}
}

// Run appends new events until ctx ends, at a rate a second, in real or virtual time. told says that the backlog has
// told the takeover; otherwise it begins soon.
func (s *Scenario) Run(ctx context.Context, org Org, rate float64, told bool) {
	if s.takeover && !told {
		s.tell(org)
	}
	daily := &noise{writer: newWriter(s.seed, liveStream), people: s.people}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	start, before := time.Now(), time.Duration(0)
	met, due := "", 0.0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		after := time.Since(start)
		times := 1.0
		if s.pace != nil {
			times, daily.job = s.pace(after)
		}
		if s.fault != nil {
			if wanted := s.fault(after); wanted.Name != met {
				org.InjectAlways(wanted)
				met = wanted.Name
			}
		}
		due += (after - before).Seconds() * rate * times
		before = after
		whole := math.Floor(due + 1e-6) // what rounding has taken away
		for range int(whole) {
			org.Append(daily.Event(org.Now()))
		}
		due -= whole
	}
}

// tell appends a takeover whose events become visible one after the other, faster than it happens in a backlog.
func (s *Scenario) tell(org Org) {
	begins := org.Now().Add(soon)
	faster := func(after time.Duration) time.Time {
		return begins.Add(time.Duration(float64(after) * float64(live) / float64(Lasts)))
	}
	for _, step := range newTakeover(s.seed, s.people, faster).Steps {
		for _, event := range step.Events {
			event.Persisted = event.Published
			org.Append(event)
		}
	}
}

// imports is an import of 15 seconds every two minutes, with twenty times the usual.
func imports(after time.Duration) (times float64, imported bool) {
	const every, first, lasts, more = 2 * time.Minute, 20 * time.Second, 15 * time.Second, 20
	if at := after % every; at >= first && at < first+lasts {
		return more, true
	}
	return 1, false
}

// incident is what requests meet at Okta: first nothing, then pages without the newest events, then 503.
func incident(after time.Duration) fault.Fault {
	const every, lag, down, over = 4 * time.Minute, 30 * time.Second, 90 * time.Second, 150 * time.Second
	switch at := after % every; {
	case at >= lag && at < down:
		return fault.Lagging()
	case at >= down && at < over:
		unavailable, _ := fault.ByName("503")
		return unavailable
	default:
		return fault.Fault{Meets: func(*http.Request) bool { return false }}
	}
}
