// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"slices"
	"time"
)

// nonceHeader carries the nonce to use in the next proof (RFC 9449 §8), as Go writes it.
const nonceHeader = "Dpop-Nonce"

// nonce is one value of dpop-nonce. All clients of an org share it.
type nonce struct {
	value string
	made  time.Time
}

// currentNonce returns the nonce that answers carry now, and makes one when the last has had its day. It needs the lock.
func (o *Org) currentNonce(now time.Time) string {
	nonces, opts := o.oauth.nonces, o.opts.OAuth
	if n := len(nonces); n > 0 && now.Sub(nonces[n-1].made) < min(opts.NonceLifetime, opts.NonceGrace) {
		return nonces[n-1].value
	}
	o.oauth.nonces = slices.DeleteFunc(nonces, func(n nonce) bool { return now.Sub(n.made) > opts.NonceGrace })
	return o.newNonce(now)
}

func (o *Org) newNonce(now time.Time) string {
	made := nonce{value: o.ids.Next(), made: now}
	o.oauth.nonces = append(o.oauth.nonces, made)
	return made.value
}

// checkNonce refuses a nonce that is not accepted with the given challenge.
func (o *Org) checkNonce(value string, challenge *oauthFailure) *oauthFailure {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	accepted := slices.ContainsFunc(o.oauth.nonces, func(n nonce) bool { return n.value == value && now.Sub(n.made) <= o.opts.OAuth.NonceGrace })
	if accepted {
		return nil
	}
	return challenge.withNonce(o.currentNonce(now))
}

// RotateNonce makes a new nonce the current one and returns it. The ones before are accepted for the rest of their grace.
func (o *Org) RotateNonce() string {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.newNonce(now)
}

// ForgetNonces ends the grace of every nonce.
func (o *Org) ForgetNonces() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.oauth.nonces = nil
}
