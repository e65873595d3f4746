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
	// besideSign matches white space around a sign that separates the parts of an address.
	besideSign = regexp.MustCompile(` *([.:/]) *`)
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

// aroundAddress are characters that stand around an address in a text or a list, and in no host.
const aroundAddress = "\"'`,;“”„‘’‚ "

// MeantHost is the host that a text was likely meant to name, "" where there is none: without what was typed or copied
// before and behind it. Whether it is a host is for the caller to find out: what stands inside of it and belongs to
// none, such as a comma, is left there, since without it the host would be another one. Of a text with a user name or a
// password what stands behind them is taken, which may be a part of a password with an @ in it.
func MeantHost(text string) string {
	host := portBehind.ReplaceAllString(authority(text), "")
	for strings.Contains(host, "..") {
		host = strings.ReplaceAll(host, "..", ".")
	}
	return WithoutRepeats(strings.Trim(host, "."))
}

// MeantPort is the port behind the host in a text, "" where there is none that can be used.
func MeantPort(text string) string {
	_, port, _ := strings.Cut(portBehind.FindString(authority(text)), ":")
	if !isPort(port) {
		return ""
	}
	return port
}

// authority is what a text has between its scheme and its path, without a user name and a password.
func authority(text string) string {
	text = strings.Trim(visible(text), aroundAddress)
	text = strings.ToLower(strings.ReplaceAll(text, ";/", ":/"))
	for range strings.Count(text, "/") + 2 {
		text = anyScheme.ReplaceAllString(text, "")
	}
	text = text[strings.LastIndex(text, "@")+1:]
	if end := strings.IndexAny(text, `/\?#`); end >= 0 {
		text = text[:end]
	}
	return strings.Trim(text, aroundAddress)
}

// visible is a text without what can't be seen, with spaces for white space, and without those at dots, colons and
// slashes, which end nothing there.
func visible(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case IsHidden(r):
			return -1
		}
		return r
	}, text)
	return besideSign.ReplaceAllString(text, "$1")
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
