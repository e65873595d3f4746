// SPDX-License-Identifier: Apache-2.0

package check

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// shortestSecret is the length from which on a value is taken for a secret: taking shorter ones out
	// of a text would garble it.
	shortestSecret = 4
	// shortestHeader is that of the value of a header that is not named like a secret, such as X-Team.
	shortestHeader = 8
)

var (
	// secretKey matches the keys of secrets.
	secretKey = regexp.MustCompile(`(?i)token|secret|password|private_key|_pem|headers|authorization`)
	// harmlessKey matches those among them that name a place instead.
	harmlessKey = regexp.MustCompile(`(?i)(_file|_url)$`)
	// secretHeader matches the names of headers that carry a secret.
	secretHeader = regexp.MustCompile(`(?i)auth|token|secret|password|key|cookie|credential|signature`)
	// passwordIn matches the password in an address that can't be read as one.
	passwordIn = regexp.MustCompile(`(?:^|//)[^:/@\s]*:([^@\s]+)@`)
)

// publicMembers are those of a JWK that are no secret (RFC 7517, section 4; RFC 7518, section 6).
var publicMembers = []string{"kty", "use", "key_ops", "alg", "kid", "x5u", "x5c", "x5t", "x5t#S256", "crv", "x", "y", "n", "e", "status", "created", "lastUpdated"}

// secrets are all secrets of receivers and extensions, longest first.
func (c *configuration) secrets() []string {
	found := map[string]bool{}
	for _, kind := range []string{"receivers", "extensions"} {
		section, _ := c.all[kind].(map[string]any)
		for _, settings := range section {
			collect(settings, false, found)
		}
	}
	var all []string
	for secret := range found {
		all = append(all, secret)
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// collect adds the secrets in a value; everything under the key of a secret is one.
func collect(value any, secret bool, found map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		_, isJWK := value["kty"]
		for key, member := range value {
			switch {
			case isJWK && slices.Contains(publicMembers, key):
			case strings.EqualFold(key, "headers"):
				collectHeaders(member, found)
			default:
				collect(member, (secret || secretKey.MatchString(key)) && !harmlessKey.MatchString(key), found)
			}
		}
	case []any:
		for _, element := range value {
			collect(element, secret, found)
		}
	case nil:
	default:
		collectText(fmt.Sprint(value), secret, found)
	}
}

// collectHeaders adds the values of headers. A short one, such as the name of a team, would garble what is said.
func collectHeaders(value any, found map[string]bool) {
	headers, isMapping := value.(map[string]any)
	if !isMapping {
		collect(value, true, found)
	}
	for name, value := range headers {
		if text := fmt.Sprint(value); len(text) >= shortestHeader || secretHeader.MatchString(name) {
			collectText(text, true, found)
		}
	}
}

// collectText adds the password in an address, and the lines of a secret, but for those around a key in PEM. Of a JWK
// the members are added as those of a mapping.
func collectText(text string, secret bool, found map[string]bool) {
	if u, err := url.Parse(text); err == nil && u.User != nil {
		if password, set := u.User.Password(); set {
			add(password, found)
		}
	} else if password := passwordIn.FindStringSubmatch(text); password != nil {
		add(password[1], found)
	}
	if !secret {
		return
	}
	var members map[string]any
	if json.Unmarshal([]byte(text), &members) == nil {
		collect(members, true, found)
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") || strings.Count(line, "-----") > 2 {
			add(line, found)
		}
	}
}

// redacted is a text without some secrets, however their letters are written: a host is in small ones. A short one is
// looked for as a word, since it may be a part of one by chance.
func redacted(text string, secrets []string) string {
	for _, secret := range secrets {
		at := regexp.MustCompile(`(?i)` + regexp.QuoteMeta(secret))
		var b strings.Builder
		from := 0
		for _, found := range at.FindAllStringIndex(text, -1) {
			if len(secret) < longSecret && (endsInWord(text[:found[0]]) || beginsWithWord(text[found[1]:])) {
				continue
			}
			b.WriteString(text[from:found[0]] + "[REDACTED]")
			from = found[1]
		}
		text = b.String() + text[from:]
	}
	return text
}

// longSecret is the length from which on a secret is no part of a word by chance.
const longSecret = 12

func endsInWord(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return isWord(r)
}

func beginsWithWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return isWord(r)
}

func isWord(r rune) bool {
	return r != utf8.RuneError && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r))
}

func add(text string, found map[string]bool) {
	if len(text) >= shortestSecret {
		found[text] = true
	}
}
