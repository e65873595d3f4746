// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"maps"
	"path/filepath"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// maxFileSize, in megabytes, is that of a file which is not to be rotated.
const maxFileSize = 1 << 20

// addExporter adds an exporter without what it has for itself alone.
func (p *Plan) addExporter(id string, given tree) {
	settings := tree{}
	maps.Copy(settings, given)
	_, hasQueue := settings["sending_queue"]
	switch kind := otelcol.TypeOf(id); {
	case kind == "file":
		path, _ := settings["path"].(string)
		settings["path"] = beside(path)
		if settings["rotation"] == nil {
			// With rotation it appends to the file that an interrupted replay has left, and writes at once.
			settings["rotation"] = tree{"max_megabytes": maxFileSize}
			delete(settings, "append")
		}
		p.changed(id, "writes to %s", settings["path"])
	case kind == "prometheus":
		settings["endpoint"] = "127.0.0.1:0"
		p.changed(id, "listens on a port that is free, where nobody reads it")
	case hasQueue:
		settings["sending_queue"] = withoutQueue()
		p.changed(id, "without its sending_queue")
	default:
		p.queued = append(p.queued, id)
	}
	p.section("exporters")[id] = settings
}

// beside is the path of a file beside another one.
func beside(path string) string {
	if strings.HasSuffix(path, "}") { // it ends with a reference, whose text is not known
		return path + ".replay"
	}
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + ".replay" + extension
}

// withoutQueue is a queue that is switched off: what one in memory holds would be lost in a crash, and one on disk is
// the live collector's.
func withoutQueue() tree { return tree{"enabled": false} }

// withoutQueues is the configuration with the queues of some of the exporters switched off that may have one by
// default.
func (p *Plan) withoutQueues(of func(id string) bool) tree {
	exporters := maps.Clone(p.section("exporters"))
	for _, id := range p.queued {
		if !of(id) {
			continue
		}
		settings := maps.Clone(otelcol.Object(exporters, id)) // addExporter has made one
		settings["sending_queue"] = withoutQueue()
		exporters[id] = settings
	}
	config := maps.Clone(p.config)
	config["exporters"] = exporters
	return config
}
