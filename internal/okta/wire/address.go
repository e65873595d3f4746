// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/url"
	"strings"
)

// Port is the port of an address, that of its scheme where it names none.
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

// HostAndPort names an org the same however its URL is written.
func HostAndPort(org *url.URL) string { return strings.ToLower(org.Hostname()) + ":" + Port(org) }

// SameOrigin compares scheme, host and port.
func SameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && HostAndPort(a) == HostAndPort(b) }
