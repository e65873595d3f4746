// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"net"
	"net/http"
	"sync"
)

// newConnections are the connections to a server on which nothing was asked yet. A server that is being
// stopped waits for them for seconds, which strangers could make every stop take. The zero value is ready.
type newConnections struct {
	mu          sync.Mutex
	connections map[net.Conn]struct{}
	closed      bool
}

// changed follows the state of each connection: it is a server's ConnState.
func (n *newConnections) changed(connection net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(n.connections, connection)
	case n.closed:
		_ = connection.Close()
	default:
		if n.connections == nil {
			n.connections = map[net.Conn]struct{}{}
		}
		n.connections[connection] = struct{}{}
	}
}

// close closes them all, and those that are still to come.
func (n *newConnections) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	for connection := range n.connections {
		_ = connection.Close()
	}
}
