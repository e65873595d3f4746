// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"golang.org/x/net/netutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // the compression that the Collector's exporter uses unless told otherwise
	"google.golang.org/grpc/status"
)

const (
	// maxMessage bounds one export, unpacked, in bytes. The Collector's own receiver takes 4 MiB over gRPC and 20 MiB
	// over HTTP; a page of 1,000 events has up to 5.
	maxMessage = 16 << 20
	// maxConnections and maxStreams bound what is held in memory at once.
	maxConnections, maxStreams = 16, 4
	// ioTime is how long headers, a request or an answer may take.
	ioTime = 30 * time.Second
	// drainTime is how long exports in hand may take when the command ends.
	drainTime = 300 * time.Millisecond
)

// listeners are what is listened on. One that is not wanted is nil.
type listeners struct{ grpc, http net.Listener }

// String names the addresses.
func (l listeners) String() string {
	var addresses []string
	if l.grpc != nil {
		addresses = append(addresses, l.grpc.Addr().String()+" (gRPC)")
	}
	if l.http != nil {
		addresses = append(addresses, l.http.Addr().String()+" (HTTP)")
	}
	return strings.Join(addresses, " and ")
}

// checkAddress refuses what is no address, and one that other machines could reach unless that is allowed.
func checkAddress(flag, address string, remote bool) error {
	if address == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%s must be host:port: %w", flag, err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%s %s has no port from 0 to 65535", flag, address)
	}
	if ip, err := netip.ParseAddr(host); !remote && host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s %s is not a loopback address: use 127.0.0.1, [::1] or localhost, or add --allow-remote", flag, address)
	}
	return nil
}

// listen takes the addresses, or none of them.
func (c config) listen(ctx context.Context) (listeners, error) {
	var l listeners
	var err error
	if c.grpc != "" {
		if l.grpc, err = listenOn(ctx, "--grpc", c.grpc); err != nil {
			return listeners{}, err
		}
	}
	if c.http != "" {
		if l.http, err = listenOn(ctx, "--http", c.http); err != nil {
			if l.grpc != nil {
				_ = l.grpc.Close()
			}
			return listeners{}, err
		}
	}
	return l, nil
}

func listenOn(ctx context.Context, flag, address string) (net.Listener, error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, errInUse):
		return nil, fmt.Errorf("another program, such as a Collector, listens on %s: end it, or choose another address with %s", address, flag)
	case err != nil:
		return nil, fmt.Errorf("cannot listen: %w", err)
	}
	return netutil.LimitListener(listener, maxConnections), nil
}

// serve gives what comes to the printer until ctx ends, or one of the servers fails.
func (l listeners) serve(ctx context.Context, p *printer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	byGRPC := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage), grpc.MaxConcurrentStreams(maxStreams), grpc.ConnectionTimeout(ioTime))
	plogotlp.RegisterGRPCServer(byGRPC, &exports{printer: p})
	byHTTP := &http.Server{
		Handler: handler{p}, ReadHeaderTimeout: ioTime, ReadTimeout: ioTime, WriteTimeout: ioTime, IdleTimeout: ioTime,
	}
	var running sync.WaitGroup
	if l.grpc != nil {
		running.Go(func() { cancel(byGRPC.Serve(l.grpc)) })
	}
	if l.http != nil {
		running.Go(func() { cancel(byHTTP.Serve(l.http)) })
	}
	<-ctx.Done()
	shut, done := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer done()
	context.AfterFunc(shut, byGRPC.Stop)
	byGRPC.GracefulStop()
	if byHTTP.Shutdown(shut) != nil {
		_ = byHTTP.Close()
	}
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return fmt.Errorf("the server failed: %w", cause)
	}
	return nil
}

// exports takes exports over gRPC.
type exports struct {
	plogotlp.UnimplementedGRPCServer
	printer *printer
}

// Export prints the records of a request.
func (e *exports) Export(_ context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	if err := e.printer.print(request.Logs()); err != nil {
		return plogotlp.NewExportResponse(), status.Error(codes.Unavailable, "nobody reads the records")
	}
	return plogotlp.NewExportResponse(), nil
}
