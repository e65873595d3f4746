// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
)

// storageClient returns a client of the storage extension with the given ID, or, without an ID, one
// that keeps everything in memory.
func storageClient(ctx context.Context, id *component.ID, host component.Host, owner component.ID) (storage.Client, error) {
	if id == nil {
		return checkpoint.NewMemory(), nil
	}
	found, ok := host.GetExtensions()[*id]
	if !ok {
		return nil, fmt.Errorf("storage: there is no extension %q: define it under extensions and list it under service.extensions", id)
	}
	extension, ok := found.(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("storage: the extension %q does not store anything: use a storage extension such as file_storage", id)
	}
	client, err := extension.GetClient(ctx, component.KindReceiver, owner, "")
	if err != nil {
		return nil, fmt.Errorf("storage: open %q: %w", id, err)
	}
	return client, nil
}
