// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"io"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// streams are the standard streams of a collector, and what is read of them until they are closed.
type streams struct {
	stdout, stderr *io.PipeWriter
	lines          chan line
	figures        chan []otelcol.Point
}

func newStreams() *streams {
	metrics, stdout := io.Pipe()
	log, stderr := io.Pipe()
	s := &streams{stdout: stdout, stderr: stderr, lines: make(chan line), figures: make(chan []otelcol.Point)}
	go func() {
		defer close(s.lines)
		eachLine(log, func(l line) { s.lines <- l })
	}()
	go func() {
		defer close(s.figures)
		for reader := otelcol.NewMetricsReader(metrics); ; {
			points, err := reader.Next()
			if err != nil {
				_, _ = io.Copy(io.Discard, metrics) // or the collector would wait for somebody to read
				return
			}
			s.figures <- points
		}
	}()
	return s
}

func (s *streams) close() {
	_ = s.stdout.Close() // of a pipe: it never fails
	_ = s.stderr.Close()
}
