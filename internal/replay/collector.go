// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// scratch is a directory for the configuration of a collector.
type scratch string

// configFile is the file in it. Secrets that stand in the user's configuration stand here, too.
func (s scratch) configFile() string { return filepath.Join(string(s), "config.json") }

func (s scratch) write(config tree) error {
	text, err := json.Marshal(config)
	if err != nil {
		return fmt.Errorf("write the collector's configuration: %w", err)
	}
	if err := os.WriteFile(s.configFile(), text, 0o600); err != nil {
		return fmt.Errorf("write the collector's configuration: %w", err)
	}
	return nil
}

// accepted reports whether a collector can use a configuration.
func (s scratch) accepted(ctx context.Context, program string, config tree) error {
	if err := s.write(config); err != nil {
		return err
	}
	return otelcol.Validate(ctx, program, s.configFile())
}

// complete makes the configuration that the collector runs: without the queues of its exporters. Which exporters have a
// queue by default only the collector can tell, by what it refuses.
func (p *Plan) complete(ctx context.Context, program string, in scratch) (tree, error) {
	if err := in.accepted(ctx, program, p.config); err != nil {
		return nil, err
	}
	all := p.withoutQueues(func(string) bool { return true })
	if len(p.queued) == 0 || in.accepted(ctx, program, all) == nil {
		return all, nil
	}
	queues := map[string]bool{} // by the type of exporters
	for _, id := range p.queued {
		kind := otelcol.TypeOf(id)
		if _, known := queues[kind]; known {
			continue
		}
		one := p.withoutQueues(func(other string) bool { return otelcol.TypeOf(other) == kind })
		queues[kind] = in.accepted(ctx, program, one) == nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return p.withoutQueues(func(id string) bool { return queues[otelcol.TypeOf(id)] }), nil
}
