// SPDX-License-Identifier: Apache-2.0

package check

import (
	"context"
	"fmt"
	"io"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// Stored is where a receiver keeps its position, and what that is the position of.
type Stored struct {
	Receiver component.ID
	// Directory is that of its file_storage.
	Directory string
	// Host is the normalised host of its org.
	Host string
	// Query is what it polls.
	Query okta.Query
	// Err says why the position can't be read offline: the configuration has no file_storage for it, or a mistake. The
	// other fields are then not set, but for Receiver.
	Err error
}

// StoredPositions says where each receiver in a configuration keeps its position. Credentials are not needed.
func StoredPositions(ctx context.Context, uris []string, stderr io.Writer) ([]Stored, error) {
	conf, err := load(ctx, uris, stderr)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", unloadable(err).Cause, unloadable(err).Remedy)
	}
	var all []Stored
	for _, id := range conf.receivers() {
		stored, err := storedBy(conf, id)
		if err != nil {
			stored = Stored{Err: err}
		}
		stored.Receiver = id
		all = append(all, stored)
	}
	return all, nil
}

func storedBy(conf *configuration, id component.ID) (Stored, error) {
	cfg := oktasystemlogreceiver.NewFactory().CreateDefaultConfig().(*oktasystemlogreceiver.Config)
	if err := conf.section("receivers", id, cfg); err != nil {
		return Stored{}, err
	}
	if cfg.Storage == nil {
		return Stored{}, fmt.Errorf("no storage is set, so the position of %s lives in the memory of its collector: set storage to a file_storage", id)
	}
	storage := *cfg.Storage
	switch {
	case storage.Type() != filestorage.NewFactory().Type():
		return Stored{}, fmt.Errorf("the position of %s is kept by %s: only that of a file_storage can be read and changed here; see it live in the metrics and the log of its collector", id, storage)
	case !conf.defines(storage):
		return Stored{}, fmt.Errorf("there is no extension %q: define it under extensions and list it under service.extensions", storage)
	}
	settings, err := fileStorage(conf, storage)
	if err != nil {
		return Stored{}, fmt.Errorf("%s: correct the configuration of %s", oneLine(err), storage)
	}
	org, err := orgurl.Parse(cfg.OrgURL)
	if err != nil {
		return Stored{}, err
	}
	return Stored{
		Directory: settings.Directory, Host: org.Host,
		Query: okta.Query{Filter: cfg.Filter, Search: cfg.Q, PageSize: cfg.PageSize},
	}, nil
}
