// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
)

// NewFactory returns the factory of the okta_systemlog receiver.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(
		metadata.Type,
		createDefaultConfig,
		receiver.WithLogs(createLogs, metadata.LogsStability),
	)
}

func createLogs(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	oktaCfg, ok := cfg.(*Config)
	if !ok {
		return nil, fmt.Errorf("configuration is a %T, not a %T", cfg, oktaCfg)
	}
	return newReceiver(oktaCfg, set, next)
}
