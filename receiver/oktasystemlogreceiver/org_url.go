// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// adminHost matches the address of an org's Admin Console, which is not the address of its APIs.
var adminHost = regexp.MustCompile(`^([a-z0-9-]+)-admin\.(okta\.com|oktapreview\.com|okta-emea\.com|okta-gov\.com|okta\.mil)$`)

// schemeOnly matches an address that begins with a scheme of the web, however the slashes behind it are written.
var schemeOnly = regexp.MustCompile(`(?i)^(https?:|.*://)`)

// hostName matches the ASCII form of a host.
var hostName = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)

// unicodeHost writes hosts of any script in ASCII (punycode), as browsers do.
var unicodeHost = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(false))

// errNoOrg does not repeat the text: what can't be read may hold a password.
var errNoOrg = errors.New("org_url is not the address of an org: use the org's own address, such as https://acme.okta.com")

func (cfg *Config) validateOrgURL() error {
	if cfg.isEmptied("org_url") {
		return nil
	}
	_, err := parseOrgURL(cfg.OrgURL)
	return err
}

// parseOrgURL returns scheme and host of org_url, in the one form that requests, stored positions and comparisons use:
// in lower case and ASCII, without the default port, without a dot at the end. So each way to write the same address is
// the same org.
func parseOrgURL(text string) (*url.URL, error) {
	text = strings.Trim(text, " \t\r\n")
	if text == "" {
		return nil, errors.New("org_url is missing: set it to the org's own address, such as https://acme.okta.com")
	}
	if hidden := strings.IndexFunc(text, isHidden); hidden >= 0 {
		return nil, fmt.Errorf("org_url holds the invisible character %U: type the address anew, such as https://acme.okta.com",
			[]rune(text[hidden:])[0])
	}
	if !schemeOnly.MatchString(text) {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, "{}<> ") {
		return nil, errNoOrg
	}
	if u.User != nil {
		return nil, errors.New("org_url holds a user name or password: leave it out and set api_token, api_token_file or oauth")
	}
	org, err := normalised(u)
	if err != nil {
		return nil, err
	}
	if m := adminHost.FindStringSubmatch(org.Hostname()); m != nil {
		return nil, fmt.Errorf("org_url is the address of the Admin Console: use https://%s.%s", m[1], m[2])
	}
	switch {
	case org.Scheme != "https" && (org.Scheme != "http" || !isLoopback(org.Hostname())):
		return nil, fmt.Errorf("org_url has the scheme %q: use https://%s", org.Scheme, org.Host)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("org_url has more than scheme and host: use %s", org)
	}
	return org, nil
}

// normalised is scheme and host of a URL in their one form.
func normalised(u *url.URL) (*url.URL, error) {
	host, err := normalisedHost(u.Hostname())
	if err != nil {
		return nil, err
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
		return nil, fmt.Errorf("org_url has the port %s: leave it out, or use 1 to 65535", u.Port())
	}
	if org.Scheme == "https" && port == 443 || org.Scheme == "http" && port == 80 {
		return org, nil
	}
	org.Host = net.JoinHostPort(host, strconv.FormatUint(port, 10))
	return org, nil
}

// normalisedHost is a host in its one form.
func normalisedHost(host string) (string, error) {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Zone() == "" {
		return ip.String(), nil
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		var err error
		if host, err = unicodeHost.ToASCII(host); err != nil {
			return "", errNoOrg
		}
	}
	// Some characters become others that have a meaning in an address, such as a slash.
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if !hostName.MatchString(host) {
		return "", errNoOrg
	}
	return host, nil
}

// isHidden reports whether a character shows as nothing, or as a space that is none: what comes along when an address
// is copied from a web page or a chat.
func isHidden(r rune) bool {
	return r != ' ' && !unicode.IsGraphic(r) || r != ' ' && unicode.Is(unicode.Zs, r) ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) || r == '\u2800'
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
