// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
)

// bubble matches how a stack trace names the bubble that a goroutine belongs to.
var bubble = regexp.MustCompile(`synctest bubble \d+`)

// remainingGoroutines finds goroutines in the caller's bubble, other than the caller. Everything has been shut
// down, so nothing would ever end them.
func remainingGoroutines() (found []violation) {
	own := bubble.FindString(stacks(false))
	if own == "" {
		return []violation{{"leftovers", "the check itself does not run in a bubble"}}
	}
	for i, g := range strings.Split(stacks(true), "\n\n") {
		head, _, _ := strings.Cut(g, "\n")
		// The first one is the caller; those that made the bubble wait in package synctest.
		if i > 0 && strings.Contains(head, own+"]") && !strings.Contains(g, "testing/synctest.") {
			found = append(found, violation{"leftovers", fmt.Sprintf("a goroutine is left:\n%s", g)})
		}
	}
	return found
}

func stacks(all bool) string {
	text := make([]byte, 64<<10)
	for {
		n := runtime.Stack(text, all)
		if n < len(text) {
			return string(text[:n])
		}
		text = make([]byte, 2*len(text))
	}
}
