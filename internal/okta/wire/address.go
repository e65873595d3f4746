// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/url"
	"strings"
)

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
