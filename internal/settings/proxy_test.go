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
		"http://proxy.example.com:port":           "use one such as",
		"http://proxy.example.com:3128" + " ":     "holds white space or a character that can't be seen: use http://proxy.example.com:3128",
		"http://proxy.example\u200b.com:3128":     "use http://proxy.example.com:3128",
		"http://proxy.example.com:3128\x1b":       "holds white space or a character",
		"http://{proxy}:3128":                     "use one such as",
		"me:SECRET@proxy.example.com:3128":        "use http://proxy.example.com:3128, with user and password in front of the host",
		"htp://me:SECRET@proxy.example.com:3128":  "use http://proxy.example.com:3128, with user and password in front of the host",
		"me:x@SECRET":                             "use one such as",
		"http://me:a@SECRET.x@proxy:0":            "use one such as",
		"":                                        "use one such as",

		"u:SECRETPW:proxy.corp:3128":               "use one such as",
		"u:SECRETPW":                               "use one such as",
		"proxy.corp:3128:u:SECRETPW":               "use one such as",
		"http://u:SECRETPW:proxy.corp:3128":        "use one such as",
		"http://u:SECRETPW@proxy.corp:1:2":         "use one such as",
		"http://u:SECRETPW@proxy.corp,b.corp:3128": "use one such as",
		"http://::1":                               "use http://[::1]",
		"::1":                                      "use http://[::1]",
		"socks5://fe80::1:1080":                    "use one such as",
		"\"http://proxy.corp:3128\"":               "use http://proxy.corp:3128",
		"'http://proxy.corp:3128'":                 "use http://proxy.corp:3128",
		"“https://proxy.corp:3128”":                "use https://proxy.corp:3128",
		"`socks5://proxy.corp:1080`":               "use socks5://proxy.corp:1080",
		"http://proxy.corp:3128,":                  "use http://proxy.corp:3128",
		"http://proxy.corp:3128;":                  "use http://proxy.corp:3128",
		"http://proxy.corp:3128\u200b":             "use http://proxy.corp:3128",
		" http://proxy.corp:3128":                  "use http://proxy.corp:3128",
		"\ufeffhttp://proxy.corp:3128":             "use http://proxy.corp:3128",
		"\ufeffproxy.corp:3128":                    "use http://proxy.corp:3128",
		"http://proxy.corp, http://b.corp":         "use one such as",
		"http://a.corp:1,b.corp:2":                 "use one such as",
		"a,proxy.corp":                             "use one such as",
		"http=proxy.corp:1;https=proxy.corp:2":     "use one such as",
		"00abcdefSECRETSECRET99":                   "use one such as",
		"none":                                     "leave it out",
		"off":                                      "leave it out",
		"No":                                       "leave it out",
		"DIRECT":                                   "leave it out",
		"\"false\"":                                "leave it out",
		"file:///x.pac":                            "use the proxy that is named in it",
		"http://wpad.corp:9\u200b/proxy.pac":       "use the proxy that is named in it",
	} {
		_, err := ProxyURL("http.proxy_url", text)
		require.ErrorContains(t, err, says, "%q", text)
		assert.NotContains(t, strings.ToUpper(err.Error()), "SECRET")
		assert.False(t, strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }), "%q", err)
		for _, remedy := range address.FindAllString(err.Error(), -1) {
			proxy, invalid := ProxyURL("http.proxy_url", remedy)
			require.NoError(t, invalid, "a remedy for %q", text)
			if !strings.Contains(err.Error(), "such as") {
				require.Contains(t, strings.ReplaceAll(text, "\u200b", ""), strings.Trim(proxy.Host, "[]"), "no other host, and its port")
			}
		}
	}
}
