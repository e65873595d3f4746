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

// sender sends each signed request once: Okta takes a second sending for a replay.
type sender struct {
	next http.RoundTripper
	// http2 is whether the last answer came over HTTP/2.
	http2 atomic.Bool
}

// send has a request signed and sends it. When that fails on a connection that was used before, which may have been
// closed while it was idle, the request is signed afresh and sent once more, provided that again says that it does
// no harm when both arrive.
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

// makeUnrepeatable keeps net/http from sending the request again by itself. It does so when a connection that was
// used before breaks, unless the request has a body that it can't get again ([http.Transport]). An empty body is
// enough: over HTTP/1 nothing is written for it.
//
// Over HTTP/2 an empty body is a DATA frame, which not every proxy accepts on a GET. It is not needed there:
// net/http sends again only what the server said it has not processed (RFC 9113, section 8.7). Before the first
// answer HTTP/1 is assumed. A change from 2 to 1 is noticed with the first answer of the new connection, and on a
// new connection nothing is sent again.
func (s *sender) makeUnrepeatable(req *http.Request) {
	req.GetBody = nil
	if (req.Body == nil || req.Body == http.NoBody) && !s.http2.Load() {
		req.Body = emptyBody{}
	}
}

// emptyBody is empty like [http.NoBody], but net/http does not recognise it as empty.
type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }

func isTimeout(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) && netErr.Timeout()
}
