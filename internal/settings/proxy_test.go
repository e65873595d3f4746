// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProxies(t *testing.T) {
	for _, text := range []string{
		"http://localhost:3128", "http://proxy.example.com", "https://proxy:443", "socks5://127.0.0.1:1080", "socks5h://proxy.example.com:1080",
		"http://me:p%40ss@proxy.example.com:3128", "http://[::1]:3128", "http://proxy.example.com:3128/", "http://proxy.example.com:1", "http://proxy.example.com:65535",
	} {
		proxy, err := ProxyURL("http.proxy_url", text)
		require.NoError(t, err, text)
		assert.Equal(t, text, proxy.String())
	}
}

func TestNoProxies(t *testing.T) {
	address := regexp.MustCompile(`[a-z0-9]+://[^\s,]+`)
	for text, says := range map[string]string{
		"localhost:3128":                          "begins with a scheme: use http://localhost:3128",
		"proxy.example.com:3128":                  "use http://proxy.example.com:3128",
		"proxy.example.com":                       "use http://proxy.example.com",
		"127.0.0.1:3128":                          "use http://127.0.0.1:3128",
		"//proxy.example.com:3128":                "use http://proxy.example.com:3128",
		"http:/proxy.example.com:3128":            "use http://proxy.example.com:3128",
		"http//proxy.example.com:3128":            "use http://proxy.example.com:3128",
		"htp://proxy.example.com:3128":            "use http://proxy.example.com:3128",
		"http://http://proxy.example.com:3128":    "use http://proxy.example.com:3128",
		"socks://proxy.example.com:1080":          "use socks5://proxy.example.com:1080",
		"socks4://proxy.example.com:1080":         "use socks5://proxy.example.com:1080",
		"sock5://proxy.example.com:1080":          "use socks5://proxy.example.com:1080",
		"soks5://proxy.example.com:1080":          "use socks5://proxy.example.com:1080",
		"socks5:/proxy.example.com:1080":          "use socks5://proxy.example.com:1080",
		"ftp://proxy.example.com:21":              "use http://proxy.example.com:21",
		"http://:3128":                            "which has a host: use one such as",
		"http://":                                 "which has a host: use one such as",
		":3128":                                   "use one such as",
		"3128":                                    "use http://3128",
		"http://proxy.example.com:0":              "has the port 0, and a port is from 1 to 65535: use http://proxy.example.com",
		"http://proxy.example.com:65536":          "has the port 65536, and a port is from 1 to 65535: use http://proxy.example.com",
		"http://proxy.example.com:99999999999999": "has the port 999999,",
		"http://proxy.example.com:port":           "use http://proxy.example.com",
		"http://proxy.example.com:3128" + " ":     "holds white space or a character that can't be seen: use http://proxy.example.com:3128",
		"http://proxy.example\u200b.com:3128":     "use http://proxy.example.com:3128",
		"http://proxy.example.com:3128\x1b":       "holds white space or a character",
		"http://{proxy}:3128":                     "use one such as",
		"me:SECRET@proxy.example.com:3128":        "use http://proxy.example.com:3128, with user and password in front of the host",
		"htp://me:SECRET@proxy.example.com:3128":  "use http://proxy.example.com:3128, with user and password in front of the host",
		"me:x@SECRET":                             "use one such as",
		"http://me:a@SECRET.x@proxy:0":            "use one such as",
		"":                                        "use one such as",
	} {
		_, err := ProxyURL("http.proxy_url", text)
		require.ErrorContains(t, err, says, "%q", text)
		assert.NotContains(t, err.Error(), "SECRET")
		assert.False(t, strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }), "%q", err)
		for _, remedy := range address.FindAllString(err.Error(), -1) {
			_, err := ProxyURL("http.proxy_url", remedy)
			require.NoError(t, err, "a remedy for %q", text)
		}
	}
}
