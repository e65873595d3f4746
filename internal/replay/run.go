// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"context"
	"errors"
	"fmt"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// Progress is how far a replay has come.
type Progress struct {
	// Events are those that this run has sent.
	Events int
	// Read is the share of the time range that was read, over all receivers; 1 once all have ended.
	Read float64
	// Ended are the receivers of the configuration whose range was read to its end, and Earlier those among them for which
	// an earlier run had done so.
	Ended, Earlier []string
}

// Reporter is told what happens in a run, by one goroutine.
type Reporter interface {
	// Said is called with what the collector says: warnings and errors, and what is told of the replay. The level is that
	// of the collector's log, or "" for what is not written to that.
	Said(level, component, message string)
	// Came is called about once a second.
	Came(Progress)
}

// ErrInterrupted says that a replay was ended by its context. The same one resumes.
var ErrInterrupted = errors.New("interrupted")

// Run runs a collector until all of a plan was sent, and returns how far it has come. The collector has ended when it
// returns.
func Run(ctx context.Context, program string, p *Plan, to Reporter) (Progress, error) {
	config, err := p.complete(ctx, program)
	switch {
	case ctx.Err() != nil:
		return Progress{}, ErrInterrupted
	case err != nil:
		return Progress{}, err
	}
	from := newStreams()
	process, err := otelcol.Start(ctx, program, config, from.stdout, from.stderr)
	if err != nil {
		from.close()
		return Progress{}, err
	}
	go func() {
		<-process.Ended()
		from.close()
	}()
	w := &watch{plan: p, to: to, read: map[string]float64{}}
	for lines, figures := from.lines, from.figures; lines != nil || figures != nil; {
		select {
		case l, more := <-lines:
			if !more {
				lines = nil
				break
			}
			w.said(l)
		case points, more := <-figures:
			if !more {
				figures = nil // the collector has ended, or what it prints are no figures
				break
			}
			w.came(points)
		}
		if w.over() && (w.settled || figures == nil) {
			process.End()
		}
	}
	err = process.Stop()
	switch {
	case w.over():
		return w.progress, err
	case ctx.Err() != nil:
		return w.progress, ErrInterrupted
	}
	return w.progress, fmt.Errorf("the collector ended (%s) before the replay had: put right what it said, and call the same again, which resumes", process.State())
}
