// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// redisServer is a Redis that writes each command to its disk, on loopback.
type redisServer struct {
	address   string
	directory string
	process   *process

	mu        sync.Mutex
	data      map[string]string // as the commands that the server was seen to take have left it
	positions []string          // next links of the named epoch, one after the other
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	s := &redisServer{address: freeAddress(t), directory: filepath.Join(t.TempDir(), "redis"), data: map[string]string{}}
	s.comeBack(t)
	return s
}

// storage is what replicas are to keep their position in.
func (s *redisServer) storage() sharedStorage {
	return sharedStorage{program: "otelcol-okta-redis", id: "redis_storage", config: fmt.Sprintf("{endpoint: %q, tls: {insecure: true}}", s.address)}
}

// comeBack starts the server, with what its disk holds, and watches it.
func (s *redisServer) comeBack(t *testing.T) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	require.NoError(t, err, "install Debian's package redis-server")
	require.NoError(t, os.MkdirAll(s.directory, 0o700))
	_, port, _ := strings.Cut(s.address, ":")
	s.process = startProgram(t, path, "--port", port, "--bind", "127.0.0.1", "--dir", s.directory, "--save", "", "--appendonly", "yes", "--appendfsync", "always")
	s.process.awaitPrinted(t, "Ready to accept connections", 1)
	s.watch(t)
}

// loseData removes what the disk holds. The server has ended.
func (s *redisServer) loseData(t *testing.T) {
	t.Helper()
	require.NoError(t, os.RemoveAll(s.directory))
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.data)
	s.positions = nil
}

// watch follows the commands that the server takes, until it ends.
func (s *redisServer) watch(t *testing.T) {
	t.Helper()
	var dialer net.Dialer
	connection, err := dialer.DialContext(t.Context(), "tcp", s.address)
	require.NoError(t, err)
	lines := bufio.NewReader(connection)
	_, err = connection.Write([]byte("MONITOR\r\n"))
	require.NoError(t, err)
	said, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "+OK\r\n", said)
	followed := make(chan struct{})
	t.Cleanup(func() {
		_ = connection.Close()
		<-followed
	})
	go func() {
		defer close(followed)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return // the server or the test has ended
			}
			s.took(line)
		}
	}()
}

// took notes a command, in the form of MONITOR: +1764156000.123456 [0 127.0.0.1:4711] "set" "key" "value"
func (s *redisServer) took(line string) {
	_, quoted, _ := strings.Cut(strings.TrimSpace(line), "] ")
	var words []string
	for quoted != "" {
		word, err := strconv.QuotedPrefix(quoted)
		if err != nil {
			break
		}
		plain, _ := strconv.Unquote(word) // QuotedPrefix has seen that it is quoted well
		words, quoted = append(words, plain), strings.TrimPrefix(quoted[len(word):], " ")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(words) >= 3 && strings.EqualFold(words[0], "set"):
		s.data[words[1]] = words[2]
	case len(words) >= 2 && strings.EqualFold(words[0], "del"):
		delete(s.data, words[1])
	default:
		return
	}
	if next := s.position(); next != "" && (len(s.positions) == 0 || s.positions[len(s.positions)-1] != next) {
		s.positions = append(s.positions, next)
	}
}

// position is the next link that counts: the one of the epoch that is named. A word stands before each key.
func (s *redisServer) position() string {
	for key, value := range s.data {
		history, found := strings.CutSuffix(key, "epoch")
		if !found {
			continue
		}
		var named struct{ Epoch string }
		var stored struct{ Next string }
		if json.Unmarshal([]byte(value), &named) == nil && json.Unmarshal([]byte(s.data[history+"epoch/"+named.Epoch+"/position"]), &stored) == nil {
			return stored.Next
		}
	}
	return ""
}

// requireForward asserts that the stored position has never gone back.
func (s *redisServer) requireForward(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Greater(t, len(s.positions), 1)
	for i, next := range s.positions[1:] {
		before, after := cursorOf(t, s.positions[i]), cursorOf(t, next)
		assert.False(t, after[0] < before[0] || after[0] == before[0] && after[1] < before[1], "the position went back from %s to %s", s.positions[i], next)
	}
	measured(t, "the stored position moved %d times, never back", len(s.positions)-1)
}

// cursorOf is the place that a next link of the simulator names, as two numbers: <epoch milliseconds>_<n>. A link with
// since comes before all.
func cursorOf(t *testing.T, next string) (place [2]int) {
	t.Helper()
	link, err := url.Parse(next)
	require.NoError(t, err)
	after := link.Query().Get("after")
	if after == "" {
		return place
	}
	_, err = fmt.Sscanf(after, "%d_%d", &place[0], &place[1])
	require.NoError(t, err, after)
	return place
}
