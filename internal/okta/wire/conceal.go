// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const (
	// minConcealed is the length in bytes from which on a secret is concealed: to take shorter ones out of a text would
	// garble it.
	minConcealed = 6
	// maxConcealed is how many secrets are remembered, the newest ones. An access token lives for an hour.
	maxConcealed = 256
	// concealed stands where a secret stood.
	concealed = "[REDACTED]"
)

// secrets are what this process has sent to prove who it is, or may send, in the order in which they came. A server may
// repeat them, whichever receiver sent them.
var secrets struct {
	sync.RWMutex
	texts []string
}

// Conceal keeps a secret out of whatever Printable returns from now on. Call it before a secret is sent.
func Conceal(secret string) {
	if len(secret) < minConcealed {
		return
	}
	secrets.RLock()
	known := slices.Contains(secrets.texts, secret)
	secrets.RUnlock()
	if known {
		return
	}
	secrets.Lock()
	defer secrets.Unlock()
	for _, text := range formsOf(secret) {
		if !slices.Contains(secrets.texts, text) {
			secrets.texts = append(secrets.texts, text)
		}
	}
	if more := len(secrets.texts) - maxConcealed; more > 0 {
		secrets.texts = slices.Delete(secrets.texts, 0, more)
	}
}

// formsOf are the ways in which a secret may be written in what a server says.
func formsOf(secret string) []string {
	quoted, _ := json.Marshal(secret) // a string always marshals
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted[1 : len(quoted)-1]),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
	}
}

var (
	// credentialHeader matches the value of an Authorization header, whoever has set that. A word of letters alone is no
	// credential: Okta speaks of the "DPoP authentication scheme".
	credentialHeader = regexp.MustCompile(`(?i)\b(SSWS|Bearer|DPoP|Basic)([ :="']+)([a-z]*[\d_.~+/=-][\w.~+/=-]{7,}|[a-z]{8,}[\d_.~+/=-][\w.~+/=-]*)`)
	// jwt matches a signed JSON Web Token: an access token, an assertion or a proof.
	jwt = regexp.MustCompile(`\beyJ[\w-]+\.[\w-]+\.[\w-]*`)
	// apiToken matches what Okta's API tokens look like.
	apiToken = regexp.MustCompile(`\b00[\w-]{40}\b`)
)

// withoutSecrets is a text without the secrets that are known, and without what looks like one.
func withoutSecrets(text string) string {
	secrets.RLock()
	for _, secret := range secrets.texts {
		text = strings.ReplaceAll(text, secret, concealed)
	}
	secrets.RUnlock()
	text = jwt.ReplaceAllString(text, concealed)
	text = apiToken.ReplaceAllString(text, concealed)
	return credentialHeader.ReplaceAllString(text, "$1$2"+concealed)
}
