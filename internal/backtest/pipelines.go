// SPDX-License-Identifier: Apache-2.0

package backtest

import "slices"

// pipeline is one of the configuration's pipelines: IDs of components.
type pipeline struct {
	receivers, processors, exporters []string
}

func (p pipeline) raw() tree {
	return tree{"receivers": p.receivers, "processors": p.processors, "exporters": p.exporters}
}

// reachable returns the pipelines that the receiver feeds, directly or through connectors, without whatever else feeds
// them.
func reachable(all, connectors tree, receiver string) map[string]*pipeline {
	pipelines := map[string]*pipeline{}
	feeds := []string{receiver}
	for len(feeds) > 0 {
		feed := feeds[0]
		feeds = feeds[1:]
		for name := range all {
			given := object(all, name)
			if !slices.Contains(texts(given["receivers"]), feed) {
				continue
			}
			p, again := pipelines[name]
			if !again {
				p = &pipeline{processors: texts(given["processors"]), exporters: texts(given["exporters"])}
				pipelines[name] = p
				for _, exporter := range p.exporters {
					if _, ok := connectors[exporter]; ok && !slices.Contains(feeds, exporter) {
						feeds = append(feeds, exporter)
					}
				}
			}
			if !slices.Contains(p.receivers, feed) {
				p.receivers = append(p.receivers, feed)
			}
		}
	}
	return pipelines
}
