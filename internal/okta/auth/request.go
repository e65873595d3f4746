// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

const (
	// tokenPath is the token endpoint of the org itself, the only one that grants Okta's API scopes.
	tokenPath = "/oauth2/v1/token"
)

// requester requests access tokens (RFC 6749, section 4.4: client credentials).
type requester struct {
	sender    *sender
	endpoint  *url.URL
	client    ClientAuth
	scopes    []string
	userAgent string
	clock     *wire.Clock
	mode      *mode
	prover    *prover
	nonces    nonces
	issued    func()
	logger    *zap.Logger
}

// repairs is what a token request has been sent again for, each once.
type repairs struct{ nonce, clock, proof bool }

// token requests a token. When the answer names what is missing the request is made afresh with it, once for each
// reason: a nonce, the time on Okta's clock, a proof. Its error is an [*oktaerr.Error].
func (r *requester) token(ctx context.Context) (*accessToken, error) {
	var done repairs
	for {
		sent := newAttempt(r.clock, r.mode.proves(), done.clock)
		token, err := r.try(ctx, &sent)
		if err == nil {
			r.issued()
			r.logger.Debug("Okta issued an access token", zap.String("type", token.TokenType), zap.Time("renew_at", token.renewAt))
			return token, nil
		}
		if !r.repaired(err, &sent, &done) {
			return nil, err
		}
		r.logger.Debug("The token endpoint refused the request, which is made afresh", zap.Error(err))
	}
}

// repaired reports whether the same request, made afresh, may succeed after an error.
func (r *requester) repaired(err error, sent *attempt, done *repairs) bool {
	var e *oktaerr.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Cause {
	case oktaerr.CauseDPoPNonce:
		return sent.proves && sent.newNonce && once(&done.nonce)
	case oktaerr.CauseClock:
		return sent.clockMoved(r.clock) && once(&done.clock)
	case oktaerr.CauseDPoPRequired:
		return !sent.proves && r.mode.required() && once(&done.proof)
	default:
		return false
	}
}

// try sends one request for a token and reads the answer.
func (r *requester) try(ctx context.Context, sent *attempt) (*accessToken, error) {
	resp, err := r.sender.send(ctx, true, func(ctx context.Context) (*http.Request, error) { return r.request(ctx, sent) })
	if err != nil {
		return nil, tokenFailure(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answered := r.clock.Observe(resp.Header)
	sent.newNonce = r.nonces.observe(resp.Header)

	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes+1))
	switch {
	case resp.StatusCode != http.StatusOK:
		// Of a body that can't be read to its end the part that came is used: the status says enough.
		return nil, oktaerr.FromTokenEndpoint(resp, body[:min(len(body), maxAnswerBytes)], answered)
	case err != nil:
		return nil, oktaerr.UnusableToken(resp, body, fmt.Errorf("read the access token: %w", err))
	case len(body) > maxAnswerBytes:
		return nil, tokenFailure(fmt.Errorf("the answer is larger than %d MiB, which no access token is", maxAnswerBytes>>20))
	}
	token, err := readToken(body, sent, r.mode)
	if err != nil {
		return nil, oktaerr.UnusableToken(resp, body, err)
	}
	if len(token.scopes) == 0 {
		// An answer that names no scope grants those that were asked for (RFC 6749, section 5.1).
		token.scopes = r.scopes
	}
	return token, nil
}

// request makes a token request for one sending, with an assertion and a proof of its own. No redirect takes it
// elsewhere: a RoundTripper follows none.
func (r *requester) request(ctx context.Context, sent *attempt) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {strings.Join(r.scopes, " ")}}
	header := http.Header{
		"Accept":       {"application/json"},
		"Content-Type": {"application/x-www-form-urlencoded"},
		"User-Agent":   {r.userAgent},
	}
	now := signingTime(r.clock, sent.again, assertionLifetime)
	if err := r.client.prove(form, header, r.endpoint.String(), now); err != nil {
		return nil, err
	}
	if sent.proves {
		proof, err := r.prover.proof(http.MethodPost, r.endpoint, "", r.nonces.get(), now)
		if err != nil {
			return nil, err
		}
		header.Set(proofHeader, proof)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.endpoint.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header = header
	return req, nil
}
