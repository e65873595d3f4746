// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// scrapeInterval is the time between two readings of the collector's metrics.
const scrapeInterval = 500 * time.Millisecond

// collector is how to run the collector of a backtest.
type collector struct {
	program string
	config  []byte
	port    int
	// grows says that the org goes on making events while they are read.
	grows bool
	log   io.Writer
}

// drain runs the collector until it has read all events and returns how many. Everything it holds has reached the file
// by then.
func (c collector) drain(ctx context.Context) (*counts, error) {
	var printed bytes.Buffer
	process, err := otelcol.Start(ctx, c.program, c.config, &printed, c.log)
	if err != nil {
		return nil, err
	}
	err = c.untilRead(ctx, process.Ended())
	if ended := process.Stop(); err == nil {
		err = ended
	}
	if err != nil {
		return nil, err
	}
	// Events came until it ended, so only what it says last is about all that is in the file.
	return readCounts(&printed)
}

var errEnded = errors.New("the collector ended before it had read the events; its log says why")

// untilRead waits until the collector has read what there is to read.
func (c collector) untilRead(ctx context.Context, ended <-chan struct{}) error {
	ticker := time.NewTicker(scrapeInterval)
	defer ticker.Stop()
	metrics := fmt.Sprintf("http://127.0.0.1:%d/metrics", c.port)
	w := endDetector{grows: c.grows, mark: time.Now()}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ended:
			return errEnded
		case <-ticker.C:
		}
		now, err := scrapeProgress(ctx, metrics)
		if err != nil {
			continue // it has only just started
		}
		if w.over(time.Now(), now) {
			return nil
		}
	}
}

// freePort returns a port for the collector's metrics.
func freePort(ctx context.Context) (int, error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
