// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/hostile"
)

// maxAllocated is what a request and the answers to it may have allocated in all, in bytes, garbage included: a token
// request is sent three times at most.
const maxAllocated = 64 << 20

// FuzzTokenEndpoint feeds whole answers of the token endpoint, while the log answers as it should. Whatever is in them,
// the request ends: with an answer of the log, or with an error that says what kind it is and holds nothing that moves
// a terminal's cursor. The memory that is taken is bounded.
func FuzzTokenEndpoint(f *testing.F) {
	f.Add(200, "", "", `{"token_type":"Bearer","expires_in":3600,"access_token":"eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl","scope":"`, "okta.logs.read ", uint16(9000), `"}`)
	f.Add(200, "", "n1", `{"token_type":"DPoP","expires_in":3600,"access_token":"`, "eyJhbGciOi", uint16(65535), `"}`)
	f.Add(200, "", "", `{"token_type":"Bearer","scope":[`, `"a",`, uint16(65535), `""]}`)
	f.Add(200, "", "", "", "[", uint16(65535), "")
	f.Add(400, "", "nonce", `{"error":"use_dpop_nonce","error_description":"`, "\x1b[2J", uint16(9000), `"}`)
	f.Add(401, `DPoP error="invalid_client"`, "", `{"errorCode":"E0000011","errorSummary":"`, "\u009b", uint16(9000), `"}`)
	f.Add(403, "", "", "<html>", "x", uint16(9000), "</html>")
	f.Fuzz(func(t *testing.T, status int, challenge, nonce, before, repeated string, times uint16, after string) {
		body := hostile.Body(t, before, repeated, times, after, 2<<20)
		endpoint := hostile.Answer{Status: status, Header: http.Header{
			"Content-Type": {"application/json"}, "X-Okta-Request-Id": {"r1"}, "Www-Authenticate": {challenge}, "Dpop-Nonce": {nonce},
		}, Body: body}
		r := newRig(t, oktatest.Options{}, nil)
		r.next = roundTripFunc(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == tokenPath {
				return endpoint.RoundTrip(req)
			}
			return hostile.Answer{Status: http.StatusOK, Body: []byte("[]")}.RoundTrip(req)
		})
		transport := r.transport(t)

		var err error
		allocated := hostile.Allocated(func() { _, err = get(t.Context(), transport) })
		require.LessOrEqual(t, allocated, maxAllocated)
		if err == nil {
			return
		}
		var explained *oktaerr.Error
		require.ErrorAs(t, err, &explained)
		require.Equal(t, wire.Printable(err.Error(), 1<<20), err.Error())
	})
}
