// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"sync"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // what the exporter sends
	"google.golang.org/grpc/status"
)

// farEnd is the OTLP endpoint that a collector exports to. It keeps which events it has accepted, can go away and come
// back at the same address, and treats exports as a test wishes.
type farEnd struct {
	plogotlp.UnimplementedGRPCServer
	address string
	server  *grpc.Server

	mu      sync.Mutex
	changed chan struct{}       // closed and replaced when something was accepted
	run     []string            // uuids accepted since take, in the order of their coming
	known   map[string]struct{} // uuids ever accepted
	replays int                 // records ever accepted that were marked as those of a replay

	treat     func(ctx context.Context, accept func()) error // nil accepts
	untreated int                                            // so many exports are accepted before treat begins
	over      context.CancelFunc                             // ends what treat holds
}

// treatment answers one export. accept keeps its records: an export that is answered without it never was. met tells
// who waits for the treatment to begin.
type treatment func(ctx context.Context, accept, met func()) error

// accepted is the ordinary treatment.
func accepted(_ context.Context, accept, met func()) error {
	accept()
	met()
	return nil
}

// acceptedUnanswered keeps the records and does not say so.
func acceptedUnanswered(ctx context.Context, accept, met func()) error {
	accept()
	return unanswered(ctx, accept, met)
}

// unanswered leaves an export open until the caller gives up or the connection ends.
func unanswered(ctx context.Context, _, met func()) error {
	met()
	<-ctx.Done()
	return status.FromContextError(ctx.Err()).Err()
}

// refused tells the caller to try again.
func refused(_ context.Context, _, met func()) error {
	met()
	return status.Error(codes.Unavailable, "come again later")
}

func startFarEnd(t *testing.T) *farEnd {
	t.Helper()
	e := &farEnd{changed: make(chan struct{}), known: map[string]struct{}{}, over: func() {}, address: freeAddress(t)}
	e.comeBack(t)
	t.Cleanup(func() { e.server.Stop() })
	return e
}

// comeBack listens at the address that the far end has always had.
func (e *farEnd) comeBack(t *testing.T) {
	t.Helper()
	listener := listen(t, e.address)
	e.server = grpc.NewServer()
	plogotlp.RegisterGRPCServer(e.server, e)
	go func(server *grpc.Server) { _ = server.Serve(listener) }(e.server) // it ends when the server is stopped
}

// leave closes the port and every connection.
func (e *farEnd) leave() { e.server.Stop() }

// take returns what was accepted since the last take. All that the collector, which has ended, has sent is in it.
func (e *farEnd) take(t *testing.T) []string {
	t.Helper()
	e.server.GracefulStop() // returns once every connection was read to its end and every export has been answered
	e.comeBack(t)
	e.mu.Lock()
	defer e.mu.Unlock()
	run := e.run
	e.run, e.treat = nil, nil
	return run
}

// meet makes every export after the next n meet the treatment, until meet is called again, which lets go what this one
// holds, or the run is over. The channel is closed when the first of them has met it.
func (e *farEnd) meet(n int, treat treatment) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	begun := make(chan struct{})
	met := sync.OnceFunc(func() { close(begun) })
	e.over()
	treating, over := context.WithCancel(context.Background())
	e.untreated, e.over = n, over
	e.treat = func(ctx context.Context, accept func()) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(treating, cancel)()
		return treat(ctx, accept, met)
	}
	return begun
}

// Export implements plogotlp.GRPCServer.
func (e *farEnd) Export(ctx context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	return plogotlp.NewExportResponse(), e.treatment()(ctx, func() { e.accept(request) })
}

func (e *farEnd) treatment() func(ctx context.Context, accept func()) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.treat != nil && e.untreated == 0 {
		return e.treat
	}
	e.untreated = max(e.untreated-1, 0)
	return func(_ context.Context, accept func()) error {
		accept()
		return nil
	}
}

func (e *farEnd) accept(request plogotlp.ExportRequest) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, resource := range request.Logs().ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				uid, _ := record.Attributes().Get("log.record.uid")
				e.run = append(e.run, uid.Str())
				e.known[uid.Str()] = struct{}{}
				if mark, marked := record.Attributes().Get("okta.replay"); marked && mark.Bool() {
					e.replays++
				}
			}
		}
	}
	close(e.changed)
	e.changed = make(chan struct{})
}

// marked returns how many records were marked as those of a replay.
func (e *farEnd) marked() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.replays
}

// count returns how many different events were ever accepted, how many records in this run, and a channel that is
// closed when there are more.
func (e *farEnd) count() (events, records int, more <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.known), len(e.run), e.changed
}
