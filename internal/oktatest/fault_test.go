// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

const wholePage = `[{"uuid":"a","published":"2026-11-21T12:00:00.000Z","eventType":"user.session.start"}]`

// Each fault behaves alike in memory and over a real server.
func TestFaults(t *testing.T) {
	resetsAt := func(t *testing.T, a answer, err error, want string) {
		require.NoError(t, err)
		assert.Equal(t, http.StatusTooManyRequests, a.status)
		assert.Equal(t, "E0000047", a.errorCode(t))
		assert.Equal(t, want, rateHeaders(a.header))
	}
	fails := func(t *testing.T, _ answer, err error) { assert.Error(t, err) }
	for name, c := range map[string]struct {
		fault fault.Fault
		check func(t *testing.T, a answer, err error)
	}{
		"okta json": {fault.Status(500, fault.OktaError("E0000009", "")), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 500, a.status)
			assert.Equal(t, "E0000009", a.errorCode(t))
		}},
		"html": {fault.Status(502, fault.HTMLPage), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 502, a.status)
			assert.Contains(t, a.body, "<html>")
			assert.Contains(t, a.header.Get("Content-Type"), "text/html")
		}},
		"empty error": {fault.Status(503, fault.NoBody), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 503, a.status)
			assert.Empty(t, a.body)
		}},
		"rate limited": {fault.RateLimited(42 * time.Second), func(t *testing.T, a answer, err error) { resetsAt(t, a, err, "60 0 1795262442") }},
		"concurrency":  {fault.ConcurrencyLimited(), func(t *testing.T, a answer, err error) { resetsAt(t, a, err, "0 0 1795262405") }},
		"truncated": {fault.TruncatedJSON(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, wholePage[:len(wholePage)/2], a.body)
		}},
		"invalid": {fault.InvalidJSON(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.False(t, json.Valid([]byte(a.body)))
			assert.Contains(t, a.body, wholePage[1:])
		}},
		"an object": {fault.NotAnArray("", `{"a":1}`), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 200, a.status)
			assert.Equal(t, `{"a":1}`, a.body)
		}},
		"nothing": {fault.NotAnArray("", ""), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 200, a.status)
			assert.Empty(t, a.body)
		}},
		"half gzip":      {fault.HalfGzip(), func(t *testing.T, _ answer, err error) { assert.ErrorIs(t, err, io.ErrUnexpectedEOF) }},
		"wrong length":   {fault.WrongContentLength(), func(t *testing.T, _ answer, err error) { assert.ErrorIs(t, err, io.ErrUnexpectedEOF) }},
		"reset":          {fault.ResetBeforeAnswer(), fails},
		"reset mid-body": {fault.ResetMidBody(), fails},
		"foreign link": {fault.NextLinkTo("https://evil.example/api/v1/logs?after=1"), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, "https://evil.example/api/v1/logs?after=1", a.links()["next"])
			assert.Equal(t, wholePage, a.body)
		}},
		"missing next": {fault.MissingNext(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.NotContains(t, a.links(), "next")
			assert.Contains(t, a.links(), "self")
		}},
		"missing links": {fault.MissingLinks(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Empty(t, a.links())
			assert.Equal(t, wholePage, a.body)
		}},
		"folded": {fault.FoldedLinks(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Len(t, a.header["Link"], 1)
			assert.Len(t, a.links(), 2)
		}},
		"redirect": {fault.RedirectTo("https://acme-admin.okta.com/"), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 302, a.status)
			assert.Equal(t, "https://acme-admin.okta.com/", a.header.Get("Location"))
		}},
		"no date": {fault.OmitDate(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.NotContains(t, a.header, "Date")
			assert.Equal(t, wholePage, a.body)
		}},
		"bad rates": {fault.BadRateHeaders(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, "many -1.5 soon", rateHeaders(a.header))
		}},
		"retry-after": {fault.UnsolicitedRetryAfter("120"), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 200, a.status)
			assert.Equal(t, "120", a.header.Get("Retry-After"))
		}},
		"oauth": {fault.WWWAuthenticate(400, "DPoP", "invalid_dpop_proof", "no"), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, 400, a.status)
			assert.Empty(t, a.body)
			assert.Contains(t, a.header.Get("WWW-Authenticate"), `error="invalid_dpop_proof"`)
		}},
		"duplicate": {fault.DuplicateEvents(), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Equal(t, []string{"a", "a"}, a.uuids(t))
		}},
		"slow": {fault.SlowBody(3, time.Millisecond), func(t *testing.T, a answer, err error) { require.NoError(t, err); assert.Equal(t, wholePage, a.body) }},
		"oversized": {fault.OversizedBody(100_000), func(t *testing.T, a answer, err error) {
			require.NoError(t, err)
			assert.Greater(t, len(a.body), 100_000)
			assert.True(t, json.Valid([]byte(a.body)))
		}},
	} {
		opts := clockAt(noon)
		newOrg := func() *Org {
			org := NewOrg(opts)
			org.Append(event("a", noon))
			org.Inject(c.fault)
			return org
		}
		t.Run(name+" in memory", func(t *testing.T) {
			org := newOrg()
			a, err := trySend(org.Transport(), request(t, ""))
			c.check(t, a, err)
			assert.Equal(t, c.fault.Name, org.Requests()[0].Fault)
			assert.Equal(t, wholePage, get(t, org, "").body, "used up")
		})
		t.Run(name+" over a server", func(t *testing.T) {
			org := newOrg()
			server := httptest.NewServer(org)
			defer server.Close()
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			a, err := trySend(transport, request(t, server.URL+api.LogsPath))
			c.check(t, a, err)
			a, err = trySend(transport, request(t, server.URL+api.LogsPath))
			require.NoError(t, err)
			assert.Equal(t, wholePage, a.body, "used up")
		})
	}
}

