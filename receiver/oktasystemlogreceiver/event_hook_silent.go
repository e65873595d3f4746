// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"net"
	"net/http"
	"sync"
)

// silent are the connections to a server on which nothing was asked yet. A server that is being stopped
// waits for them for seconds, which strangers could make every stop take. The zero value is ready.
type silent struct {
	mu          sync.Mutex
	connections map[net.Conn]struct{}
	unwanted    bool
}

// changed follows the state of each connection: it is a server's ConnState.
func (s *silent) changed(connection net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.connections, connection)
	case s.unwanted:
		_ = connection.Close()
	default:
		if s.connections == nil {
			s.connections = map[net.Conn]struct{}{}
		}
		s.connections[connection] = struct{}{}
	}
}

// hangUp closes them all, and those that are still to come.
func (s *silent) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unwanted = true
	for connection := range s.connections {
		_ = connection.Close()
	}
}
