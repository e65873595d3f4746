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
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

const (
	// tokenPath is the token endpoint of the org itself, the only one that grants Okta's API scopes.
	tokenPath = "/oauth2/v1/token"
	// maxAnswerBytes bounds what is read of the token endpoint's answer, a few kilobytes as a rule.
	maxAnswerBytes = 1 << 20
	// noticeableOffset is a difference of the clocks that can be behind a refusal.
	noticeableOffset = 2 * time.Second
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

// repairs is what one request has been sent again for. Each counts once: what does not help the
// first time does not help the second time.
type repairs struct{ nonce, clock, proof bool }

// token asks for a token. A refusal that names what is missing is followed once for each thing: a
// nonce, the time on Okta's clock, a proof. Its error is an [*oktaerr.Error].
func (m *requester) token(ctx context.Context) (*accessToken, error) {
	var done repairs
	for {
		sent := attempt{at: time.Now(), claimed: m.clock.Now(), proves: m.mode.proves()}
		token, err := m.try(ctx, &sent)
		if err == nil {
			m.issued()
			m.logger.Debug("Okta issued an access token", zap.String("type", token.TokenType), zap.Time("renew_at", token.renewAt))
			return token, nil
		}
		if !m.repaired(err, &sent, &done) {
			return nil, err
		}
		m.logger.Debug("The token endpoint wants another request", zap.Error(err))
	}
}

// attempt is one request for a token.
type attempt struct {
	at       time.Time // when, on the local clock
	claimed  time.Time // when, on Okta's clock, as far as that was known
	proves   bool      // it carries a proof
	newNonce bool      // the answer brought a nonce
}

// repaired reports whether the same request, made afresh, can do better.
func (m *requester) repaired(err error, sent *attempt, done *repairs) bool {
	var e *oktaerr.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Cause {
	case oktaerr.CauseDPoPNonce:
		return sent.proves && sent.newNonce && once(&done.nonce)
	case oktaerr.CauseClock:
		return m.clockMoved(sent) && once(&done.clock)
	case oktaerr.CauseDPoPRequired:
		return !sent.proves && m.mode.required() && once(&done.proof)
	default:
		return false
	}
}

// clockMoved reports whether the answer told another time than the one that the request went by.
func (m *requester) clockMoved(sent *attempt) bool {
	moved := m.clock.Now().Sub(sent.claimed) - time.Since(sent.at)
	return moved.Abs() >= noticeableOffset
}

// once reports true the first time.
func once(done *bool) bool {
	before := *done
	*done = true
	return !before
}

// try sends one request for a token and reads the answer.
func (m *requester) try(ctx context.Context, sent *attempt) (*accessToken, error) {
	resp, err := m.sender.send(ctx, true, func(ctx context.Context) (*http.Request, error) { return m.request(ctx, sent.proves) })
	if err != nil {
		return nil, tokenFailure(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answered := m.clock.Observe(resp.Header)
	sent.newNonce = m.nonces.observe(resp.Header)

	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes+1))
	switch {
	case resp.StatusCode != http.StatusOK:
		// What can't be read of an error's body is missed, the status says enough.
		return nil, oktaerr.FromTokenEndpoint(resp, body[:min(len(body), maxAnswerBytes)], answered)
	case err != nil:
		return nil, tokenFailure(fmt.Errorf("read the access token: %w", err))
	case len(body) > maxAnswerBytes:
		return nil, tokenFailure(fmt.Errorf("the answer is larger than %d MiB, which no access token is", maxAnswerBytes>>20))
	}
	token, err := m.read(body, sent)
	if err != nil {
		var e *oktaerr.Error
		if errors.As(err, &e) {
			e.TokenEndpoint, e.Status = true, resp.StatusCode
		}
		return nil, err
	}
	return token, nil
}

// request makes a request for a token, which is good for one sending: a fresh assertion, a fresh
// proof. Redirects are no concern here: a RoundTripper follows none.
func (m *requester) request(ctx context.Context, proves bool) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {strings.Join(m.scopes, " ")}}
	header := http.Header{
		"Accept":       {"application/json"},
		"Content-Type": {"application/x-www-form-urlencoded"},
		"User-Agent":   {m.userAgent},
	}
	now := m.clock.Now()
	if err := m.client.prove(form, header, m.endpoint.String(), now); err != nil {
		return nil, err
	}
	if proves {
		proof, err := m.prover.proof(http.MethodPost, m.endpoint, "", m.nonces.get(), now)
		if err != nil {
			return nil, err
		}
		header.Set(proofHeader, proof)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.endpoint.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header = header
	return req, nil
}

// tokenFailure is a token that did not come for a reason that passes.
func tokenFailure(err error) error {
	var e *oktaerr.Error
	if errors.As(err, &e) {
		return e
	}
	failure := oktaerr.NoAnswer(err)
	failure.TokenEndpoint = true
	return failure
}
