// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// withToken sends a token as the auth package does.
type withToken struct {
	token string
	next  http.RoundTripper
}

func (w withToken) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if w.token != "" {
		r.Header.Set("Authorization", "SSWS "+w.token)
	}
	return w.next.RoundTrip(r)
}

func clientOf(org *oktatest.Org) *Client {
	return NewClient(&url.URL{Scheme: "https", Host: "acme.okta.com"},
		&http.Client{Transport: withToken{oktatest.DefaultToken, org.Transport()}, Timeout: time.Minute}, "test/1")
}

// orgWith returns an org with n events an hour old.
func orgWith(n int, opts oktatest.Options) *oktatest.Org {
	org := oktatest.NewOrg(opts)
	generator := generate.New(1)
	for range n {
		org.AppendAt(org.Now().Add(-time.Hour), generator.Event(org.Now().Add(-time.Hour)))
	}
	return org
}

func twoHoursAgo(org *oktatest.Org) time.Time { return org.Now().Add(-2 * time.Hour) }

func TestPagesFollowTheNextLinks(t *testing.T) {
	for name, opts := range map[string]oktatest.Options{
		"as usual":                {},
		"links in one line":       {FoldLinks: true},
		"no next when empty":      {OmitNextWhenEmpty: true},
		"no cursor on empty page": {NoCursorWhenFirstIsEmpty: true},
	} {
		t.Run(name, func(t *testing.T) {
			org := orgWith(25, opts)
			client := clientOf(org)
			at := Query{PageSize: 10}.Since(twoHoursAgo(org))
			for _, want := range []struct {
				events int
				full   bool
			}{{10, true}, {10, true}, {5, false}, {0, false}, {0, false}} {
				page, err := client.Page(t.Context(), at)
				require.NoError(t, err)
				assert.Len(t, page.Events, want.events)
				assert.Equal(t, want.full, page.Full)
				at = page.Next
			}
			for _, r := range org.Requests() {
				assert.NotContains(t, r.URL, "until")
				assert.Equal(t, "test/1", r.Header.Get("User-Agent"))
				assert.Equal(t, "application/json", r.Header.Get("Accept"))
			}
		})
	}
}

func TestPageSaysWhenAndHowMuchIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := orgWith(1, oktatest.Options{RateLimit: 100, PrincipalShare: 0.5, Skew: -10 * time.Minute})
		client := clientOf(org)
		page, err := client.Page(t.Context(), Query{PageSize: 10}.Since(twoHoursAgo(org)))
		require.NoError(t, err)
		assert.WithinDuration(t, org.Now(), page.Answered, time.Second, "on Okta's clock")
		assert.Equal(t, time.Now(), page.Received, "on the local clock")
		assert.Equal(t, 50, page.RateLimit.Ceiling)
		assert.Equal(t, 49, page.RateLimit.Remaining)
		assert.LessOrEqual(t, page.RateLimit.UntilReset, 62*time.Second)

		now, err := client.Time(t.Context())
		require.NoError(t, err)
		assert.WithinDuration(t, org.Now(), now, time.Second)

		time.Sleep(time.Minute) // virtual
		org.Inject(fault.OmitDate())
		now, err = client.Time(t.Context())
		require.NoError(t, err)
		assert.WithinDuration(t, org.Now(), now, time.Second, "without a Date the offset is known from before")
	})
}

func TestTimeThatAPageHasJustToldIsNotAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := orgWith(1, oktatest.Options{Skew: -10 * time.Minute})
		client := clientOf(org)
		asked := func() int {
			before := len(org.Requests())
			now, err := client.Time(t.Context())
			require.NoError(t, err)
			assert.WithinDuration(t, org.Now(), now, time.Second)
			return len(org.Requests()) - before
		}
		org.Inject(fault.Status(401, fault.OktaError("E0000011", "")))
		_, err := client.Page(t.Context(), Ping())
		require.Error(t, err)
		assert.Equal(t, 1, asked(), "a refusal tells the time, and not that pages come")
		assert.Zero(t, asked())
		time.Sleep(freshTime) // virtual
		assert.Zero(t, asked())
		time.Sleep(time.Second)
		assert.Equal(t, 1, asked())
	})
}

