// SPDX-License-Identifier: Apache-2.0

package generated

import (
	"os"
	"time"
)

const (
	// replaceTime is how long to try to replace a file that another program has open: a collector reads a key in
	// milliseconds.
	replaceTime = 2 * time.Second
	// replaceInterval is the wait between two tries.
	replaceInterval = 10 * time.Millisecond
)

// replace gives a file the name of another, which is gone then. Whoever has that one open reads it to its end, but on
// Windows, where it can't be replaced meanwhile.
func replace(part, path string) error {
	return whileHeld(isHeld, func() error { return os.Rename(part, path) })
}

// whileHeld tries something again for as long as it fails because another program has a file open, within replaceTime.
func whileHeld(held func(error) bool, do func() error) error {
	for began := time.Now(); ; {
		err := do()
		if err == nil || !held(err) || time.Since(began) >= replaceTime {
			return err
		}
		time.Sleep(replaceInterval)
	}
}
