// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/url"
	"regexp"
	"strings"
)

// oktaHost matches the hosts under Okta's own domains, where each org has one, and its Admin Console another one (Okta,
// org URLs).
var oktaHost = regexp.MustCompile(`(?i)^([a-z0-9-]+?)(-admin)?\.(okta\.com|oktapreview\.com|okta-emea\.com|okta-gov\.com|okta\.mil)$`)

// OrgHost returns the host of an org under one of Okta's own domains, that of its APIs where the Admin Console's is
// given. admin tells whether that is so, and found whether the host is one of these at all: an org may have a custom
// domain.
func OrgHost(host string) (org string, admin, found bool) {
	m := oktaHost.FindStringSubmatch(host)
	if m == nil {
		return "", false, false
	}
	return strings.ToLower(m[1] + "." + m[3]), m[2] != "", true
}

// Port is the port of a URL, that of its scheme (http 80, any other 443) where it names none.
func Port(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

// HostAndPort is the same for every way to write an org's URL: the host in lower case and the port.
func HostAndPort(org *url.URL) string { return strings.ToLower(org.Hostname()) + ":" + Port(org) }

// SameOrigin reports whether two URLs have the same scheme, host and port.
func SameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && HostAndPort(a) == HostAndPort(b) }
