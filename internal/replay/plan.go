// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

type tree = otelcol.Tree

// Options say what to read again, and how.
type Options struct {
	// Receivers are the IDs of those to take, as they are written in the configuration; all that a pipeline has where
	// none is named.
	Receivers []string
	// From and To are the time range: events published from From on and before To.
	From, To time.Time
	// Name is that of the replay: with another one the same range is read again.
	Name string
	// Directory keeps the position; empty for the storage of the receiver.
	Directory string
	// Share is how much of what a receiver may use of the rate limit the replay takes, above 0 and at most 1: the live
	// collector takes from the same limit, and neither knows of the other.
	Share float64
	// Mark adds the attribute okta.replay to the records.
	Mark bool
}

// Plan is a copy of a configuration, and how it differs.
type Plan struct {
	Sources []Source
	// Changes say, for people, what is different from the live collector.
	Changes []Change

	config tree
	// queued are the exporters whose queue is switched off where they have one: their types tell.
	queued []string
}

// Source is a receiver of which events are read again.
type Source struct {
	// Receiver is its ID in the configuration, and Replay that of the one in the copy.
	Receiver, Replay string
	// Storage is the ID of the extension that keeps the position of the replay.
	Storage string
}

// Change is what is different about a part of the configuration.
type Change struct{ What, How string }

// storageOfDirectory is the extension that keeps positions in Options.Directory.
const storageOfDirectory = "file_storage/okta_replay"

// NewPlan makes a copy of a configuration for a replay.
func NewPlan(config tree, o Options) (*Plan, error) {
	given, err := otelcol.Section(config, "receivers")
	if err != nil {
		return nil, err
	}
	ids, err := chosen(config, given, o.Receivers)
	if err != nil {
		return nil, err
	}
	p := &Plan{config: tree{"receivers": tree{}, "processors": tree{}, "exporters": tree{}, "connectors": tree{}, "extensions": tree{}}}
	names := map[string]string{}
	var errs []error
	for _, id := range ids {
		source, settings, err := o.source(id, given)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", id, err))
			continue
		}
		names[id] = source.Replay
		p.Sources = append(p.Sources, source)
		p.section("receivers")[source.Replay] = settings
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := p.addPipelines(config, names, o.Name); err != nil {
		return nil, err
	}
	p.addExtensions(config, o.Directory)
	p.leftOut(config)
	return p, nil
}

func (p *Plan) section(name string) tree { return otelcol.Object(p.config, name) }

func (p *Plan) changed(what, how string, args ...any) {
	p.Changes = append(p.Changes, Change{what, fmt.Sprintf(how, args...)})
}

// chosen are the receivers that are asked for.
func chosen(config, given tree, named []string) ([]string, error) {
	var all, polling []string
	for _, id := range slices.Sorted(maps.Keys(given)) {
		if otelcol.TypeOf(id) != metadata.Type.String() {
			continue
		}
		all = append(all, id)
		if len(otelcol.Reachable(config, id)) > 0 {
			polling = append(polling, id)
		}
	}
	var wanted []string
	for _, id := range named {
		switch {
		case !slices.Contains(all, id):
			return nil, fmt.Errorf("the configuration has no receiver %s: name one of %s", id, strings.Join(all, ", "))
		case !slices.Contains(polling, id):
			return nil, fmt.Errorf("no pipeline has the receiver %s: list it under service.pipelines", id)
		case !slices.Contains(wanted, id):
			wanted = append(wanted, id)
		}
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("the configuration has no receiver okta_systemlog: define it under receivers, or name another --config")
	case len(polling) == 0:
		return nil, fmt.Errorf("no pipeline has the receiver %s: list it under service.pipelines", all[0])
	case len(wanted) > 0:
		return wanted, nil
	}
	return polling, nil
}

// addPipelines adds the pipelines that the receivers feed, under their new names, and what is in those.
func (p *Plan) addPipelines(config tree, names map[string]string, name string) error {
	pipelines := tree{}
	used := map[string]bool{}
	for pipelineID, pipeline := range otelcol.Reachable(config, slices.Collect(maps.Keys(names))...) {
		for i, id := range pipeline.Receivers {
			if replay, ok := names[id]; ok {
				pipeline.Receivers[i] = replay
			}
		}
		slices.Sort(pipeline.Receivers)
		pipeline.Processors = slices.DeleteFunc(pipeline.Processors, func(id string) bool { return otelcol.TypeOf(id) == "batch" })
		for _, id := range pipeline.Processors {
			p.section("processors")[id] = otelcol.Object(config, "processors")[id]
		}
		for _, id := range pipeline.Exporters {
			if settings, ok := otelcol.Object(config, "connectors")[id]; ok {
				p.section("connectors")[id] = settings
			} else {
				used[id] = true
			}
		}
		pipelines[pipelineID] = pipeline.Tree()
	}
	p.config["service"] = tree{"pipelines": pipelines, "telemetry": ownTelemetry()}
	exporters := otelcol.Object(config, "exporters")
	for _, id := range slices.Sorted(maps.Keys(used)) {
		if err := p.addExporter(id, exporters, name); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return nil
}

// ownTelemetry makes the collector tell on its standard streams how far it has come. It ends when nobody reads them
// any more: a write to a closed pipe ends a program, but on Windows.
func ownTelemetry() tree {
	return tree{
		"logs": tree{"level": "info", "encoding": "json", "disable_stacktrace": true, "sampling": tree{"enabled": false}, "output_paths": []string{"stderr"}},
		"metrics": tree{"level": "normal", "readers": []any{
			tree{"periodic": tree{"interval": time.Second.Milliseconds(), "exporter": tree{"console": tree{}}}},
		}},
	}
}

// leftOut says what of the configuration is not in the copy.
func (p *Plan) leftOut(config tree) {
	copied := map[string]bool{}
	for _, source := range p.Sources {
		copied[source.Receiver] = true
	}
	for _, section := range []string{"receivers", "processors", "exporters", "connectors", "extensions"} {
		var missing []string
		for _, id := range slices.Sorted(maps.Keys(otelcol.Object(config, section))) {
			if _, there := p.section(section)[id]; !there && !copied[id] {
				missing = append(missing, id)
			}
		}
		if len(missing) > 0 {
			p.changed(section, "without %s", shortened(missing))
		}
	}
}

// shortened lists some names, and how many more there are.
func shortened(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
