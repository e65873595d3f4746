// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// lookEvery is the time between two looks at the collector's metrics.
	lookEvery = 500 * time.Millisecond
	// stopTime is how long the collector may take to end when asked to; after that it is killed.
	stopTime = 15 * time.Second
	// answersAtEnd is how many answers without a new event prove that all events were delivered. Up to six come before an event counts:
	// three of the connection check, one that only tells Okta's time, the page that is being delivered, and the one fetched ahead. A look
	// may count one more that came while it was being taken.
	answersAtEnd = 8
)

// drain runs the collector until it has read all events and returns how many. Everything it holds has reached the file by then.
func drain(ctx context.Context, collector, config string, port int, log io.Writer) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, collector, "--config", config) //nolint:gosec // the user names the collector
	cmd.Stdout, cmd.Stderr = log, log
	// Asked to end, the collector flushes what it holds.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTime
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start the collector: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	read, err := untilRead(ctx, fmt.Sprintf("http://127.0.0.1:%d/metrics", port), ended)
	if errors.Is(err, errEnded) {
		return 0, err
	}
	cancel()
	<-ended
	if err == nil && !cmd.ProcessState.Success() {
		err = fmt.Errorf("the collector did not end well: %s", cmd.ProcessState)
	}
	return read, err
}

var errEnded = errors.New("the collector ended before it had read the events; its log says why")

// untilRead waits until the org has nothing more, and returns how many events the pipelines have accepted.
func untilRead(ctx context.Context, metrics string, ended <-chan error) (int, error) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	var since progress
	for {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-ended:
			return 0, errEnded
		case <-ticker.C:
		}
		now, err := look(ctx, metrics)
		if err != nil {
			continue // it has only just started
		}
		if now.accepted != since.accepted {
			since = now
		}
		if now.answers >= since.answers+answersAtEnd {
			return now.accepted, nil
		}
	}
}

// progress is how far the collector has come: the pages it got, and the events that its pipelines have accepted.
type progress struct{ answers, accepted int }

func look(ctx context.Context, metrics string) (progress, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, metrics, http.NoBody)
	if err != nil {
		return progress{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return progress{}, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(response.Body)
	return parseProgress(string(text)), err
}

// parseProgress reads the collector's own metrics. Access tokens are asked for with POST and are no pages.
func parseProgress(text string) progress {
	return progress{
		answers:  sum(text, "http_client_request_duration_count{", `http_request_method="GET"`, `http_response_status_code="200"`),
		accepted: sum(text, "otelcol_receiver_accepted_log_records{"),
	}
}

// sum adds up the values of a metric, in Prometheus' text format, whose line begins with a text and contains others.
func sum(text, begin string, contains ...string) int {
	total := 0.0
lines:
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, begin) {
			continue
		}
		for _, label := range contains {
			if !strings.Contains(line, label) {
				continue lines
			}
		}
		fields := strings.Fields(line)
		if value, err := strconv.ParseFloat(fields[len(fields)-1], 64); err == nil {
			total += value
		}
	}
	return int(total)
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
