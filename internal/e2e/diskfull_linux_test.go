// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// disk is where the storage lives; it can be filled, and have room again, while the collector runs.
type disk interface {
	prepare(t *testing.T, s *testbed)
	fill(t *testing.T, s *testbed)
	makeRoom(t *testing.T, s *testbed)
}

// sizeLimit keeps the collector from making its files larger than they are, as a quota does: the file can't be
// extended.
type sizeLimit struct{}

func (sizeLimit) prepare(*testing.T, *testbed) {}

func (sizeLimit) fill(t *testing.T, s *testbed) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.storage(), "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	file, err := os.Stat(files[0])
	require.NoError(t, err)
	s.limitFiles(t, uint64(file.Size()))
}

func (sizeLimit) makeRoom(t *testing.T, s *testbed) {
	t.Helper()
	s.limitFiles(t, unix.RLIM_INFINITY)
}

func (s *testbed) limitFiles(t *testing.T, bytes uint64) {
	t.Helper()
	limit := unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}
	require.NoError(t, unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil))
}

// smallDisk is a file system of its own: on a full one the file can be extended, but what is written there finds no
// room.
type smallDisk struct{}

const smallDiskSize = 4 << 20

// prepare puts a small file system in the place of the storage directory.
func (smallDisk) prepare(t *testing.T, s *testbed) {
	t.Helper()
	require.NoError(t, os.Mkdir(s.storage(), 0o700))
	err := unix.Mount("tmpfs", s.storage(), "tmpfs", 0, "size=4m,mode=0700")
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		t.Skip("mounting a tmpfs needs the rights of root")
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, unix.Unmount(s.storage(), 0)) })
}

func (smallDisk) fill(t *testing.T, s *testbed) {
	t.Helper()
	err := os.WriteFile(filler(s), make([]byte, smallDiskSize), 0o600)
	require.ErrorIs(t, err, unix.ENOSPC)
}

func (smallDisk) makeRoom(t *testing.T, s *testbed) {
	t.Helper()
	require.NoError(t, os.Remove(filler(s)))
}

func filler(s *testbed) string { return filepath.Join(s.storage(), "filler") }

// ends are what becomes of a collector whose disk is full.
var ends = map[string]func(t *testing.T, s *testbed, where disk){
	"it has room again": func(t *testing.T, s *testbed, where disk) {
		where.makeRoom(t, s)
		s.awaitPrinted(t, "The position is stored again", 1)
	},
	"the collector is asked to end": func(t *testing.T, s *testbed, where disk) {
		s.stopUncommitted(t, s.pageSize)
		s.start(t)
		s.ready(t)
		where.makeRoom(t, s)
	},
	"the collector is killed": func(t *testing.T, s *testbed, where disk) {
		s.kill(t)
		s.start(t)
		s.ready(t)
		where.makeRoom(t, s)
	},
}

func TestDiskFull(t *testing.T) {
	for whereName, where := range map[string]disk{"size limit": sizeLimit{}, "small disk": smallDisk{}} {
		for endName, end := range ends {
			t.Run(whereName+", "+endName, func(t *testing.T) {
				s := newTestbed(t, 100, direct)
				where.prepare(t, s)
				// The file of a new storage has no room for the uuids of so many events.
				s.org.backlog(3000)
				held := s.far.meet(1, unanswered)
				s.start(t)
				s.await(t, "a page was delivered", held)
				where.fill(t, s)
				s.far.meet(0, accepted)
				s.standsStill(t)
				end(t, s, where)
				s.finish(t)
			})
		}
	}
}

// standsStill waits until the collector can't store its position, and requires that it delivers nothing while it tries
// again.
func (s *testbed) standsStill(t *testing.T) {
	t.Helper()
	const complaint = "The storage fails, polling stands still"
	s.awaitPrinted(t, complaint, 1)
	_, before, _ := s.far.count()
	require.Less(t, before, s.org.Len(), "the log came to its end before the disk was full")
	s.awaitPrinted(t, complaint, 4)
	_, after, _ := s.far.count()
	assert.Equal(t, before, after, "nothing is delivered without a place for the position")
}
