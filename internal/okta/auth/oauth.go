// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// Settings say how an app gets and uses its access tokens.
type Settings struct {
	// Org is the org, of which scheme and host count: assertions and tokens go nowhere else.
	Org *url.URL
	// Client proves who asks for tokens.
	Client ClientAuth
	// Scopes are what the tokens are asked to allow.
	Scopes []string
	// DPoP is whether tokens are bound to a key.
	DPoP DPoP
	// UserAgent names the program in requests for tokens.
	UserAgent string
	// Timeout bounds the request for one token; it is above 0.
	Timeout time.Duration
	// Clock is Okta's, shared with the client above. It learns from every answer.
	Clock *wire.Clock
	// Issued is called for each token that was issued. It may be nil.
	Issued func()
	// Logger gets what is worth knowing, and never a secret.
	Logger *zap.Logger
}

// OAuth returns a transport that sends access tokens to the org, and sends nothing at all anywhere
// else. Its errors are [*oktaerr.Error], except those of a context that ended and of the transport
// below.
func OAuth(settings Settings, next http.RoundTripper) (http.RoundTripper, error) {
	prover, err := newProver()
	if err != nil {
		return nil, err
	}
	issued := settings.Issued
	if issued == nil {
		issued = func() {}
	}
	org := &url.URL{Scheme: settings.Org.Scheme, Host: settings.Org.Host}
	sender := &sender{next: next}
	mode := &mode{configured: settings.DPoP}
	requester := &requester{
		sender:    sender,
		endpoint:  org.JoinPath(tokenPath),
		client:    settings.Client,
		scopes:    settings.Scopes,
		userAgent: settings.UserAgent,
		clock:     settings.Clock,
		mode:      mode,
		prover:    prover,
		issued:    issued,
		logger:    settings.Logger,
	}
	return &oauth{
		org:    org,
		sender: sender,
		mode:   mode,
		tokens: &tokenCache{request: requester.token, timeout: settings.Timeout, logger: settings.Logger},
		prover: prover,
		clock:  settings.Clock,
	}, nil
}

type oauth struct {
	org    *url.URL
	sender *sender
	mode   *mode
	tokens *tokenCache
	prover *prover
	nonces nonces // of the System Log API, apart from those of the token endpoint
	clock  *wire.Clock
}

// RoundTrip sends a copy of the request with an access token. When the answer names what is wrong with the
// credential the request is sent again, once for each reason: with a new token, a new nonce, or the time on
// Okta's clock. Every other answer is returned.
func (o *oauth) RoundTrip(req *http.Request) (*http.Response, error) {
	// The credential goes to the org's own scheme, host and port only.
	if err := checkAddress(req, o.org); err != nil {
		return nil, err
	}
	if req.Body != nil && req.Body != http.NoBody {
		// Each sending gets a copy of the body.
		defer closeBody(req)
		if req.GetBody == nil {
			return nil, errors.New("refused to send a request with a body that could not be sent again")
		}
	}
	var done resourceRepairs
	for {
		token, err := o.tokens.get(req.Context())
		if err != nil {
			return nil, err
		}
		sent := newAttempt(o.clock, token.hash != "", done.clock)
		resp, err := o.sender.send(req.Context(), req.Method != http.MethodPost, func(ctx context.Context) (*http.Request, error) {
			return o.sign(ctx, req, token, &sent)
		})
		if err != nil {
			return nil, err
		}
		o.clock.Observe(resp.Header)
		sent.newNonce = o.nonces.observe(resp.Header)
		if !o.repaired(resp, token, &sent, &done) {
			return resp, nil
		}
		_, _ = io.CopyN(io.Discard, resp.Body, maxDrainBytes)
		_ = resp.Body.Close()
		if err := pacing.AnotherPermit(req.Context()); err != nil {
			return nil, err
		}
	}
}

// sign makes a copy of a request for one sending.
func (o *oauth) sign(ctx context.Context, req *http.Request, token *accessToken, sent *attempt) (*http.Request, error) {
	signed := req.Clone(ctx)
	if err := copyBody(signed, req); err != nil {
		return nil, err
	}
	token.SetAuthHeader(signed)
	if token.hash == "" {
		return signed, nil
	}
	proof, err := o.prover.proof(req.Method, req.URL, token.hash, o.nonces.get(), signingTime(o.clock, sent.again, 0))
	if err != nil {
		return nil, err
	}
	signed.Header.Set(proofHeader, proof)
	return signed, nil
}

// copyBody gives a request a body of its own, the same as that of req.
func copyBody(signed, req *http.Request) error {
	signed.Body = nil
	if req.Body == nil || req.Body == http.NoBody {
		signed.ContentLength = 0
		return nil
	}
	body, err := req.GetBody()
	if err != nil {
		return fmt.Errorf("copy the body of the request: %w", err)
	}
	signed.Body = body
	return nil
}

// resourceRepairs is what one request to the org has been sent again for, each once.
type resourceRepairs struct{ token, nonce, clock bool }

// repaired reports whether the same request, signed afresh, may succeed after an answer.
func (o *oauth) repaired(resp *http.Response, token *accessToken, sent *attempt, done *resourceRepairs) bool {
	code, description, challenged := wire.Challenge(resp.Header)
	if resp.StatusCode != http.StatusUnauthorized && !challenged {
		return false
	}
	switch oktaerr.CauseOf(resp.StatusCode, code, description) {
	case oktaerr.CauseDPoPNonce:
		return sent.proves && sent.newNonce && once(&done.nonce)
	case oktaerr.CauseClock:
		return sent.clockMoved(o.clock) && once(&done.clock)
	case oktaerr.CauseScope:
		// If the scope is granted meanwhile, only the next token has it.
		o.tokens.drop(token)
		return false
	case oktaerr.CauseDPoPRequired:
		o.mode.required()
	default:
		// Another token does not help when a proof is refused, a role is missing, or there are too many requests.
		if resp.StatusCode != http.StatusUnauthorized {
			return false
		}
	}
	if done.token {
		return false
	}
	o.tokens.drop(token)
	return once(&done.token)
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] reach the transport below.
func (o *oauth) CloseIdleConnections() { closeIdleConnections(o.sender.next) }
