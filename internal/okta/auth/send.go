// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// sender sends signed requests, each of them once: what is signed for one sending must not be sent
// again, for Okta takes it for a replay.
type sender struct {
	next http.RoundTripper
	// http2 is whether the last answer came over HTTP/2.
	http2 atomic.Bool
}

// send has a request signed and sends it. When the connection turns out to be dead, because it was
// idle for too long, another one is tried with a request that is signed afresh; but not unless again
// says that it does no harm when both arrive.
func (s *sender) send(ctx context.Context, again bool, signed func(context.Context) (*http.Request, error)) (*http.Response, error) {
	resp, reused, err := s.sendOnce(ctx, signed)
	if err == nil || !again || !reused || ctx.Err() != nil || isTimeout(err) {
		return resp, err
	}
	resp, _, err = s.sendOnce(ctx, signed)
	return resp, err
}

func (s *sender) sendOnce(ctx context.Context, signed func(context.Context) (*http.Request, error)) (resp *http.Response, reused bool, err error) {
	var onUsed atomic.Bool
	req, err := signed(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(got httptrace.GotConnInfo) { onUsed.Store(got.Reused) },
	}))
	if err != nil {
		return nil, false, err
	}
	s.makeUnrepeatable(req)
	resp, err = s.next.RoundTrip(req)
	if err == nil {
		s.http2.Store(resp.ProtoMajor >= 2)
	}
	return resp, onUsed.Load(), err
}

// makeUnrepeatable keeps net/http from sending the request again by itself, which it does when a
// connection that was used before breaks, unless the request has a body that it can't get again
// ([http.Transport]). An empty one will do: over HTTP/1 it leaves no trace on the wire.
//
// Over HTTP/2 an empty body is a DATA frame, which not every proxy likes on a GET, and is not
// needed: there net/http sends again only what the server said it has not looked at (RFC 9113,
// section 8.7). What is not known yet counts as HTTP/1. A change from 2 to 1 is noticed with the
// first answer of the new connection, and on a new connection nothing is sent again.
func (s *sender) makeUnrepeatable(req *http.Request) {
	req.GetBody = nil
	if (req.Body == nil || req.Body == http.NoBody) && !s.http2.Load() {
		req.Body = emptyBody{}
	}
}

// emptyBody is empty, as [http.NoBody] is, but net/http does not know that.
type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }

func isTimeout(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) && netErr.Timeout()
}
