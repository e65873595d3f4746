// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/scrape"
)

// pageSize is the receiver's default, and the most that Okta gives at a time.
const pageSize = 1000

// discarding is an exporter that discards. The debug exporter prints each call at the level info: with the log at warn
// it only looks at how many records there are, which is as good as discarding them.
const discarding = "debug: {verbosity: basic}"

// sendingTo is an exporter that delivers to an OTLP/HTTP endpoint. Nothing is queued, so that a
// delivery lasts as long as the other end takes.
func sendingTo(endpoint string) string {
	return fmt.Sprintf(`otlp_http: {endpoint: "%s", compression: none, sending_queue: {enabled: false}, retry_on_failure: {enabled: false}}`, endpoint)
}

// collector is a collector to start: what it polls, and where the records go.
type collector struct {
	receivers    int
	org          string
	pollInterval string
	eventHook    string // the setting of each receiver, or nothing
	exporter     string
	environment  []string
}

// running is a collector that runs.
type running struct {
	*process
	metrics string
}

// start runs the collector with an empty storage of its own.
func (c collector) start(ctx context.Context, b *bench) (*running, error) {
	directory, err := os.MkdirTemp(b.scratch, "collector-")
	if err != nil {
		return nil, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	config := filepath.Join(directory, "config.yaml")
	if err := os.WriteFile(config, []byte(c.config(directory, port)), 0o600); err != nil {
		return nil, err
	}
	p, err := startProcess(ctx, c.environment, b.collector, "--config", config)
	return &running{process: p, metrics: fmt.Sprintf("http://127.0.0.1:%d/metrics", port)}, err
}

func (c collector) config(directory string, port int) string {
	var text, names strings.Builder
	text.WriteString("receivers:\n")
	more := ""
	if c.eventHook != "" {
		more = ", event_hook: " + c.eventHook
	}
	for i := range c.receivers {
		fmt.Fprintf(&text, `  okta_systemlog/%d: {org_url: "%s", api_token: "${env:OKTA_API_TOKEN}", start_at: beginning, poll_interval: %s, page_size: %d, storage: file_storage%s}
`, i, c.org, c.pollInterval, pageSize, more)
		fmt.Fprintf(&names, "okta_systemlog/%d, ", i)
	}
	name, _, _ := strings.Cut(c.exporter, ":")
	fmt.Fprintf(&text, `exporters:
  %s
extensions:
  file_storage: {directory: %s, create_directory: true, fsync: true}
service:
  extensions: [file_storage]
  pipelines: {logs: {receivers: [%s], exporters: [%s]}}
  telemetry:
    logs: {level: warn}
    metrics: {level: normal, readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}}]}
`, c.exporter, filepath.Join(directory, "storage"), strings.TrimSuffix(names.String(), ", "), name, port)
	return text.String()
}

func freePort(ctx context.Context) (int, error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// accepted returns how many records the pipeline has accepted, by the collector's own metrics.
func (r *running) accepted(ctx context.Context) (int, error) {
	metrics, err := scrape.Get(ctx, r.metrics)
	records, _ := metrics.Sum("otelcol_receiver_accepted_log_records", nil)
	return int(records), err
}