func TestHangingEndsWithTheClient(t *testing.T) {
	for _, fault := range []fault.Fault{fault.Hang(), fault.HangMidBody(), fault.SlowBody(2, time.Hour), fault.OversizedBody(-1)} {
		synctest.Test(t, func(t *testing.T) {
			org := NewOrg(Options{})
			org.Inject(fault)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			r := request(t, "").WithContext(ctx)
			response, err := org.Transport().RoundTrip(r)
			if err == nil {
				if fault.Name == "oversized body" {
					_, err = io.CopyN(io.Discard, response.Body, 1<<20)
					require.NoError(t, err)
					require.NoError(t, response.Body.Close())
					return // the bubble would not end if the endless handler went on
				}
				_, err = io.ReadAll(response.Body)
				require.NoError(t, response.Body.Close())
			}
			assert.ErrorIs(t, err, context.DeadlineExceeded, fault.Name)
		})
	}
}

func TestHangingServerRequestEndsWithTheClient(t *testing.T) {
	org := NewOrg(Options{})
	org.Inject(fault.Hang())
	server := httptest.NewServer(org)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	r := request(t, server.URL+api.LogsPath).WithContext(ctx)
	go func() {
		_, err := trySend(http.DefaultTransport, r)
		failed <- err
	}()
	for org.Faults() > 0 {
		<-time.After(time.Millisecond)
	}
	cancel()
	assert.ErrorIs(t, <-failed, context.Canceled)
	server.Close() // returns only when no request is left
}

func TestResetInMemoryIsAConnectionReset(t *testing.T) {
	org := NewOrg(Options{})
	org.Inject(fault.ResetBeforeAnswer(), fault.ResetMidBody())
	for range 2 {
		_, err := trySend(org.Transport(), request(t, ""))
		assert.ErrorIs(t, err, syscall.ECONNRESET)
	}
	assert.Zero(t, org.Requests()[0].Status)
}

func TestFaultQueue(t *testing.T) {
	org := NewOrg(Options{RateLimit: 8})
	org.Inject(fault.PositionRefused(""), fault.Status(500, fault.NoBody), fault.RateLimited(time.Second))
	org.InjectAlways(fault.Status(503, fault.NoBody))
	first := get(t, org, "")
	assert.Equal(t, 503, first.status, "the first fault waits for a cursor")
	assert.Equal(t, "E0000001", get(t, org, "?after=1_0").errorCode(t))
	assert.Equal(t, 500, get(t, org, "").status)
	assert.Equal(t, 429, get(t, org, "").status)
	assert.Equal(t, 503, get(t, org, "").status)
	r := request(t, "")
	r.Header.Del("Authorization")
	assert.Equal(t, 403, send(t, org, r).status, "faults are for those who are let in")
	org.ClearFaults()
	last := get(t, org, "?after=1_0")
	assert.Equal(t, 429, last.status, "four of the five faults counted")
	assert.Equal(t, 1, org.RateReport().Refused)
}

func TestGzip(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.Append(event("a", noon))
	for accept, want := range map[string]bool{"gzip": true, "deflate, gzip;q=0.5": true, "gzip;q=0": false, "identity": false} {
		r := request(t, "")
		r.Header.Set("Accept-Encoding", accept)
		a := send(t, org, r)
		assert.Equal(t, want, a.header.Get("Content-Encoding") == "gzip", accept)
		assert.Equal(t, want, strings.HasPrefix(a.body, "\x1f\x8b"), accept)
		if want {
			plain, err := io.ReadAll(&unzipped{ReadCloser: io.NopCloser(bytes.NewBufferString(a.body))})
			require.NoError(t, err)
			assert.Equal(t, wholePage, string(plain))
		}
	}
}

func TestRoundTripperServesSeveralOrgs(t *testing.T) {
	seen := make(chan *http.Request, 1)
	transport := RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r
		_, err := io.WriteString(w, r.Host)
		assert.NoError(t, err)
		_, err = w.Write([]byte("!"))
		assert.NoError(t, err)
	}))
	a, err := trySend(transport, request(t, "https://beta.okta.com/x?y=1"))
	require.NoError(t, err)
	assert.Equal(t, "beta.okta.com!", a.body)
	assert.Equal(t, "/x?y=1", (<-seen).RequestURI)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = trySend(transport, request(t, "").WithContext(ended))
	assert.ErrorIs(t, err, context.Canceled)
}
