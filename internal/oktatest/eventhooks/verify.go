// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// verifyHook asks the endpoint of a hook to show that it wants to be one (Okta, event hooks: "one-time verification
// request"). A timeout or error answer is tried once more; an answer that repeats the wrong challenge is not.
func (s *Server) verifyHook(ctx context.Context, id string) *apierror.Error {
	s.mu.Lock()
	h := s.findHook(id)
	if h == nil {
		s.mu.Unlock()
		return noSuchHook(id)
	}
	config, channel := h.config, h.channels
	challenge := base64.RawURLEncoding.EncodeToString([]byte(s.env.IDs.Next()))
	s.mu.Unlock()

	problem := "the endpoint did not answer"
	for range hookPatience {
		status, body, err := s.askEndpoint(ctx, config.Channel.Config, challenge)
		if err == nil && status == http.StatusOK {
			problem = checkVerification(body, challenge)
			break
		}
		problem = describeAnswer(status, err)
	}
	if problem != "" {
		return invalidHook("eventHook: Verification failed: " + problem)
	}
	return s.noteVerified(id, channel)
}

// noteVerified makes the hook verified, unless its channel has changed since it was asked.
func (s *Server) noteVerified(id string, channel int) *apierror.Error {
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.findHook(id)
	switch {
	case h == nil:
		return noSuchHook(id)
	case h.channels != channel:
		return invalidHook("eventHook: Verification failed: the channel was changed meanwhile")
	case !h.inactive && !h.verified:
		if refused := s.mayGoLive(); refused != nil {
			return refused
		}
	}
	h.verified = true
	s.touch(h, now)
	return nil
}

// askEndpoint sends the only GET request of event hooks.
func (s *Server) askEndpoint(ctx context.Context, channel hookChannelConfig, challenge string) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, channel.URI, nil)
	if err != nil {
		return 0, nil, err
	}
	channel.setHeaders(r.Header)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("X-Okta-Verification-Challenge", challenge)
	return s.exchange(r)
}

// exchange sends a request to an endpoint and reads its answer, the beginning of it at least. The status is 0 when none
// came.
func (s *Server) exchange(r *http.Request) (status int, body []byte, err error) {
	response, err := s.options.Transport.RoundTrip(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close() //nolint:errcheck // reading tells
	body, err = io.ReadAll(io.LimitReader(response.Body, maxHookAnswer))
	return response.StatusCode, body, err
}

// setHeaders sets the headers of the hook's owner, the secret last.
func (c hookChannelConfig) setHeaders(h http.Header) {
	for _, header := range c.Headers {
		h.Set(header.Key, header.Value)
	}
	if c.Auth != nil {
		h.Set(c.Auth.Key, c.Auth.Value)
	}
}

// checkVerification says what is wrong with the answer, if anything.
func checkVerification(body []byte, challenge string) string {
	if !json.Valid(body) {
		return "the answer is no JSON"
	}
	if repeated, _ := logevent.Text(body, "verification"); repeated != challenge {
		return "the answer does not repeat the challenge"
	}
	return ""
}

// describeAnswer says why an answer is none. The error is not shown: it may name what the owner of the hook keeps
// secret.
func describeAnswer(status int, err error) string {
	switch {
	case status == 0:
		return "the endpoint did not answer"
	case err != nil:
		return "the answer broke off"
	default:
		return fmt.Sprintf("the endpoint answered with status %d", status)
	}
}
