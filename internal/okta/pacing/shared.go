// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"net/url"
	"slices"
	"sync"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// budgets are the budgets in use, by org. Okta counts the requests of an org wherever they come
// from, so receivers that know nothing of each other have to share: this is the one place in the
// process that they have in common. A budget lives as long as somebody holds it.
var budgets = struct {
	sync.Mutex
	of map[string]*sharedBudget
}{of: map[string]*sharedBudget{}}

// sharedBudget is a budget and the reserves that those who hold it ask for.
type sharedBudget struct {
	*Budget
	reserves []float64
}

// Share returns the budget that all in this process share who talk to the org, of whose URL
// scheme and host count. Of several reserves (shares of a window, 0 to below 1) the largest one
// counts. release gives the budget up; calling it twice does nothing.
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

// giveUp ends one holder's part, and with the last one the budget.
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
