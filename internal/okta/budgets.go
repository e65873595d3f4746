// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"net/url"
	"slices"
	"strings"
	"sync"
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

// ShareBudget returns the budget that all in this process share who talk to the org, of whose URL
// scheme and host count. Of several reserves (shares of a window, 0 to below 1) the largest one
// counts. release gives the budget up; calling it twice does nothing.
func ShareBudget(org *url.URL, reserve float64) (budget *Budget, release func()) {
	budgets.Lock()
	defer budgets.Unlock()
	key := hostAndPort(org)
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

// hostAndPort names an org the same however its URL is written.
func hostAndPort(org *url.URL) string {
	port := org.Port()
	switch {
	case port != "":
	case org.Scheme == "http":
		port = "80"
	default:
		port = "443"
	}
	return strings.ToLower(org.Hostname()) + ":" + port
}
