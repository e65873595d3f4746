// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"container/list"
	"net"
	"net/http"
	"sync"
	"time"
)

// connections are those of a server, at most maxConnections. One more waits until there is room, or takes the place of
// the oldest on which nothing is asked, once that is quietFor old: so neither silent strangers nor busy ones keep
// anybody out for long. A server that is being stopped waits for new connections for seconds, which strangers could
// make every stop take: those are closed.
type connections struct {
	mu     sync.Mutex
	open   map[net.Conn]*list.Element // nil for one on which something is asked
	quiet  list.List                  // of quietConnection: those on which nothing is asked, the oldest first
	closed bool
	freed  chan struct{} // has an element when there may be room again
}

type quietConnection struct {
	net.Conn
	since time.Time
}

func newConnections() *connections {
	return &connections{open: map[net.Conn]*list.Element{}, freed: make(chan struct{}, 1)}
}

// limitedListener accepts a connection once there is room for it.
type limitedListener struct {
	net.Listener
	*connections
}

// Accept implements net.Listener.
func (l limitedListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err == nil {
		l.admit(connection)
	}
	return connection, err
}

// admit waits until there is room for a connection.
func (c *connections) admit(connection net.Conn) {
	for {
		wait := c.tryAdmit(connection)
		if wait == 0 {
			return
		}
		timer := time.NewTimer(wait)
		select {
		case <-c.freed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// tryAdmit takes a connection in, or returns how long to wait until there may be room.
func (c *connections) tryAdmit(connection net.Conn) (wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		_ = connection.Close()
		return 0
	case len(c.open) < maxConnections:
	case c.quiet.Len() == 0:
		return quietFor
	default:
		oldest := c.quiet.Front()
		if age := time.Since(oldest.Value.(quietConnection).since); age < quietFor {
			return quietFor - age
		}
		gone := c.quiet.Remove(oldest).(quietConnection).Conn
		delete(c.open, gone)
		_ = gone.Close()
	}
	c.open[connection] = c.quiet.PushBack(quietConnection{connection, time.Now()})
	return 0
}

// changed follows the state of each connection: it is a server's ConnState.
func (c *connections) changed(connection net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	quiet, open := c.open[connection]
	if !open || state == http.StateNew {
		return // it made room for another one, or was admitted a moment ago
	}
	if quiet != nil {
		c.quiet.Remove(quiet)
	}
	switch state {
	case http.StateClosed, http.StateHijacked:
		delete(c.open, connection)
		select {
		case c.freed <- struct{}{}:
		default:
		}
	case http.StateIdle:
		c.open[connection] = c.quiet.PushBack(quietConnection{connection, time.Now()})
	default:
		c.open[connection] = nil
	}
}

// close closes those on which nothing is asked, and those that are still to come.
func (c *connections) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for quiet := c.quiet.Front(); quiet != nil; quiet = quiet.Next() {
		_ = quiet.Value.(quietConnection).Close()
	}
	select {
	case c.freed <- struct{}{}:
	default:
	}
}
