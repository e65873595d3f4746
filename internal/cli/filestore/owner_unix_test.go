// SPDX-License-Identifier: Apache-2.0

//go:build unix

package filestore

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What root makes is the collector's, which could not read it otherwise.
func TestCopiesBelongToTheOwnerOfTheFile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	const collector = 12345
	_, path := stored(t, "")
	require.NoError(t, os.Chown(path, collector, collector))
	file, err := Write(path, false)
	require.NoError(t, err)
	made, err := file.Copy("set", time.Now())
	require.NoError(t, err)
	require.NoError(t, file.Close(t.Context()))
	info, err := os.Stat(made)
	require.NoError(t, err)
	assert.EqualValues(t, collector, info.Sys().(*syscall.Stat_t).Uid)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
	Own(path+"-none", path) // nothing to give away, and nothing to complain of
}
