// SPDX-License-Identifier: Apache-2.0

package check

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/filestore"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// storageStep looks whether the position can be stored, as far as that can be told without storing
// anything.
func storageStep(conf *configuration, cfg *oktasystemlogreceiver.Config, receiver component.ID) connection.Step {
	step := connection.Step{Name: connection.Storage}
	if cfg.Storage == nil {
		step.Result = connection.Warning
		step.Cause = "no storage is set, so a restart begins at start_at: events in between are missed or repeated"
		step.Remedy = "set storage to a storage extension such as file_storage"
		return step
	}
	id := *cfg.Storage
	switch {
	case !conf.defines(id):
		return unusable(fmt.Sprintf("there is no extension %q", id), "define it under extensions and list it under service.extensions")
	case !conf.runs(id):
		return unusable(fmt.Sprintf("the collector does not start the extension %q", id), "list it under service.extensions")
	case id.Type() != filestorage.NewFactory().Type():
		step.Result = connection.Skipped
		step.Detail = fmt.Sprintf("%s is there; whether it stores is not tried", id)
		return step
	}
	settings, err := fileStorage(conf, id)
	if err != nil {
		return unusable(oneLine(err), "correct the configuration of "+id.String())
	}
	if err := settings.Validate(); err != nil {
		return unusable(oneLine(err), "correct the configuration of "+id.String())
	}
	return fileStep(settings, receiver)
}

// fileStorage is the configuration of a file_storage.
func fileStorage(conf *configuration, id component.ID) (*filestorage.Config, error) {
	settings := filestorage.NewFactory().CreateDefaultConfig().(*filestorage.Config)
	return settings, conf.section("extensions", id, settings)
}

// fileStep looks at the directory of file_storage, and at the file of a receiver in it.
func fileStep(settings *filestorage.Config, receiver component.ID) connection.Step {
	step := connection.Step{Name: connection.Storage, Detail: "the position is kept in " + settings.Directory}
	if _, err := os.Stat(settings.Directory); err != nil {
		// Without create_directory the configuration would not be valid.
		step.Detail = settings.Directory + " is not there yet, it is made at the start"
		return step
	}
	if !writable(settings.Directory) {
		return notAllowed("this user may not write to "+settings.Directory, settings.Directory)
	}
	// Opened for reading, nothing is changed; the lock is the one that a collector waits for.
	path := filestore.Path(settings.Directory, receiver)
	file, err := filestore.Read(path)
	switch {
	case errors.Is(err, filestore.ErrNone):
		step.Detail += ", none is stored yet"
		return step
	case errors.Is(err, filestore.ErrHeld):
		step.Result = connection.Warning
		step.Cause = "another process holds the storage file " + path
		step.Remedy = "if that is not this collector, already running, stop it or give each collector a directory of its own"
		return step
	case errors.Is(err, os.ErrPermission):
		return notAllowed("this user may not read "+path, path)
	case err != nil:
		return unusable(fmt.Sprintf("the storage file %s can't be used: %v", path, err), "restore it or move it away, and set start_at to a time before the last delivered event")
	}
	if err := file.Close(context.Background()); err != nil {
		return unusable(fmt.Sprintf("the storage file %s can't be used: %v", path, err), "check its disk")
	}
	return step
}

// notAllowed is the step of a path that this user may not use. Where it belongs to another user than
// root, that may well be the collector's own, and nothing is known to be wrong.
func notAllowed(cause, path string) connection.Step {
	step := unusable(cause, "let the collector's user read and write it")
	if owner, known := ownerOf(path); known && owner != 0 && owner != os.Geteuid() {
		step.Result = connection.Warning
		step.Cause += fmt.Sprintf(", which belongs to the user with the id %d", owner)
		step.Remedy = "run okta-systemlog as the collector's user, to see whether that one may"
	}
	return step
}

func unusable(cause, remedy string) connection.Step {
	return connection.Step{Name: connection.Storage, Result: connection.Failed, Cause: cause, Remedy: remedy}
}
