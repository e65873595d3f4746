// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"math/rand/v2"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
)

// FactoryOption changes how a factory makes receivers.
type FactoryOption func(*factory)

// WithJitterSeed makes the random part of every wait of a receiver follow from a seed, so that what it
// does can be repeated: for tests. Without it the seed is random.
func WithJitterSeed(seed uint64) FactoryOption {
	return func(f *factory) { f.jitterSeed = func() uint64 { return seed } }
}

type factory struct {
	jitterSeed func() uint64
	starts     *pacing.Starts // of all receivers of the process
}

// NewFactory returns the factory of the okta_systemlog receiver.
func NewFactory(options ...FactoryOption) receiver.Factory {
	f := &factory{jitterSeed: rand.Uint64, starts: &pacing.Starts{}}
	for _, option := range options {
		option(f)
	}
	return receiver.NewFactory(
		metadata.Type,
		createDefaultConfig,
		receiver.WithLogs(f.createLogs, metadata.LogsStability),
	)
}

func (f *factory) createLogs(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	oktaCfg, ok := cfg.(*Config)
	if !ok {
		return nil, fmt.Errorf("configuration is a %T, not a %T", cfg, oktaCfg)
	}
	return newReceiver(oktaCfg, set, next, f.starts, f.jitterSeed())
}
