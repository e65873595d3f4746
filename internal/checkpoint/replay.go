// SPDX-License-Identifier: Apache-2.0

package checkpoint

import "strings"

const (
	// replayPrefix begins the keys of replays. No version that knows nothing of replays looks below it.
	replayPrefix = "replay/"
	// replayVersion is of the records of replays. Whoever follows the log refuses them, should a key have been moved.
	replayVersion = 2
)

// Option changes what a store keeps.
type Option func(*Store)

// Replay makes the store keep the history of a replay, which is named by what it reads: beside the one that follows
// the log, which it leaves alone, and beside those of other replays.
func Replay(name string) Option { return func(s *Store) { s.replay = name } }

// keysOfReplay are those of a replay of a host's log.
func keysOfReplay(host, name string) keys {
	return keys{prefix: replayPrefix + host + "/" + name + "/"}
}

// isReplay reports whether the history is one of a replay.
func (k keys) isReplay() bool { return strings.HasPrefix(k.prefix, replayPrefix) }

// version is that of the history's record.
func (k keys) version() int {
	if k.isReplay() {
		return replayVersion
	}
	return version
}
