// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// changedHeaders lets a test change the headers of answers.
type changedHeaders struct {
	next   http.RoundTripper
	change func(req *http.Request, h http.Header)
}

func (c *changedHeaders) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err == nil {
		c.change(req, resp.Header)
	}
	return resp, err
}

// latestSigned is the latest time that anything the org was sent is signed for.
func latestSigned(t *testing.T, org *oktatest.Org) (latest time.Time) {
	t.Helper()
	for _, request := range org.Requests() {
		for _, signed := range []string{request.Form.Get("client_assertion"), request.Header.Get("DPoP")} {
			parts := strings.Split(signed, ".")
			if len(parts) != 3 {
				continue
			}
			text, err := base64.RawURLEncoding.DecodeString(parts[1])
			require.NoError(t, err)
			var claims struct{ Exp, Iat int64 }
			require.NoError(t, json.Unmarshal(text, &claims))
			if at := time.Unix(max(claims.Exp, claims.Iat), 0); at.After(latest) {
				latest = at
			}
		}
	}
	return latest
}

// A single answer from a broken proxy must not bring about an assertion that is good for years.
func TestNothingIsSignedForLongAfterTheLastBelievedTime(t *testing.T) {
	for name, off := range map[string]time.Duration{"two years ahead": 2 * 365 * 24 * time.Hour, "a day ahead": 24 * time.Hour, "far in the past": -5 * 365 * 24 * time.Hour} {
		for _, withReset := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, oktatest.Options{}, requireDPoP)
					answers := 0
					r.next = &changedHeaders{next: r.next, change: func(_ *http.Request, h http.Header) {
						if answers++; answers%4 == 1 {
							h.Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
							if !withReset {
								h.Del("X-Rate-Limit-Reset")
							}
						}
					}}
					transport := r.transport(t)
					for range 30 {
						requireStatus(t, http.StatusOK, transport)
						assert.False(t, latestSigned(t, r.org).After(time.Now().Add(maxAhead)))
						time.Sleep(5 * time.Minute) // virtual
					}
				})
			})
		}
	}
}

// The refusal of what was signed tells the time. It is followed once, though not to any time.
func TestSigningTimeAfterARefusal(t *testing.T) {
	for ahead, want := range map[time.Duration]time.Duration{
		-30 * time.Hour: -30 * time.Hour,
		4 * time.Minute: 4 * time.Minute,
		8 * time.Minute: 5 * time.Minute,
		30 * time.Hour:  5 * time.Minute,
	} {
		synctest.Test(t, func(t *testing.T) {
			clock := &wire.Clock{}
			clock.Observe(http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}})
			clock.Observe(http.Header{"Date": {time.Now().Add(ahead).UTC().Format(http.TimeFormat)}})
			assert.Equal(t, time.Now().UTC(), signingTime(clock, false, assertionLifetime).UTC())
			assert.Equal(t, time.Now().Add(want).UTC(), signingTime(clock, true, assertionLifetime).UTC())
		})
	}
}
