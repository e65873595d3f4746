// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDeliveryIsTaken(t *testing.T) {
	h := newHook()
	response := h.serve(post(t, testPath, strings.NewReader(payload("u1", "u2"))))
	assert.Equal(t, http.StatusOK, response.Code)
	assert.Empty(t, response.Body.String())
	require.Len(t, h.taken, 2)
	assert.Equal(t, "u1", h.taken[0].UUID)
	assert.Equal(t, map[Outcome]int{Accepted: 1}, h.outcomes)
}

func TestRequestsThatAreRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*http.Request)
		body   string
		status int
		want   Outcome
	}{
		"another path":      {func(r *http.Request) { r.URL.Path = "/" }, payload("u1"), http.StatusNotFound, WrongPath},
		"another method":    {func(r *http.Request) { r.Method = http.MethodPut }, payload("u1"), http.StatusMethodNotAllowed, WrongMethod},
		"HEAD":              {func(r *http.Request) { r.Method = http.MethodHead }, "", http.StatusMethodNotAllowed, WrongMethod},
		"no secret":         {func(r *http.Request) { r.Header.Del("Authorization") }, payload("u1"), http.StatusUnauthorized, WrongSecret},
		"empty secret":      {func(r *http.Request) { r.Header.Set("Authorization", "") }, payload("u1"), http.StatusUnauthorized, WrongSecret},
		"wrong secret":      {func(r *http.Request) { r.Header.Set("Authorization", testSecret+"x") }, payload("u1"), http.StatusUnauthorized, WrongSecret},
		"part of a secret":  {func(r *http.Request) { r.Header.Set("Authorization", testSecret[1:]) }, payload("u1"), http.StatusUnauthorized, WrongSecret},
		"two secrets":       {func(r *http.Request) { r.Header.Add("Authorization", testSecret) }, payload("u1"), http.StatusUnauthorized, WrongSecret},
		"another header":    {func(r *http.Request) { r.Header = http.Header{"X-Secret": {testSecret}} }, payload("u1"), http.StatusUnauthorized, WrongSecret},
		"not JSON by type":  {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, payload("u1"), http.StatusUnsupportedMediaType, WrongType},
		"no type":           {func(r *http.Request) { r.Header.Del("Content-Type") }, payload("u1"), http.StatusUnsupportedMediaType, WrongType},
		"too large":         {func(*http.Request) {}, payload(strings.Repeat("u", 1<<20)), http.StatusRequestEntityTooLarge, TooLarge},
		"cut off":           {func(r *http.Request) { r.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF)) }, "", http.StatusServiceUnavailable, Incomplete},
		"not JSON":          {func(*http.Request) {}, "{", http.StatusBadRequest, Malformed},
		"no events":         {func(*http.Request) {}, `{"data":{}}`, http.StatusBadRequest, Malformed},
		"empty":             {func(*http.Request) {}, "", http.StatusBadRequest, Malformed},
		"GET, no challenge": {func(r *http.Request) { r.Method = http.MethodGet }, "", http.StatusBadRequest, NoChallenge},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHook()
			r := post(t, testPath, strings.NewReader(tc.body))
			tc.change(r)
			response := h.serve(r)
			assert.Equal(t, tc.status, response.Code)
			assert.Empty(t, h.taken)
			assert.Equal(t, map[Outcome]int{tc.want: 1}, h.outcomes)
		})
	}
}

// What is refused for its secret costs nothing: its body is not even looked at.
func TestBodyOfAStrangerIsNotRead(t *testing.T) {
	h := newHook()
	r := post(t, testPath, iotest.ErrReader(errors.New("the body was read")))
	r.Header.Set("Authorization", "wrong")
	assert.Equal(t, http.StatusUnauthorized, h.serve(r).Code)
	assert.Empty(t, h.errs)
}

func TestOktaIsAskedToSendAgain(t *testing.T) {
	for name, break1 := range map[string]func(*hook) (Outcome, string){
		"the events can't be taken": func(h *hook) (Outcome, string) {
			h.take = func(context.Context, []Event) error { return errors.New("the pipeline refuses") }
			return NotTaken, "the pipeline refuses"
		},
		"the secret can't be read": func(h *hook) (Outcome, string) {
			h.secretErr = errors.New("no such file")
			return NoSecret, "no such file"
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHook()
			want, text := break1(h)
			response := h.serve(post(t, testPath, strings.NewReader(payload("u1"))))
			assert.Equal(t, http.StatusServiceUnavailable, response.Code)
			assert.Equal(t, map[Outcome]int{want: 1}, h.outcomes)
			require.Len(t, h.errs, 1)
			assert.ErrorContains(t, h.errs[0], text)
		})
	}
}

func TestDeliveriesAtATimeAreBounded(t *testing.T) {
	h := newHook()
	taking, release := make(chan struct{}), make(chan struct{})
	h.take = func(context.Context, []Event) error {
		taking <- struct{}{}
		<-release
		return nil
	}
	var requests sync.WaitGroup
	for range maxInHand {
		requests.Go(func() { h.serve(post(t, testPath, strings.NewReader(payload("u1")))) })
		<-taking
	}
	response := h.serve(post(t, testPath, strings.NewReader(payload("u2"))))
	assert.Equal(t, http.StatusServiceUnavailable, response.Code)
	close(release)
	requests.Wait()
	assert.Equal(t, map[Outcome]int{Accepted: maxInHand, Busy: 1}, h.outcomes)
}

func TestTakingIsBoundedInTime(t *testing.T) {
	h := newHook()
	h.take = func(ctx context.Context, _ []Event) error {
		deadline, ok := ctx.Deadline()
		require.True(t, ok)
		assert.LessOrEqual(t, time.Until(deadline), answerWithin)
		return nil
	}
	assert.Equal(t, http.StatusOK, h.serve(post(t, testPath, strings.NewReader(payload("u1")))).Code)
}

// Over a socket: a sender that trickles its body is cut off, and others are answered meanwhile.
func TestSlowBodyIsCutOff(t *testing.T) {
	h := newHook()
	server := httptest.NewServer(h)
	defer server.Close()
	var dialer net.Dialer
	connection, err := dialer.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	begun := time.Now()
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", testPath, testSecret)
	require.NoError(t, err)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+testPath, strings.NewReader(payload("u1")))
	require.NoError(t, err)
	request.Header = post(t, testPath, nil).Header
	response, err := server.Client().Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)

	answer, err := io.ReadAll(connection)
	require.NoError(t, err)
	assert.Contains(t, string(answer), "503 Service Unavailable")
	assert.Less(t, time.Since(begun), 3*time.Second, "within Okta's patience")
	assert.Equal(t, map[Outcome]int{Accepted: 1, Incomplete: 1}, h.outcomes)
}
