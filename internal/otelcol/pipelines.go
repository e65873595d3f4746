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
	feeds := slices.Clone(receivers)
	for len(feeds) > 0 {
		feed := feeds[0]
		feeds = feeds[1:]
		for name := range all {
			given := Object(all, name)
			if !slices.Contains(Texts(given["receivers"]), feed) {
				continue
			}
			p, again := pipelines[name]
			if !again {
				p = &Pipeline{Processors: Texts(given["processors"]), Exporters: Texts(given["exporters"])}
				pipelines[name] = p
				for _, exporter := range p.Exporters {
					if _, ok := connectors[exporter]; ok && !slices.Contains(feeds, exporter) {
						feeds = append(feeds, exporter)
					}
				}
			}
			if !slices.Contains(p.Receivers, feed) {
				p.Receivers = append(p.Receivers, feed)
			}
		}
	}
	return pipelines
}
