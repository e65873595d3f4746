// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"strings"
	"time"
)

// enough is how many histories, from the first one on, must have met everything there is.
const enough = 500

// nameOf is what the tally calls an act of this kind.
func nameOf(a act) string { return strings.TrimPrefix(fmt.Sprintf("%T", a), "simulation.") + " steps" }

// everything is what the tally must hold after enough histories: each kind of step and of large
// thing that the generator makes, each fault, and each moment for a crash.
func everything() map[string]bool {
	all := map[string]bool{
		nameOf(happen{}): true, "deliveries in parts": true,
		"announcements": true, "announcements lost": true, "announcements repeated": true,
		"polls rung for": true, "announced events confirmed": true, "records made of announcements": true,
		"requests with the limit to themselves": true, "met: refusals of the rate limit": true, "met: a storage that stalls": true,
	}
	d, length := roll(0), time.Hour
	for range 100 { // many of one kind's steps, since some kinds make steps of several
		s := d.setup(length)
		for _, make := range kinds {
			all[nameOf(make(d, s))] = true
		}
	}
	for fault := range faults {
		all["met: "+fault] = true
	}
	for fault := range tokenFaults {
		all["met: token "+fault] = true
	}
	for when := range moments {
		all["crash "+when.String()] = true
	}
	return all
}

// missing returns what no history has met.
func (t *tally) missing() (missing []string) {
	for what := range everything() {
		if t.of(what) == 0 {
			missing = append(missing, what)
		}
	}
	return missing
}
