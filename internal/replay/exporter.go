// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// maxFileSize, in megabytes, is that of a file which is not to be rotated.
const maxFileSize = 1 << 20

// addExporter adds an exporter without what it has for itself alone.
func (p *Plan) addExporter(id string, exporters tree, replay string) error {
	settings := tree{}
	maps.Copy(settings, otelcol.Object(exporters, id))
	_, hasQueue := settings["sending_queue"]
	switch kind := otelcol.TypeOf(id); {
	case kind == "file":
		if err := p.changeFile(id, settings, exporters, replay); err != nil {
			return err
		}
	case kind == "debug":
		settings["use_internal_logger"] = true // on the standard output it would stand between the collector's metrics
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
	return nil
}

// changeFile has a file exporter write to a file of the replay's.
func (p *Plan) changeFile(id string, settings, exporters tree, replay string) error {
	path, _ := settings["path"].(string)
	if path == "" || strings.HasPrefix(path, "/dev/") {
		return nil // the collector refuses the one, and the other is no file
	}
	own := beside(path, replay)
	for other, given := range exporters {
		if members, ok := given.(tree); ok && members["path"] == own {
			return fmt.Errorf("the replay would write to %s, which is the file of %s: give the replay another --name", own, other)
		}
	}
	settings["path"] = own
	// With rotation it appends to the file that an interrupted replay has left, and writes at once.
	rotation := tree{"max_megabytes": maxFileSize}
	if given, ok := settings["rotation"].(tree); ok {
		// A replay writes within minutes what was written within days: no file of it is too old, or one too many.
		rotation = maps.Clone(given)
		delete(rotation, "max_backups")
		delete(rotation, "max_days")
	}
	settings["rotation"] = rotation
	delete(settings, "append")
	p.changed(id, "writes to %s", own)
	return nil
}

// beside is the path of a file beside another one, for a replay with a name.
func beside(path, replay string) string {
	if strings.HasSuffix(path, "}") { // it ends with a reference, whose text is not known
		return path + "." + replay
	}
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + "." + replay + extension
}
