// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

var (
	// ErrNone says that there is no file, or an empty one.
	ErrNone = errors.New("nothing is stored")
	// ErrHeld says that another process has the file open.
	ErrHeld = errors.New("another process holds the storage file")
	// ErrDamaged says that the file is not what file_storage writes.
	ErrDamaged = errors.New("the storage file is damaged")
)

// lockWait is how long to wait for the lock of a file.
const lockWait = 200 * time.Millisecond

// bucket is where the extension keeps everything.
var bucket = []byte("default")

// File is an open storage file. It implements [storage.Client] and [storage.Walker]. Each batch is one transaction that
// is on the disk when Batch returns.
type File struct {
	db   *bbolt.DB
	path string
}

// Read opens a file for reading: nothing in it changes. The errors are [ErrNone], [ErrHeld], [ErrDamaged] and those of
// the file system.
func Read(path string) (*File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0:
		return nil, fmt.Errorf("%w in %s", ErrNone, path)
	case err != nil:
		return nil, err
	}
	return open(path, true)
}

// Write opens a file for writing, and creates it where create is set and none is there. The errors are those of [Read].
func Write(path string, create bool) (*File, error) {
	// To open a file for writing reads all of it, also where a fault can't be caught. So it is read here before.
	read, err := Read(path)
	switch {
	case errors.Is(err, ErrNone) && create:
		return open(path, false)
	case err != nil:
		return nil, err
	}
	err = errors.Join(read.Walk(context.Background(), func(string, []byte) ([]*storage.Operation, error) { return nil, nil }), read.db.Close())
	if err != nil {
		return nil, err
	}
	return open(path, false)
}

func open(path string, readOnly bool) (file *File, err error) {
	err = guarded(path, func() error {
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{
			ReadOnly: readOnly, Timeout: lockWait, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
		})
		file = &File{db: db, path: path}
		return err
	})
	var system *fs.PathError
	switch {
	case err == nil:
		return file, nil
	case errors.Is(err, bbolterrors.ErrTimeout):
		return nil, fmt.Errorf("%w %s", ErrHeld, path)
	case errors.Is(err, ErrDamaged), errors.As(err, &system), errors.Is(err, fs.ErrPermission):
		return nil, err
	}
	return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
}

// guarded turns what a damaged file leads to while it is read, a panic or a page that is not there, into an error.
func guarded(path string, do func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%w: %s: %v", ErrDamaged, path, fault)
		}
	}()
	return do()
}

// Get implements [storage.Client].
func (f *File) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := f.Batch(ctx, op)
	return op.Value, err
}

// Set implements [storage.Client].
func (f *File) Set(ctx context.Context, key string, value []byte) error {
	return f.Batch(ctx, storage.SetOperation(key, value))
}

// Delete implements [storage.Client].
func (f *File) Delete(ctx context.Context, key string) error {
	return f.Batch(ctx, storage.DeleteOperation(key))
}

// Batch implements [storage.Client].
func (f *File) Batch(_ context.Context, ops ...*storage.Operation) error {
	within := f.db.Update
	if reads(ops) {
		within = f.db.View
	}
	return guarded(f.path, func() error {
		return within(func(tx *bbolt.Tx) error { return carryOut(tx, ops) })
	})
}

func reads(ops []*storage.Operation) bool {
	for _, op := range ops {
		if op.Type != storage.Get {
			return false
		}
	}
	return true
}

// carryOut does the operations of one transaction.
func carryOut(tx *bbolt.Tx, ops []*storage.Operation) error {
	values := tx.Bucket(bucket)
	if values == nil && reads(ops) {
		return nil // a file that was created and never written to
	}
	if values == nil {
		var err error
		if values, err = tx.CreateBucket(bucket); err != nil {
			return err
		}
	}
	for _, op := range ops {
		var err error
		switch op.Type {
		case storage.Get:
			op.Value = nil
			if value := values.Get([]byte(op.Key)); value != nil {
				op.Value = append([]byte{}, value...) // the value is gone with the transaction
			}
		case storage.Set:
			err = values.Put([]byte(op.Key), op.Value)
		case storage.Delete:
			err = values.Delete([]byte(op.Key))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Walk implements [storage.Walker].
func (f *File) Walk(ctx context.Context, each storage.WalkFunc) error {
	var all []*storage.Operation
	err := guarded(f.path, func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			values := tx.Bucket(bucket)
			if values == nil {
				return nil
			}
			return values.ForEach(func(key, value []byte) error {
				ops, err := each(string(key), value)
				all = append(all, ops...)
				return err
			})
		})
	})
	if err != nil && !errors.Is(err, storage.SkipAll) || len(all) == 0 {
		if errors.Is(err, storage.SkipAll) {
			return nil
		}
		return err
	}
	return f.Batch(ctx, all...)
}

// Close implements [storage.Client].
func (f *File) Close(context.Context) error { return f.db.Close() }
