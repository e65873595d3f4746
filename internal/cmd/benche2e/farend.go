// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// serve answers requests at a free port of this machine, and returns the address and what ends it.
func serve(ctx context.Context, handler http.Handler) (url string, stop func(), err error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener)            //nolint:errcheck // ends with Close
	stop = func() { _ = server.Close() } // nothing is left to go wrong
	return "http://" + listener.Addr().String(), stop, nil
}

// farEnd is an OTLP/HTTP endpoint that has all records taken before it answers. It is told when they arrived.
type farEnd func(records plog.Logs, arrived time.Time)

func (take farEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	body, err := io.ReadAll(r.Body)
	request := plogotlp.NewExportRequest()
	if err == nil {
		err = request.UnmarshalProto(body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	take(request.Logs(), arrived)
	w.Header().Set("Content-Type", "application/x-protobuf")
	// The answer that all went well has no bytes.
	w.WriteHeader(http.StatusOK)
}
