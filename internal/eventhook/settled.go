// SPDX-License-Identifier: Apache-2.0

package eventhook

// mostSettled is after how many settled events a new half is begun: 65,536 are four hours of the 400,000 a day that Okta
// announces at most (Okta, event hook limits), in about 3 MB.
const mostSettled = 1 << 16

// settled remembers the newest events that were waited for and are not any more: at least mostSettled of them, and no
// more than twice as many. The zero value remembers none.
type settled struct {
	newer, older map[announcement]struct{}
}

func (s *settled) has(event announcement) bool {
	_, newer := s.newer[event]
	_, older := s.older[event]
	return newer || older
}

func (s *settled) add(event announcement) {
	if s.newer == nil || len(s.newer) >= mostSettled {
		s.newer, s.older = map[announcement]struct{}{}, s.newer
	}
	s.newer[event] = struct{}{}
}
