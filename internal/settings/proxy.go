// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// proxySchemes are those of the proxies that net/http connects through.
var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

// noProxy is what people write where they want none.
var noProxy = []string{"none", "no", "off", "false", "direct", "null", "nil", "disabled", "-"}

// proxyHost matches a host of a proxy, and its port.
var proxyHost = regexp.MustCompile(`^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?$`)

// ProxyURL reads the address of a proxy, such as http://proxy.example.com:3128. Its error begins with the name of the
// setting and does not repeat the text, which may hold a password, but for the host.
func ProxyURL(setting, text string) (*url.URL, error) {
	proxy, wrong := readProxy(text)
	if wrong == "" {
		return proxy, nil
	}
	bare := strings.ToLower(strings.Trim(text, aroundAddress))
	switch {
	case slices.Contains(noProxy, bare):
		return nil, fmt.Errorf("%s is not the address of a proxy: leave it out where there is none", setting)
	case strings.HasPrefix(bare, "file:"), strings.HasSuffix(bare, ".pac"):
		return nil, fmt.Errorf("%s is the address of a file that configures proxies, and takes that of a proxy: use the proxy that is named in it, such as http://proxy.example.com:3128", setting)
	}
	wrong = setting + " " + wrong
	meant := meantProxy(text)
	switch proxy, alsoWrong := readProxy(meant); {
	case alsoWrong != "" || !isNamed(text, MeantHost(text)):
		return nil, errors.New(wrong + ": use one such as http://proxy.example.com:3128")
	case strings.Contains(text, "@"):
		return nil, fmt.Errorf("%s: use %s, with user and password in front of the host", wrong, proxy)
	}
	return nil, fmt.Errorf("%s: use %s", wrong, meant)
}

// meantProxy is the address that a text was likely meant to be.
func meantProxy(text string) string {
	scheme, host, port := meantScheme(text), MeantHost(text), MeantPort(text)
	if ip := ipv6(text); ip != "" {
		host, port = "["+ip+"]", ""
	}
	if port != "" {
		return scheme + "://" + host + ":" + port
	}
	return scheme + "://" + host
}

// ipv6 is the IPv6 address that a text consists of, but for a scheme, without brackets; else "". Its last part may not
// be a port.
func ipv6(text string) string {
	host := authority(text)
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.Is6() || ip.Zone() != "" || len(host)-strings.LastIndex(host, ":") > len(":80") {
		return ""
	}
	return ip.String()
}

// readProxy reads the address of a proxy as confighttp does, and says what is wrong with it. A host with more than one
// colon is refused whether or not net/url does so, which depends on the program (GODEBUG urlstrictcolons).
func readProxy(text string) (proxy *url.URL, wrong string) {
	if strings.ContainsFunc(text, IsHidden) || strings.TrimSpace(text) != text {
		return nil, "is not the address of a proxy, but holds white space or a character that can't be seen"
	}
	proxy, err := url.ParseRequestURI(text)
	switch {
	case !strings.Contains(text, "://"):
		return nil, "is not the address of a proxy, which begins with a scheme"
	case err != nil:
		return nil, "is not the address of a proxy"
	case !slices.Contains(proxySchemes, proxy.Scheme):
		return nil, "is not the address of a proxy that can be used: these begin with http, https, socks5 or socks5h"
	case strings.HasPrefix(proxy.Path, "//"):
		return nil, "is not the address of a proxy, which has one scheme"
	case proxy.Hostname() == "", !proxyHost.MatchString(proxy.Host):
		return nil, "is not the address of a proxy, which has a host"
	case proxy.Port() != "" && !isPort(proxy.Port()):
		return nil, "has the port " + cutPort(proxy.Port()) + ", and a port is from 1 to 65535"
	}
	return proxy, ""
}

// cutPort is the text of a port, cut off.
func cutPort(text string) string { return text[:min(len(text), len("65536")+1)] }

func isPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// meantScheme is the scheme of a proxy that a text was likely meant to have.
func meantScheme(text string) string {
	scheme, _, found := strings.Cut(strings.ToLower(strings.Trim(visible(text), aroundAddress)), ":")
	switch {
	case !found:
		return "http"
	case slices.Contains(proxySchemes, scheme):
		return scheme
	case strings.HasPrefix(scheme, "sock"), strings.HasPrefix(scheme, "soks"), strings.HasPrefix(scheme, "sox"):
		return "socks5"
	}
	return "http"
}

// isNamed reports whether a host may be repeated: where there is a user name or a password it may be a part of that,
// unless it is clear where these end. They stand in front of an @, or of a colon where somebody left that out.
func isNamed(text, host string) bool {
	text = strings.Trim(visible(text), aroundAddress)
	if ipv6(text) != "" {
		return true
	}
	return strings.Count(text, "@") <= 1 && !strings.ContainsAny(text, " {}<>$") && strings.Trim(host, ".-") != "" &&
		proxyHost.MatchString(authority(text)) && !wire.HoldsSecret(host) &&
		(!strings.Contains(text, "@") || strings.Contains(host, ".") || host == "localhost")
}
