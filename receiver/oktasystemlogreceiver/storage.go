// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
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
		return nil, fmt.Errorf("storage: open %q: %w: %s", id, err, storageRemedy(err))
	}
	return client, nil
}

// closeGrace is how long a storage may take to close.
const closeGrace = time.Second

// closeStorage closes a storage client. One whose disk hangs does not listen to any context: nothing
// more is lost when the process ends without it.
func closeStorage(ctx context.Context, client storage.Client) error {
	closed := make(chan error, 1)
	// Whoever has used up ctx has accepted events that a storage may still be writing.
	go func() { closed <- client.Close(context.WithoutCancel(ctx)) }()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeGrace):
		return fmt.Errorf("the storage does not close within %s: check its disk", closeGrace)
	}
}

// storageRemedy is what can be done about storage that can't be opened.
func storageRemedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "let the collector's user read and write its directory"
	case errors.Is(err, fs.ErrNotExist):
		return "create its directory, or set create_directory"
	// file_storage waits for the lock of its file and then says just this.
	case err.Error() == "timeout":
		return "another process, such as a collector that still runs, holds the file: stop it, or give each collector a directory of its own"
	default:
		return "check the extension, its disk and its permissions"
	}
}

const (
	// storagePause is the time between two tries to open the storage, which the replica before may still have open.
	storagePause = time.Second
	// storagePatience is for how long that is nothing to worry about: longer than the replica before takes to end.
	storagePatience = 10 * time.Second
)

// openStorage opens the storage as soon as it can be. The only error is that of ctx.
func (p *polling) openStorage(ctx context.Context) (storage.Client, error) {
	began := time.Now()
	for {
		stored, err := storageClient(ctx, p.cfg.Storage, p.host, p.set.ID)
		if err == nil {
			p.health.Succeeded(telemetry.Storing)
			return stored, nil
		}
		if time.Since(began) >= storagePatience {
			p.health.Failed(telemetry.Storing, "closed", "the storage can't be opened",
				"The storage can't be opened, so the replica that holds the lease does not poll: check that the replica that held it before has ended", err)
		}
		select {
		case <-time.After(storagePause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
