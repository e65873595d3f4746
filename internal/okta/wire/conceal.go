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
	// concealed stands where a secret stood.
	concealed = "[REDACTED]"
)

// secrets are what this process has sent to prove who it is, or may send. A server may repeat them, whichever receiver
// sent them.
var secrets struct {
	sync.RWMutex
	lasting []forms
	passing []forms // those that were used last are the last ones
}

// forms are the ways in which a secret may be written in what a server says, as it is first.
type forms []string

// Conceal keeps a secret of the configuration out of whatever [Printable] returns from now on, as long as the process
// runs. Call it before the secret is sent.
func Conceal(secret string) {
	if len(secret) < minConcealed {
		return
	}
	secrets.Lock()
	defer secrets.Unlock()
	if !slices.ContainsFunc(secrets.lasting, isOf(secret)) {
		secrets.lasting = append(secrets.lasting, formsOf(secret))
	}
}

// ConcealPassing does as [Conceal] for a secret that others replace, such as one in a file or an access token: the
// oldest of these are forgotten. Call it for each use.
func ConcealPassing(secret string) {
	if len(secret) < minConcealed {
		return
	}
	secrets.RLock()
	last := len(secrets.passing) - 1
	known := last >= 0 && secrets.passing[last][0] == secret
	secrets.RUnlock()
	if known {
		return
	}
	secrets.Lock()
	defer secrets.Unlock()
	if at := slices.IndexFunc(secrets.passing, isOf(secret)); at >= 0 {
		again := secrets.passing[at]
		secrets.passing = append(slices.Delete(secrets.passing, at, at+1), again)
		return
	}
	secrets.passing = append(secrets.passing, formsOf(secret))
	if more := len(secrets.passing) - maxPassing; more > 0 {
		secrets.passing = slices.Delete(secrets.passing, 0, more)
	}
}

func isOf(secret string) func(forms) bool { return func(f forms) bool { return f[0] == secret } }

func formsOf(secret string) forms {
	quoted, _ := json.Marshal(secret) // a string always marshals
	return forms{
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
	found := slices.Concat(slices.Concat(secrets.lasting...), slices.Concat(secrets.passing...))
	secrets.RUnlock()
	found = slices.DeleteFunc(found, func(form string) bool { return !strings.Contains(text, form) })
	// The longest first: one secret may be a part of another.
	slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) })
	for _, secret := range found {
		text = strings.ReplaceAll(text, secret, concealed)
	}
	text = jwt.ReplaceAllString(text, concealed)
	text = apiToken.ReplaceAllString(text, concealed)
	return credentialHeader.ReplaceAllString(text, "$1$2"+concealed)
}
