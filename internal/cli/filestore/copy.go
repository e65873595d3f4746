// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// copyTime is how the time stands in the name of a copy: without colons, which Windows does not take.
const copyTime = "20060102T150405Z"

// Copy writes a copy of the file beside it, named after what it was made before and when, and returns its path. No
// collector takes it for the file of a receiver. What was there under that name is not overwritten.
func (f *File) Copy(before string, now time.Time) (path string, err error) {
	base := fmt.Sprintf("%s.before-%s-%s", f.path, before, now.UTC().Format(copyTime))
	path = base
	for n := 2; exists(path); n++ { // nobody else makes one while this process has the file open
		path = fmt.Sprintf("%s-%d", base, n)
	}
	if err := f.copyTo(path); err != nil {
		return "", fmt.Errorf("make a copy of %s: %w", f.path, err)
	}
	return path, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// copyTo makes a copy that has its name once it is whole.
func (f *File) copyTo(path string) error {
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // it lies beside the file that the operator names
	if err != nil {
		return err
	}
	err = guarded(f.path, func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			_, err := tx.WriteTo(file)
			return err
		})
	})
	if err == nil {
		err = file.Sync()
	}
	Own(part, f.path)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// Empty reports whether the file is known to hold nothing.
func (f *File) Empty(ctx context.Context) bool {
	some := false
	err := f.Walk(ctx, func(string, []byte) ([]*storage.Operation, error) {
		some = true
		return nil, storage.SkipAll
	})
	return err == nil && !some
}

// Remove closes and deletes the file.
func (f *File) Remove() error {
	// Where the file is deleted first, whoever waits for its lock would get that of a file that is gone; where an open
	// file can't be deleted, as on Windows, closing it first is all there is.
	removed := os.Remove(f.path)
	err := f.db.Close()
	if removed != nil {
		removed = os.Remove(f.path)
	}
	if err = errors.Join(removed, err); err != nil {
		return fmt.Errorf("remove %s: %w", f.path, err)
	}
	return nil
}
