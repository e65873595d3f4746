// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bbolterrors "go.etcd.io/bbolt/errors"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

var receiverType = component.MustNewType("okta_systemlog")

// client is that of a receiver, by the extension itself.
func client(t *testing.T, directory string, receiver component.ID) storage.Client {
	t.Helper()
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory = directory
	extension, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	c, err := extension.(storage.Extension).GetClient(t.Context(), component.KindReceiver, receiver, "")
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(t.Context()) })
	return c
}

// stored is a directory in which a receiver has stored something, and its file.
func stored(t *testing.T, name string) (directory, path string) {
	t.Helper()
	directory = t.TempDir()
	id := component.NewIDWithName(receiverType, name)
	c := client(t, directory, id)
	require.NoError(t, c.Set(t.Context(), "key", []byte("value")))
	require.NoError(t, c.Close(t.Context()))
	return directory, Path(directory, id)
}

func TestFilesAreNamedAsTheExtensionDoes(t *testing.T) {
	for name, listed := range map[string]bool{
		"": true, "acme": true, "Acme.2_x-y": true, "a b": true, "müller": true, "a~b": true, "a/b": true, `a\b:c`: true, "日本": true,
		"a.before-move": true, strings.Repeat("long", 60): false, "😀": false,
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && len(name) > 200 {
				t.Skip("the extension does not shorten names there, and fails")
			}
			directory, path := stored(t, name)
			read, err := Read(path)
			require.NoError(t, err)
			value, err := read.Get(t.Context(), "key")
			require.NoError(t, err)
			assert.Equal(t, "value", string(value))
			require.NoError(t, read.Close(t.Context()))
			if want := []component.ID{component.NewIDWithName(receiverType, name)}; listed {
				assert.Equal(t, want, Receivers(directory, receiverType))
			}
		})
	}
}

func TestWhatIsWrittenIsReadByTheExtension(t *testing.T) {
	directory, path := stored(t, "acme")
	file, err := Write(path, false)
	require.NoError(t, err)
	require.NoError(t, file.Batch(t.Context(), storage.SetOperation("a", []byte("1")), storage.DeleteOperation("key"), storage.SetOperation("b", []byte("2"))))
	require.NoError(t, file.Close(t.Context()))
	c := client(t, directory, component.NewIDWithName(receiverType, "acme"))
	for key, want := range map[string]string{"a": "1", "b": "2", "key": ""} {
		value, err := c.Get(t.Context(), key)
		require.NoError(t, err)
		assert.Equal(t, want, string(value), key)
	}
}

func TestNothingIsCreatedUnlessItIsAskedFor(t *testing.T) {
	directory := t.TempDir()
	path := Path(directory, component.NewID(receiverType))
	_, err := Read(path)
	require.ErrorIs(t, err, ErrNone)
	_, err = Write(path, false)
	require.ErrorIs(t, err, ErrNone)
	assert.NoFileExists(t, path)
	file, err := Write(path, true)
	require.NoError(t, err)
	assert.True(t, file.Empty(t.Context()))
	require.NoError(t, file.Set(t.Context(), "key", []byte("value")))
	assert.False(t, file.Empty(t.Context()))
	require.NoError(t, file.Close(t.Context()))
	value, err := client(t, directory, component.NewID(receiverType)).Get(t.Context(), "key")
	require.NoError(t, err)
	assert.Equal(t, "value", string(value))
}

func TestFileThatACollectorHoldsIsLeftAlone(t *testing.T) {
	directory, path := stored(t, "")
	client(t, directory, component.NewID(receiverType))
	_, err := Read(path)
	require.ErrorIs(t, err, ErrHeld)
	_, err = Write(path, true)
	require.ErrorIs(t, err, ErrHeld)
}

func TestDamagedFilesAreSaidToBe(t *testing.T) {
	for name, spoil := range map[string]func(content []byte) []byte{
		"another format": func([]byte) []byte { return []byte(strings.Repeat("no database\n", 1000)) },
		"cut off":        func(content []byte) []byte { return content[:2*os.Getpagesize()] },
		"zeros":          func(content []byte) []byte { clear(content[2*os.Getpagesize():]); return content },
		"nonsense": func(content []byte) []byte {
			for i := range content[2*os.Getpagesize():] {
				content[2*os.Getpagesize()+i] = byte(i*7 + 1)
			}
			return content
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, path := stored(t, "")
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			content = spoil(content)
			require.NoError(t, os.WriteFile(path, content, 0o600))
			file, err := Read(path)
			if err == nil {
				_, err = file.Get(t.Context(), "key")
				require.NoError(t, file.Close(t.Context()))
			}
			require.ErrorIs(t, err, ErrDamaged)
			_, err = Write(path, false)
			require.ErrorIs(t, err, ErrDamaged)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, content, after, "it is left as it is")
		})
	}
}

func TestCopiesAreWholeAndOverwriteNothing(t *testing.T) {
	directory, path := stored(t, "acme")
	file, err := Write(path, false)
	require.NoError(t, err)
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.FixedZone("", 3600))
	first, err := file.Copy("set", now)
	require.NoError(t, err)
	assert.Equal(t, path+".before-set-20261126T110000Z", first)
	require.NoError(t, file.Set(t.Context(), "key", []byte("changed")))
	second, err := file.Copy("set", now)
	require.NoError(t, err)
	assert.Equal(t, first+"-2", second)
	for path, want := range map[string]string{first: "value", second: "changed"} {
		read, err := Read(path)
		require.NoError(t, err)
		value, err := read.Get(t.Context(), "key")
		require.NoError(t, err)
		assert.Equal(t, want, string(value))
		require.NoError(t, read.Close(t.Context()))
	}
	assert.Equal(t, []component.ID{component.NewIDWithName(receiverType, "acme")}, Receivers(directory, receiverType), "copies are no receivers'")

	require.NoError(t, file.Remove())
	assert.NoFileExists(t, path)
	assert.FileExists(t, second)
}

func TestCopyThatCannotBeMadeLeavesNothing(t *testing.T) {
	_, path := stored(t, "acme")
	file, err := Write(path, false)
	require.NoError(t, err)
	require.NoError(t, file.db.Close())
	_, err = file.Copy("set", time.Now())
	require.ErrorIs(t, err, bbolterrors.ErrDatabaseNotOpen)
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

func TestWalkStopsWhereItIsTold(t *testing.T) {
	_, path := stored(t, "")
	file, err := Write(path, false)
	require.NoError(t, err)
	require.NoError(t, file.Set(t.Context(), "other", []byte("x")))
	seen := 0
	require.NoError(t, file.Walk(t.Context(), func(key string, _ []byte) ([]*storage.Operation, error) {
		seen++
		return []*storage.Operation{storage.DeleteOperation(key)}, storage.SkipAll
	}))
	assert.Equal(t, 1, seen)
	value, err := file.Get(t.Context(), "key")
	require.NoError(t, err)
	assert.Nil(t, value, "what it asked for is done")
	require.ErrorIs(t, file.Walk(t.Context(), func(string, []byte) ([]*storage.Operation, error) { return nil, os.ErrInvalid }), os.ErrInvalid)
	require.NoError(t, file.Close(t.Context()))
}
