// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"iter"
	"net/http"
	"strings"
)

// secrets yields all credentials of the node, which may stand in headers only. It needs the lock.
func (n *node) secrets() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, secret := range []string{n.token, appKey().pem, hookSecret} {
			if !yield(secret) {
				return
			}
		}
		for secret := range n.network.accessTokens {
			if !yield(secret) {
				return
			}
		}
	}
}

// checkAddress finds requests that leave for anywhere but the org that org_url names, and credentials that stand where
// others read them. It needs the lock.
func (n *node) checkAddress(p *process, r *http.Request) {
	authorization := r.Header.Get("Authorization")
	if r.URL.Scheme != "https" || r.URL.Host != p.orgURL.host || r.Host != "" && r.Host != r.URL.Host {
		n.fail("credential", "a request left for %s://%s, with credential: %t", r.URL.Scheme, r.URL.Host, authorization != "")
	}
	if token, ok := strings.CutPrefix(authorization, "DPoP "); ok {
		n.network.accessTokens[token] = struct{}{}
	}
	for secret := range n.secrets() {
		if strings.Contains(r.URL.String(), secret) {
			n.fail("credential", "a URL holds a credential")
		}
	}
	if !n.setup.oauth && authorization != "SSWS "+n.token {
		n.fail("credential", "a request carried another credential than the org's own")
	}
}

// checkSentOnce finds proofs and assertions that are sent a second time, which Okta takes for a replay. It
// needs the lock.
func (n *node) checkSentOnce(r *http.Request, body string) {
	for _, signed := range []string{r.Header.Get("DPoP"), body} {
		if signed == "" {
			continue
		}
		if _, twice := n.network.sentOnce[signed]; twice {
			n.fail("credential", "a proof or assertion was sent twice, with %s %s", r.Method, r.URL.Path)
		}
		n.network.sentOnce[signed] = struct{}{}
	}
}

// checkStorage finds credentials in the storage. It needs the lock.
func (n *node) checkStorage() {
	for name, value := range n.disk.values {
		for secret := range n.secrets() {
			if bytes.Contains(value, []byte(secret)) {
				n.fail("credential", "the stored value of %s holds a credential", name)
			}
		}
	}
}
