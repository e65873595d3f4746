// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"context"
	"maps"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// withoutQueue is a queue that is switched off: what one in memory holds would be lost in a crash, and one on disk is
// the live collector's.
func withoutQueue() tree { return tree{"enabled": false} }

// complete writes the configuration that the collector runs: without the queues of its exporters. Which exporters
// have a queue by default only the collector can tell, by what it refuses.
func (p *Plan) complete(ctx context.Context, program string) ([]byte, error) {
	text, err := p.accepted(ctx, program, p.config)
	if err != nil || len(p.queued) == 0 {
		return text, err
	}
	if all, err := p.accepted(ctx, program, p.withoutQueues(func(string) bool { return true })); err == nil {
		return all, nil
	}
	queues := map[string]bool{} // by the type of exporters
	for _, id := range p.queued {
		kind := otelcol.TypeOf(id)
		if _, known := queues[kind]; known {
			continue
		}
		_, err := p.accepted(ctx, program, p.withoutQueues(func(other string) bool { return otelcol.TypeOf(other) == kind }))
		queues[kind] = err == nil
	}
	return p.accepted(ctx, program, p.withoutQueues(func(id string) bool { return queues[otelcol.TypeOf(id)] }))
}

// accepted writes a configuration that a collector can use.
func (p *Plan) accepted(ctx context.Context, program string, config tree) ([]byte, error) {
	text, err := otelcol.Write(config)
	if err != nil {
		return nil, err
	}
	return text, otelcol.Validate(ctx, program, text)
}

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