func TestEveryFaultIsAnErrorNeverAPage(t *testing.T) {
	okta := func(code string) fault.Body { return fault.OktaError(code, "") }
	for name, tc := range map[string]struct {
		fault fault.Fault
		kind  oktaerr.Kind
		says  string
	}{
		"500":                   {fault.Status(500, okta("E0000009")), oktaerr.Unavailable, "E0000009"},
		"500 with a 400's code": {fault.Status(500, okta("E0000053")), oktaerr.Unavailable, "500"},
		"503 empty":             {fault.Status(503, fault.NoBody), oktaerr.Unavailable, "503 Service Unavailable"},
		"502 page":              {fault.Status(502, fault.HTMLPage), oktaerr.Unavailable, "502"},
		"504 page":              {fault.Status(504, fault.HTMLPage), oktaerr.Unavailable, "504"},
		"408":                   {fault.Status(408, fault.NoBody), oktaerr.Unavailable, "408"},
		"204":                   {fault.Status(204, fault.NoBody), oktaerr.Unavailable, "204"},
		"404":                   {fault.Status(404, okta("E0000008")), oktaerr.Misdirected, "check org_url"},
		"405":                   {fault.Status(405, okta("E0000022")), oktaerr.Misdirected, "check org_url"},
		"407 of a proxy":        {fault.Status(407, fault.HTMLPage), oktaerr.Misdirected, "407"},
		"401":                   {fault.Status(401, okta("E0000011")), oktaerr.Unauthorized, "create a new one"},
		"401 feature":           {fault.Status(401, okta("E0000015")), oktaerr.Unauthorized, "feature"},
		"401 empty":             {fault.Status(401, fault.NoBody), oktaerr.Unauthorized, "check the credential"},
		"403 role":              {fault.Status(403, okta("E0000006")), oktaerr.Forbidden, "Read-only Administrator"},
		"403 no credential":     {fault.Status(403, okta("E0000005")), oktaerr.Forbidden, "Authorization header"},
		"403 page":              {fault.Status(403, fault.HTMLPage), oktaerr.Forbidden, "network zone"},
		"400":                   {fault.Status(400, okta("E0000001")), oktaerr.Rejected, "E0000001"},
		"400 filter":            {fault.Status(400, okta("E0000031")), oktaerr.Rejected, "check filter"},
		"403 scope":             {fault.WWWAuthenticate(403, "Bearer", "insufficient_scope", "The access token provided does not contain the required scopes."), oktaerr.Forbidden, "okta.logs.read"},
		"400 of a proof":        {fault.WWWAuthenticate(400, "DPoP", "invalid_dpop_proof", "The DPoP proof JWT is expired."), oktaerr.Unauthorized, "invalid_dpop_proof"},
		"429":                   {fault.RateLimited(30 * time.Second), oktaerr.RateLimited, "429"},
		"429 concurrency":       {fault.ConcurrencyLimited(), oktaerr.RateLimited, "429"},
		"redirect":              {fault.RedirectTo("https://acme-admin.okta.com/login"), oktaerr.Misdirected, "acme-admin.okta.com"},
		"half a page":           {fault.TruncatedJSON(), oktaerr.Unavailable, "not a complete, valid JSON array"},
		"invalid JSON":          {fault.InvalidJSON(), oktaerr.Unavailable, "not a complete, valid JSON array"},
		"an empty body":         {fault.NotAnArray("", ""), oktaerr.Unavailable, "0 bytes"},
		"an object":             {fault.NotAnArray("", `{"events":[]}`), oktaerr.Unavailable, "not a complete, valid JSON array"},
		"a string":              {fault.NotAnArray("", `"[]"`), oktaerr.Unavailable, "not a complete, valid JSON array"},
		"null":                  {fault.NotAnArray("", `null`), oktaerr.Unavailable, "not a complete, valid JSON array"},
		"two arrays":            {fault.NotAnArray("", `[][]`), oktaerr.Unavailable, "not a complete, valid JSON array"},
		"a deep array":          {fault.NotAnArray("", strings.Repeat("[", 1<<20)), oktaerr.Unavailable, "not a complete, valid JSON array"},
		"a login page":          {fault.NotAnArray("text/html", "<html>"), oktaerr.Unavailable, "text/html"},
		"endless":               {fault.OversizedBody(-1), oktaerr.Unavailable, "lower page_size"},
		"reset at once":         {fault.ResetBeforeAnswer(), oktaerr.Unavailable, "no answer"},
		"reset in the body":     {fault.ResetMidBody(), oktaerr.Unavailable, "read the body"},
		"fewer bytes":           {fault.WrongContentLength(), oktaerr.Unavailable, "read the body"},
		"silence":               {fault.Hang(), oktaerr.Unavailable, "context deadline exceeded"},
		"silence in the body":   {fault.HangMidBody(), oktaerr.Unavailable, "read the body"},
		"a next link elsewhere": {fault.NextLinkTo("https://acme.okta.com/api/v1/users?after=1"), oktaerr.Misdirected, "/api/v1/users"},
		"a next link to users":  {fault.NextLinkTo("https://acme.okta.com/api/v1/users?after=1"), oktaerr.Misdirected, "/api/v1/users"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				org := orgWith(3, oktatest.Options{})
				org.Inject(tc.fault)
				at := Query{PageSize: 10}.Since(twoHoursAgo(org))
				_, err := clientOf(org).Page(t.Context(), at)
				var e *oktaerr.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, tc.kind, e.Kind, err)
				assert.ErrorContains(t, err, tc.says)
				assert.NotContains(t, err.Error(), oktatest.DefaultToken)
				require.Zero(t, org.Faults())

				page, err := clientOf(org).Page(t.Context(), at)
				require.NoError(t, err, "the next request is as good as ever")
				assert.Len(t, page.Events, 3)
			})
		})
	}
}

