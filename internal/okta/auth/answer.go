// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

const (
	bearer = "Bearer"
	bound  = "DPoP"

	// usualLifetime is that of Okta's tokens, for an answer that does not tell one. A token that ends
	// earlier is refused then, and replaced.
	usualLifetime = time.Hour
	// maxLifetime bounds what an answer tells.
	maxLifetime = 24 * time.Hour
)

// read makes a token of an answer with status 200.
func (m *requester) read(body []byte, sent *attempt) (*accessToken, error) {
	var said struct {
		AccessToken string          `json:"access_token"`
		TokenType   string          `json:"token_type"`
		ExpiresIn   json.RawMessage `json:"expires_in"`
		Scope       string          `json:"scope"`
	}
	// The decoder's error may repeat parts of the answer, which may be parts of a token.
	if json.Unmarshal(body, &said) != nil || said.AccessToken == "" {
		return nil, tokenFailure(errors.New("the answer is no access token"))
	}
	if strings.ContainsFunc(said.AccessToken, notInToken) {
		return nil, tokenFailure(errors.New("the access token holds characters that no token has"))
	}
	scheme, err := m.scheme(said.TokenType, sent)
	if err != nil {
		return nil, err
	}
	// Counted from the sending, so that the way of the answer never makes a token live too long.
	token := newAccessToken(said.AccessToken, scheme, scheme == bound, sent.at, lifetimeOf(said.ExpiresIn))
	// An answer that names no scope grants those that were asked for (RFC 6749, section 5.1).
	if token.scopes = strings.Fields(said.Scope); len(token.scopes) == 0 {
		token.scopes = m.scopes
	}
	return token, nil
}

// scheme is how requests carry a token of a type, and whether that is what the configuration allows.
func (m *requester) scheme(tokenType string, sent *attempt) (string, error) {
	switch {
	case strings.EqualFold(tokenType, bound) && sent.proves:
		m.mode.issued(true)
		return bound, nil
	case strings.EqualFold(tokenType, bound):
		m.mode.required()
		return "", &oktaerr.Error{Kind: oktaerr.Unauthorized, Cause: oktaerr.CauseDPoPRequired, Err: errors.New("a token for dpop came without being asked for")}
	case strings.EqualFold(tokenType, bearer) && m.mode.configured == DPoPRequired:
		return "", &oktaerr.Error{Kind: oktaerr.Unauthorized, Cause: oktaerr.CauseDPoPOff, Err: errors.New("the access token is not bound to a key")}
	case strings.EqualFold(tokenType, bearer):
		m.mode.issued(false)
		return bearer, nil
	default:
		return "", tokenFailure(fmt.Errorf("the access token is of the unknown type %.40q", tokenType))
	}
}

// lifetimeOf reads expires_in: seconds, which some servers write as text or with a fraction. One
// that can't be is as good as none.
func lifetimeOf(expiresIn json.RawMessage) time.Duration {
	seconds, err := strconv.ParseFloat(strings.Trim(string(expiresIn), `" `), 64)
	if err != nil || !(seconds > 0) {
		return usualLifetime
	}
	return time.Duration(min(seconds, maxLifetime.Seconds()) * float64(time.Second))
}

// notInToken reports whether a character can't be part of a token in a header (RFC 6750, section
// 2.1: b64token).
func notInToken(r rune) bool {
	return r <= ' ' || r > '~'
}
