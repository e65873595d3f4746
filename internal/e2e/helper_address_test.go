// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// givenAddresses are those that freeAddress has returned.
var givenAddresses sync.Map

// freeAddress returns a loopback address that nobody listens at, and that it has not returned before. Its port is below
// those that Linux (32768 and up), macOS and Windows (49152 and up) give to connections: else one of these could have
// it when a server wants to come back to it.
func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))
		if _, again := givenAddresses.LoadOrStore(address, true); again {
			continue
		}
		var listening net.ListenConfig
		if listener, err := listening.Listen(t.Context(), "tcp", address); err == nil {
			require.NoError(t, listener.Close())
			return address
		}
	}
}

// listen listens at an address of this machine.
func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	var listening net.ListenConfig
	// Not the test's context: listening goes on in what is cleaned up after the test.
	listener, err := listening.Listen(context.WithoutCancel(t.Context()), "tcp", address)
	require.NoError(t, err)
	return listener
}
