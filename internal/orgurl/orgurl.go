// SPDX-License-Identifier: Apache-2.0

package orgurl

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

// schemeOnly matches an address that begins with a scheme of the web, however the slashes behind it are written.
var schemeOnly = regexp.MustCompile(`(?i)^(https?:|.*://)`)

// schemeAsHost matches what a URL has as its host where the scheme is written twice, or without its colon.
var schemeAsHost = regexp.MustCompile(`(?i)^(h?t?tps?|http)$`)

// plainHTTP matches an address that begins with http, whatever stands in front of it.
var plainHTTP = regexp.MustCompile(`(?i)^[^a-z]*http[^s]`)

// hostName matches the ASCII form of a host.
var hostName = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)

// unicodeHost writes hosts of any script in ASCII (punycode), as browsers do.
var unicodeHost = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(false))

// lengthOfToken is how long Okta's API tokens are.
const lengthOfToken = 42

// oktasOwn are hosts of Okta's own sites, beside the domains themselves, under which no org is.
var oktasOwn = []string{"www", "login", "developer", "help", "support", "status", "trust", "admin"}

// wrongOrg is what is wrong with org_url.
type wrongOrg struct {
	// what is wrong does not repeat the text: what can't be read may hold a password.
	what string
	// meant is the address that was likely meant, "" where there is none.
	meant string
	// remedy is what to do where there is none.
	remedy string
}

// anOrg is the remedy where nothing tells what was meant.
const anOrg = "use the org's own address, such as https://acme.okta.com"

func noOrg(text string) *wrongOrg {
	return &wrongOrg{what: "org_url is not the address of an org", meant: meantOrg(text)}
}

// meantOrg is the address that a text was likely meant to name, with its port. Where the text may hold a password only
// a host of Okta's is taken, since any other may be a part of that; and any host must have a domain, or be this
// machine.
func meantOrg(text string) string {
	host := settings.MeantHost(text)
	org, _, found := wire.OrgHost(settings.LookLike(host))
	switch {
	case wire.HoldsSecret(host):
		return ""
	case found:
		host = org
	case strings.ContainsAny(text, "@ "), !strings.Contains(host, ".") && !IsLoopback(host):
		return ""
	}
	scheme := "https://"
	if IsLoopback(host) && plainHTTP.MatchString(text) {
		scheme = "http://"
	}
	if port := settings.MeantPort(text); port != "" {
		return scheme + host + ":" + port
	}
	return scheme + host
}

// Parse returns scheme and host of org_url, in the one form that requests, stored positions and comparisons use:
// in lower case and ASCII, without the default port, without a dot at the end. So each way to write the same address is
// the same org. Its error is a sentence about org_url with what to write instead.
func Parse(text string) (*url.URL, error) {
	org, wrong := readOrg(text)
	if wrong == nil {
		return org, nil
	}
	// A remedy is an address that is accepted.
	if meant, alsoWrong := readOrg(wrong.meant); wrong.meant != "" && alsoWrong == nil {
		return nil, fmt.Errorf("%s: %suse %s", wrong.what, wrong.remedy, meant)
	}
	if wrong.remedy == "" {
		wrong.remedy = anOrg + ", "
	}
	return nil, errors.New(wrong.what + ": " + strings.TrimSuffix(wrong.remedy, ", "))
}

