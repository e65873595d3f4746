// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// anyScheme matches what people write in front of a host, rightly or not: https://, https:/, htps://, https//, //.
	anyScheme = regexp.MustCompile(`(?i)^(?:[a-z][a-z0-9+-]*[:;][/\\]+|h[a-z]{1,5}[/\\]{2,}|(?:https?|mailto)[:;]|[:;]?[/\\]+)`)
	// portBehind matches a port, or what stands in its place.
	portBehind = regexp.MustCompile(`:[^:\]]*$`)
	// twiceCom matches a domain that was typed behind a host that had one.
	twiceCom = regexp.MustCompile(`(?:\.com){2,}$`)
	// placeholder matches what documentation has in the place of the name of an org.
	placeholder = regexp.MustCompile(`(?i)[{}<>$]|(?:^|[/.@])your[-_]?(?:okta)?[-_]?(?:org|domain|subdomain|company|tenant)\b`)
)

// oktaLetters are letters of other scripts that look like those of host names.
var oktaLetters = strings.NewReplacer(
	"а", "a", "с", "c", "ԁ", "d", "е", "e", "һ", "h", "і", "i", "ј", "j", "ӏ", "l", "о", "o", "р", "p", "ԛ", "q", "ѕ", "s", "ԝ", "w", "х", "x", "у", "y",
	"к", "k", "т", "t", "м", "m", "н", "h", "в", "b", "α", "a", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "u", "χ", "x",
	"ı", "i", "ɑ", "a", "ɡ", "g", "ᴀ", "a", "ᴄ", "c", "ᴋ", "k", "ᴍ", "m", "ᴏ", "o", "ᴛ", "t", "ĸ", "k", "ō", "o", "ó", "o", "ò", "o", "ö", "o", "á", "a", "à", "a", "ä", "a", "ķ", "k", "ţ", "t", "ť", "t",
)

// MeantHost is the host that a text was likely meant to name, "" where there is none: without what was typed or copied
// before and behind it. Whether it is a host is for the caller to find out. Of a text with a user name or a password
// what stands behind them is taken, which may be a part of a password with an @ in it.
func MeantHost(text string) string {
	host := strings.Map(func(r rune) rune {
		if IsHidden(r) || unicode.IsSpace(r) || strings.ContainsRune("\"'`,;“”„‘’‚", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, strings.ReplaceAll(text, ";/", ":/"))
	for range strings.Count(host, "/") + 2 {
		host = anyScheme.ReplaceAllString(host, "")
	}
	host = host[strings.LastIndex(host, "@")+1:]
	if end := strings.IndexAny(host, `/\?#`); end >= 0 {
		host = host[:end]
	}
	host = portBehind.ReplaceAllString(host, "")
	for strings.Contains(host, "..") {
		host = strings.ReplaceAll(host, "..", ".")
	}
	return WithoutRepeats(strings.Trim(host, "."))
}

// WithoutRepeats is a host whose domain stands there once, where it was typed twice, and with its end, where that of
// Okta's was left out.
func WithoutRepeats(host string) string {
	host = twiceCom.ReplaceAllString(host, ".com")
	for _, domain := range []string{".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com", ".okta.mil"} {
		if first, _, found := strings.Cut(host, domain+"."); found {
			return first + domain
		}
		if strings.HasSuffix(host, strings.TrimSuffix(domain, ".com")) {
			return strings.TrimSuffix(host, strings.TrimSuffix(domain, ".com")) + domain
		}
	}
	return host
}

// LookLike is a host with the letters of other scripts that look like Latin ones written as those.
func LookLike(host string) string { return oktaLetters.Replace(strings.ToLower(host)) }

// IsPlaceholder reports whether a text is what documentation has in the place of an address.
func IsPlaceholder(text string) bool { return placeholder.MatchString(text) }

// IsHidden reports whether a character shows as nothing, or as a space that is none: what comes along when a text is
// copied from a web page or a chat.
func IsHidden(r rune) bool {
	return r != ' ' && !unicode.IsGraphic(r) || r != ' ' && unicode.Is(unicode.Zs, r) ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) || r == '\u2800'
}
