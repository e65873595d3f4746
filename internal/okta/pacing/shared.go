// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"net/url"
	"slices"
	"sync"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// budgets are the budgets in use, by org. Okta counts all requests to an org, whichever receiver sends them, so all
// receivers of this process share a budget. It is kept as long as one of them holds it.
var budgets = struct {
	sync.Mutex
	of map[string]*sharedBudget
}{of: map[string]*sharedBudget{}}

// sharedBudget is a budget and the reserves that its holders ask for.
type sharedBudget struct {
	*Budget
	reserves []float64
}

// Share returns the budget that all clients of an org in this process share. Of the org's URL host and port count;
// of several reserves (shares of a window, 0 to below 1) the largest applies. release gives the budget up; calling
// it twice does nothing.
func Share(org *url.URL, reserve float64) (budget *Budget, release func()) {
	budgets.Lock()
	defer budgets.Unlock()
	key := wire.HostAndPort(org)
	shared, found := budgets.of[key]
	if !found {
		shared = &sharedBudget{Budget: NewBudget(reserve)}
		budgets.of[key] = shared
	}
	shared.reserves = append(shared.reserves, reserve)
	shared.setReserve(slices.Max(shared.reserves))
	return shared.Budget, sync.OnceFunc(func() { shared.giveUp(key, reserve) })
}

// giveUp removes one holder and its reserve, and with the last holder the budget.
func (s *sharedBudget) giveUp(key string, reserve float64) {
	budgets.Lock()
	defer budgets.Unlock()
	i := slices.Index(s.reserves, reserve)
	s.reserves = slices.Delete(s.reserves, i, i+1)
	if len(s.reserves) == 0 {
		delete(budgets.of, key)
		return
	}
	s.setReserve(slices.Max(s.reserves))
}