func readOrg(text string) (*url.URL, *wrongOrg) {
	text = strings.Trim(text, " \t\r\n")
	if text == "" {
		return nil, &wrongOrg{what: "org_url is missing", remedy: "set it to the org's own address, such as https://acme.okta.com"}
	}
	if hidden := strings.IndexFunc(text, settings.IsHidden); hidden >= 0 {
		return nil, &wrongOrg{what: fmt.Sprintf("org_url holds the invisible character %U", []rune(text[hidden:])[0]), meant: meantOrg(text),
			remedy: "type the address anew, "}
	}
	if settings.IsPlaceholder(text) {
		return nil, &wrongOrg{what: "org_url is not the address of an org but a placeholder of one"}
	}
	written := text
	if !schemeOnly.MatchString(text) {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || schemeAsHost.MatchString(u.Hostname()) {
		return nil, noOrg(written)
	}
	if u.User != nil {
		return nil, &wrongOrg{what: "org_url holds a user name or password", meant: meantOrg(written), remedy: "leave it out and set api_token, api_token_file or oauth, "}
	}
	org, wrong := normalised(u, written)
	if wrong != nil {
		return nil, wrong
	}
	if wrong := wrongHost(org, written); wrong != nil {
		return nil, wrong
	}
	switch {
	case org.Scheme != "https" && (org.Scheme != "http" || !IsLoopback(org.Hostname())):
		return nil, &wrongOrg{what: "org_url has the scheme " + wire.Quote(org.Scheme), meant: "https://" + org.Host}
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, &wrongOrg{what: "org_url has more than scheme and host", meant: org.String()}
	}
	return org, nil
}

// wrongHost says what is wrong with a host that is written as one.
func wrongHost(org *url.URL, written string) *wrongOrg {
	host := org.Hostname()
	meant, admin, isOrg := wire.OrgHost(host)
	name, domain, _ := strings.Cut(host, ".")
	_, _, isDomain := wire.OrgHost("acme." + host)
	withPort := func(host string) string {
		if org.Port() == "" {
			return org.Scheme + "://" + host
		}
		return org.Scheme + "://" + host + ":" + org.Port()
	}
	switch {
	case domain == "" && wire.HoldsSecret(written) && (len(host) >= lengthOfToken || !schemeOnly.MatchString(written)):
		return &wrongOrg{what: "org_url looks like a token and not like the address of an org", remedy: "set api_token to the token, and org_url to the org's own address, such as https://acme.okta.com"}
	case admin:
		return &wrongOrg{what: "org_url is the address of the Admin Console", meant: meant}
	case isDomain, isOrg && slices.Contains(oktasOwn, name):
		return &wrongOrg{what: "org_url is the address of okta's own site and not of an org"}
	case settings.WithoutRepeats(host) != host:
		return &wrongOrg{what: "org_url has a domain that is not okta's, or has okta's twice", meant: withPort(settings.WithoutRepeats(host))}
	case domain == "" && org.Port() == "" && !schemeOnly.MatchString(written) && host != "localhost" && !strings.Contains(host, ":"):
		return &wrongOrg{what: "org_url is a name without a domain", meant: host + ".okta.com", remedy: "if it is the name of the org, "}
	}
	// Okta's hosts are in Latin letters: what looks like one and is none is a slip, or leads to somebody else.
	seen, err := unicodeHost.ToUnicode(host)
	if looksLike := settings.LookLike(seen); err == nil && looksLike != seen {
		if meant, _, found := wire.OrgHost(looksLike); found {
			return &wrongOrg{what: "org_url holds letters that only look like those of okta's hosts", meant: meant, remedy: "type the address anew, "}
		}
	}
	if isOrg && strings.HasPrefix(name, "xn--") {
		return &wrongOrg{what: "org_url holds letters that no host of okta's has", remedy: "type the address anew, such as https://acme.okta.com"}
	}
	return nil
}

// normalised is scheme and host of a URL in their one form. written is the text that it was read from.
func normalised(u *url.URL, written string) (*url.URL, *wrongOrg) {
	host, ok := normalisedHost(u.Hostname())
	if !ok {
		return nil, noOrg(written)
	}
	org := &url.URL{Scheme: u.Scheme, Host: host}
	if strings.Contains(host, ":") {
		org.Host = "[" + host + "]"
	}
	if u.Port() == "" {
		return org, nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return nil, &wrongOrg{what: fmt.Sprintf("org_url has the port %.20s", u.Port()), meant: meantOrg(written), remedy: "leave it out, or use 1 to 65535, "}
	}
	if org.Scheme == "https" && port == 443 || org.Scheme == "http" && port == 80 {
		return org, nil
	}
	org.Host = net.JoinHostPort(host, strconv.FormatUint(port, 10))
	return org, nil
}

// normalisedHost is a host in its one form; ok is false where it is none.
func normalisedHost(host string) (normal string, ok bool) {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Zone() == "" {
		return ip.String(), true
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		var err error
		if host, err = unicodeHost.ToASCII(host); err != nil {
			return "", false
		}
	}
	// Some characters become others that have a meaning in an address, such as a slash.
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if !hostName.MatchString(host) {
		return "", false
	}
	return host, true
}

// IsLoopback reports whether a host is this machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
