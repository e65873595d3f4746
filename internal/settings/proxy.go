// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// proxySchemes are those of the proxies that net/http connects through.
var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

// ProxyURL reads the address of a proxy, such as http://proxy.example.com:3128. Its error begins with the name of the
// setting and does not repeat the text, which may hold a password, but for the host.
func ProxyURL(setting, text string) (*url.URL, error) {
	proxy, wrong := readProxy(text)
	if wrong == "" {
		return proxy, nil
	}
	wrong = setting + " " + wrong
	host, port := MeantHost(text), meantPort(text)
	meant := meantScheme(text) + "://" + host
	if port != "" {
		meant += ":" + port
	}
	if proxy, alsoWrong := readProxy(meant); alsoWrong != "" || !isNamed(text, host) {
		return nil, errors.New(wrong + ": use one such as http://proxy.example.com:3128")
	} else if strings.Contains(text, "@") {
		return nil, fmt.Errorf("%s: use %s, with user and password in front of the host", wrong, proxy)
	}
	return nil, fmt.Errorf("%s: use %s", wrong, meant)
}

// readProxy reads the address of a proxy as confighttp does, and says what is wrong with it.
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
	case proxy.Hostname() == "", strings.ContainsAny(proxy.Host, " {}<>$"):
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
	scheme, _, found := strings.Cut(strings.ToLower(text), ":")
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

// meantPort is the port in a text, "" where there is none that can be used.
func meantPort(text string) string {
	rest := text[strings.LastIndex(text, "@")+1:]
	for range strings.Count(rest, "/") {
		rest = anyScheme.ReplaceAllString(rest, "")
	}
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		rest = rest[:end]
	}
	port := strings.TrimSpace(rest[strings.LastIndex(rest, ":")+1:])
	if !strings.Contains(rest, ":") || !isPort(port) {
		return ""
	}
	return port
}

// isNamed reports whether a host may be repeated: where there is a user name or a password it may be a part of that,
// unless it is clear where these end.
func isNamed(text, host string) bool {
	text = strings.TrimSpace(text)
	return strings.Count(text, "@") <= 1 && !strings.ContainsAny(text, " {}<>$") && strings.Trim(host, ".-") != "" &&
		(!strings.Contains(text, "@") || strings.Contains(host, ".") || host == "localhost")
}
