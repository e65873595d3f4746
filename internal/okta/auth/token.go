// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

const (
	// defaultLifetime is that of Okta's tokens, for an answer that names none. A token that ends earlier
	// is refused then, and replaced.
	defaultLifetime = time.Hour
	// renewalShare is the part of a token's life that is left when it is renewed: a twelfth, which is five
	// minutes of Okta's hour.
	renewalShare = 12
	// maxRenewalMargin bounds that part, however long a token lives.
	maxRenewalMargin = 5 * time.Minute
)

// accessToken is a token and what is computed once for all requests that carry it.
type accessToken struct {
	oauth2.Token
	// scopes are what it allows.
	scopes []string
	// hash is the ath of its proofs, "" when the token is not bound to the key.
	hash string
	// renewAt is when to request the next one. Like Expiry it has the monotonic reading of the local clock,
	// which no change of the wall clock moves.
	renewAt time.Time
}

// newAccessToken makes a token whose life began at since.
func newAccessToken(value, tokenType string, since time.Time, lifetime time.Duration) *accessToken {
	t := &accessToken{Token: oauth2.Token{AccessToken: value, TokenType: tokenType, Expiry: since.Add(lifetime)}}
	if tokenType == bound {
		t.hash = hashOf(value)
	}
	t.renewAt = t.Expiry.Add(-min(lifetime/renewalShare, maxRenewalMargin))
	return t
}

// readToken makes a token of an answer with status 200. Its scopes are empty when the answer names none.
// Its error is an [*oktaerr.Error].
func readToken(body []byte, sent *attempt, mode *mode) (*accessToken, error) {
	var answer struct {
		AccessToken string          `json:"access_token"`
		TokenType   string          `json:"token_type"`
		ExpiresIn   json.RawMessage `json:"expires_in"`
		Scope       string          `json:"scope"`
	}
	// The decoder's error may repeat parts of the answer, which may be parts of a token.
	if json.Unmarshal(body, &answer) != nil || answer.AccessToken == "" {
		return nil, tokenFailure(errors.New("the answer is no access token"))
	}
	if strings.ContainsFunc(answer.AccessToken, notInToken) {
		return nil, tokenFailure(errors.New("the access token holds characters that no token has"))
	}
	wire.ConcealPassing(answer.AccessToken)
	tokenType, err := mode.accept(answer.TokenType, sent.proves)
	if err != nil {
		return nil, tokenFailure(err)
	}
	// Counted from the sending: however long the answer took, the token never counts as good for too long.
	token := newAccessToken(answer.AccessToken, tokenType, sent.at, lifetimeOf(answer.ExpiresIn))
	token.scopes = strings.Fields(answer.Scope)
	return token, nil
}

// lifetimeOf reads expires_in: seconds, which some servers write as text or with a fraction. One that can't be
// read, or is not above 0, counts as missing.
func lifetimeOf(expiresIn json.RawMessage) time.Duration {
	seconds, err := strconv.ParseFloat(strings.Trim(string(expiresIn), `" `), 64)
	if err != nil || !(seconds > 0) {
		return defaultLifetime
	}
	return time.Duration(min(seconds, maxLifetime.Seconds()) * float64(time.Second))
}

// notInToken reports whether a character can't be part of a token in a header (RFC 6750, section
// 2.1: b64token).
func notInToken(r rune) bool {
	return r <= ' ' || r > '~'
}

// tokenFailure makes an error of a token request that brought no token because of err, and may succeed later. An
// [*oktaerr.Error] is returned as it is.
func tokenFailure(err error) error {
	var e *oktaerr.Error
	if errors.As(err, &e) {
		return e
	}
	failure := oktaerr.NoAnswer(err)
	failure.TokenEndpoint = true
	return failure
}
