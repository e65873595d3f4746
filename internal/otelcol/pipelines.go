// SPDX-License-Identifier: Apache-2.0

package otelcol

import "slices"

// Pipeline is one of a configuration's pipelines: IDs of components.
type Pipeline struct {
	Receivers, Processors, Exporters []string
}

// Tree is how the pipeline is written.
func (p Pipeline) Tree() Tree {
	return Tree{"receivers": p.Receivers, "processors": p.Processors, "exporters": p.Exporters}
}

// Reachable returns the pipelines of a configuration that some receivers feed, directly or through connectors, without
// whatever else feeds them.
func Reachable(config Tree, receivers ...string) map[string]*Pipeline {
	all, connectors := Object(Object(config, "service"), "pipelines"), Object(config, "connectors")
	pipelines := map[string]*Pipeline{}
	type feed struct{ id, signal string } // of which signal a connector gets something; none for a receiver
	var feeds []feed
	for _, id := range receivers {
		feeds = append(feeds, feed{id: id})
	}
	for n := 0; n < len(feeds); n++ { // one of them may add more
		from := feeds[n]
		for name := range all {
			given := Object(all, name)
			if !slices.Contains(Texts(given["receivers"]), from.id) || from.signal != "" && !passes(all, from.id, from.signal, TypeOf(name)) {
				continue
			}
			p, again := pipelines[name]
			if !again {
				p = &Pipeline{Processors: Texts(given["processors"]), Exporters: Texts(given["exporters"])}
				pipelines[name] = p
			}
			for _, exporter := range p.Exporters {
				to := feed{exporter, TypeOf(name)}
				if _, ok := connectors[exporter]; ok && !slices.Contains(feeds, to) {
					feeds = append(feeds, to)
				}
			}
			if !slices.Contains(p.Receivers, from.id) {
				p.Receivers = append(p.Receivers, from.id)
			}
		}
	}
	return pipelines
}

// passes reports whether a connector makes one signal of another. It passes on the same one; another one it makes only
// where nothing else could be the source of that: a connector may be used for several signals at once.
func passes(pipelines Tree, connector, from, to string) bool {
	if from == to {
		return true
	}
	for name := range pipelines {
		if TypeOf(name) == to && slices.Contains(Texts(Object(pipelines, name)["exporters"]), connector) {
			return false
		}
	}
	return true
}
