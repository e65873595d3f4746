// SPDX-License-Identifier: Apache-2.0

package authserver

import "time"

// replays remembers the ids of JWTs for as long as they would be accepted otherwise. The server's lock guards it.
type replays struct {
	until map[string]time.Time
	swept time.Time
}

// use notes an id and reports whether it is new.
func (p *replays) use(id string, until, now time.Time) bool {
	if _, seen := p.until[id]; seen {
		return false
	}
	if p.until == nil {
		p.until = map[string]time.Time{}
	}
	// Once a minute keeps the map small and costs next to nothing.
	if now.Sub(p.swept) > time.Minute {
		p.swept = now
		for old, end := range p.until {
			if end.Before(now) {
				delete(p.until, old)
			}
		}
	}
	p.until[id] = until
	return true
}
