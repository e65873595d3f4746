// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Env is what event hooks need of their org.
type Env struct {
	// Now returns the time on Okta's clock.
	Now func() time.Time
	// Log writes an event into the org's own log.
	Log func(event logevent.Event)
	// IDs makes the ids of hooks, deliveries and events.
	IDs *api.IDs
}

// Server keeps the event hooks of an org and sends its events to them. It is safe for concurrent use. Make one with
// [New].
type Server struct {
	options Options
	env     Env
	// wake has an element when there may be something new to send.
	wake chan struct{}

	// mu guards what follows. Now and Log of env are called without it: the org calls Appended with a lock of its own.
	mu     sync.Mutex
	hooks  []*hook // in the order of their making
	random *rand.Rand
	day    hookQuota
}

// New returns a server without hooks.
func New(options Options, env Env) *Server {
	return &Server{
		options: options.WithDefaults(), env: env, wake: make(chan struct{}, 1),
		random: rand.New(rand.NewPCG(options.Seed, 0x686f6f6b73)), //nolint:gosec // reproducible on purpose
	}
}

// Reports returns a report on every event hook, in the order of their making.
func (s *Server) Reports() []Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	reports := make([]Report, 0, len(s.hooks))
	for _, h := range s.hooks {
		report := h.report
		report.ID, report.Name, report.Active, report.Verified, report.Waiting = h.id, h.config.Name, !h.inactive, h.verified, len(h.waiting)
		report.Statuses = slices.Clone(report.Statuses)
		reports = append(reports, report)
	}
	return reports
}

// update does something under the lock.
func (s *Server) update(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}