func TestErrorCarriesWhatOktaSaid(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Okta-Request-Id", "f3c1d0")
		w.Header().Set("X-Rate-Limit-Limit", "60")
		w.Header().Set("X-Rate-Limit-Remaining", "0")
		w.Header().Set("X-Rate-Limit-Reset", "1795262443")
		w.Header().Set("Date", time.Unix(1795262400, 0).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"errorCode":"E0000047","errorSummary":"API call exceeded\n rate limit","errorId":"oaeHl2"}`))
	}))
	defer server.Close()
	_, err := NewClient(mustParse(t, server.URL), server.Client(), "test/1").Page(t.Context(), Query{PageSize: 1}.Since(time.Now()))
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 44*time.Second, e.Wait, "reset - date + 1 s, whatever the local clock says")
	assert.Equal(t, `okta answered 429 Too Many Requests: E0000047 "API call exceeded rate limit", error id oaeHl2, request id f3c1d0`, err.Error())
}

func TestContextEndsARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := orgWith(0, oktatest.Options{})
		org.InjectAlways(fault.Hang())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := clientOf(org).Page(ctx, Query{PageSize: 1}.Since(twoHoursAgo(org)))
			done <- err
		}()
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, <-done, context.Canceled)
	})
}

// The first requests of clients that start together are spread, whatever they are for.
func TestClientWaitsForItsTurnWhenItStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := orgWith(1, oktatest.Options{})
		starts := &pacing.Starts{}
		began := time.Now()
		for range 20 {
			client := clientOf(org)
			WithStarts(starts, 1)(client)
			_, err := client.Page(t.Context(), Ping())
			require.NoError(t, err)
			_, _ = client.OrgID(t.Context())
		}
		require.Len(t, org.Requests(), 20)
		assert.GreaterOrEqual(t, time.Since(began), time.Second, "20 pages, 20 tokens, and 20 other requests at 40 in a second, a few at once")

		ended, cancel := context.WithCancel(t.Context())
		cancel()
		client := clientOf(org)
		WithStarts(starts, 100)(client)
		_, err := client.Page(t.Context(), Ping())
		require.NoError(t, err)
		client = clientOf(org)
		WithStarts(starts, 0)(client)
		_, err = client.Page(ended, Ping())
		require.ErrorIs(t, err, pacing.ErrNoPermit)
		_, err = client.OrgID(ended)
		require.ErrorIs(t, err, context.Canceled)
		assert.Len(t, org.Requests(), 21)
	})
}

func TestGzip(t *testing.T) {
	org := orgWith(20, oktatest.Options{})
	server := httptest.NewServer(org)
	defer server.Close()
	httpClient := &http.Client{Transport: withToken{oktatest.DefaultToken, server.Client().Transport}}
	client := NewClient(mustParse(t, server.URL), httpClient, "test/1")
	at := Query{PageSize: 100}.Since(twoHoursAgo(org))

	page, err := client.Page(t.Context(), at)
	require.NoError(t, err)
	assert.Len(t, page.Events, 20)
	assert.Equal(t, "gzip", org.Requests()[0].Header.Get("Accept-Encoding"))

	org.Inject(fault.HalfGzip())
	_, err = client.Page(t.Context(), at)
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, oktaerr.Unavailable, e.Kind)
	assert.Equal(t, http.StatusOK, e.Status)
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var strangers atomic.Int32
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.Add(1) }))
	defer stranger.Close()
	org := orgWith(1, oktatest.Options{})
	org.Inject(fault.RedirectTo(stranger.URL + "/api/v1/logs?after=1"))
	server := httptest.NewServer(org)
	defer server.Close()

	httpClient := &http.Client{Transport: withToken{oktatest.DefaultToken, server.Client().Transport}}
	_, err := NewClient(mustParse(t, server.URL), httpClient, "test/1").Page(t.Context(), Query{PageSize: 1}.Since(twoHoursAgo(org)))
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, oktaerr.Misdirected, e.Kind)
	assert.ErrorContains(t, err, "is not followed")
	assert.Zero(t, strangers.Load())
}

func TestEventsAreByteForByte(t *testing.T) {
	const body = " [ {\"a\" : 1.0}\n,\"x\", {\"a\":\"\\ud800\",\"a\":\"\xff\"}, [1, {}] ,null]\n"
	events, err := splitEvents(&jsontape.Elements{}, []byte(body), 5)
	require.NoError(t, err)
	var texts []string
	for _, e := range events {
		texts = append(texts, string(e))
	}
	assert.Equal(t, []string{`{"a" : 1.0}`, `"x"`, "{\"a\":\"\\ud800\",\"a\":\"\xff\"}", `[1, {}]`, `null`}, texts)
}

func TestErrorsOfTheTransportBelowAreKept(t *testing.T) {
	below := &oktaerr.Error{Kind: oktaerr.Unauthorized, Code: "invalid_client"}
	client := NewClient(mustParse(t, "https://acme.okta.com"), &http.Client{Transport: failing{below}}, "test/1")
	_, err := client.Page(t.Context(), Query{PageSize: 1}.Since(time.Now()))
	assert.Same(t, below, err)
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// What a peer sends bounds nothing: not the elements of a page, and not the limit that a link names.
func TestPagesWithTooManyEventsAreRefused(t *testing.T) {
	many := []byte("[" + strings.Repeat("0,", MaxPageSize+pageSlack) + "0]")
	_, err := splitEvents(&jsontape.Elements{}, many, MaxPageSize)
	require.ErrorContains(t, err, "more than 2000 events, and 1000 were asked for")
	events, err := splitEvents(&jsontape.Elements{}, many[2:], MaxPageSize)
	require.Error(t, err, "cut off")
	assert.Empty(t, events)
	at, err := ParsePosition("/api/v1/logs?after=1&limit=2000000000")
	require.NoError(t, err)
	assert.Equal(t, MaxPageSize, at.limit())
}
