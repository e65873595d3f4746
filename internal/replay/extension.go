// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"maps"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// lockWait is how long file_storage waits for the collector of a replay that was killed to be gone.
const lockWait = "10s"

// listening are the types of extensions that have a port or an identity for themselves alone. No other part names
// one, but a text may be the same by chance.
var listening = []string{"health_check", "healthcheckv2", "zpages", "pprof", "opamp", "http_forwarder", "remotetap", "jaegerremotesampling", "k8s_leader_elector"}

// addExtensions adds the extensions that what is in the copy names, such as authenticators, and those that these name.
func (p *Plan) addExtensions(config tree, directory string) {
	given, kept := otelcol.Object(config, "extensions"), p.section("extensions")
	if directory != "" {
		kept[storageOfDirectory] = tree{"directory": directory, "create_directory": true, "fsync": true}
	}
	for more := true; more; {
		more = false
		for id, settings := range given {
			if _, there := kept[id]; !there && !slices.Contains(listening, otelcol.TypeOf(id)) && names(p.config, id) {
				kept[id], more = settings, true
			}
		}
	}
	for id, settings := range kept {
		if otelcol.TypeOf(id) == "file_storage" {
			kept[id] = shared(settings)
		}
	}
	otelcol.Object(p.config, "service")["extensions"] = slices.Sorted(maps.Keys(kept))
}

// shared are the settings of a file_storage whose directory the live collector uses at the same time. Each receiver has
// a file of its own in it, but to compact one, or to remove what compaction has left, may meet that of another.
func shared(given any) tree {
	settings := tree{}
	if members, ok := given.(tree); ok {
		settings = maps.Clone(members)
	}
	settings["timeout"] = lockWait
	settings["compaction"] = tree{"on_start": false, "on_rebound": false, "cleanup_on_start": false}
	return settings
}

// names reports whether a text anywhere in a value is an ID.
func names(value any, id string) bool {
	switch value := value.(type) {
	case string:
		return value == id
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return names(element, id) })
	case tree:
		for _, member := range value {
			if names(member, id) {
				return true
			}
		}
	}
	return false
}
