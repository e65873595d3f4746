// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEachWayToWriteAnAddressIsTheSameOrg(t *testing.T) {
	for text, want := range map[string]string{
		"https://acme.okta.com":              "https://acme.okta.com",
		"acme.okta.com":                      "https://acme.okta.com",
		"acme.okta.com/":                     "https://acme.okta.com",
		"acme.okta.com:443":                  "https://acme.okta.com",
		"  https://acme.okta.com\n":          "https://acme.okta.com",
		"HTTPS://Acme.Okta.COM":              "https://acme.okta.com",
		"https://acme.okta.com:443":          "https://acme.okta.com",
		"https://acme.okta.com:0443/":        "https://acme.okta.com",
		"https://acme.okta.com:":             "https://acme.okta.com",
		"https://acme.okta.com.":             "https://acme.okta.com",
		"https://acme.okta.com.:443/":        "https://acme.okta.com",
		"https://acme.okta.com:8443":         "https://acme.okta.com:8443",
		"https://login.bücher.example":       "https://login.xn--bcher-kva.example",
		"https://login.BÜCHER.example":       "https://login.xn--bcher-kva.example",
		"https://login.bu\u0308cher.example": "https://login.xn--bcher-kva.example",
		"https://ａｃｍｅ.okta.com":              "https://acme.okta.com",
		"https://acme。okta。com":              "https://acme.okta.com",
		"https://okta_sim.internal:8443":     "https://okta_sim.internal:8443",
		"http://localhost:80":                "http://localhost",
		"http://LOCALHOST:8085":              "http://localhost:8085",
		"http://127.0.0.1:8085":              "http://127.0.0.1:8085",
		"http://[0:0:0:0:0:0:0:1]:8085":      "http://[::1]:8085",
		"https://[2001:DB8::1]:443":          "https://[2001:db8::1]",
	} {
		org, err := parseOrgURL(text)
		if assert.NoError(t, err, "%q", text) {
			assert.Equal(t, want, org.String(), "%q", text)
		}
		again, err := parseOrgURL(org.String())
		if assert.NoError(t, err, "%q", text) {
			assert.Equal(t, org, again, "the one form stays as it is")
		}
	}
}

func TestInvisibleCharactersInTheAddressAreNamed(t *testing.T) {
	for name, char := range map[string]rune{
		"U+200B": '\u200b', "U+200D": '\u200d', "U+FEFF": '\ufeff', "U+00A0": '\u00a0', "U+00AD": '\u00ad',
		"U+202E": '\u202e', "U+2066": '\u2066', "U+200E": '\u200e', "U+2060": '\u2060', "U+034F": '\u034f', "U+3000": '\u3000',
		"U+FE0F": '\ufe0f', "U+3164": '\u3164', "U+2028": '\u2028', "U+0000": 0, "U+0009": '\t', "U+2800": '\u2800', "U+0085": '\u0085',
	} {
		for _, text := range []string{"https://acme" + string(char) + ".okta.com", "acme.okta.com" + string(char) + "/", string(char) + "."} {
			_, err := parseOrgURL("https://x" + text)
			require.ErrorContains(t, err, "org_url holds the invisible character "+name+": type the address anew", "%q", text)
		}
		if char == '\t' {
			continue // around the address it is white space
		}
		_, err := parseOrgURL(string(char) + "https://acme.okta.com")
		require.ErrorContains(t, err, name)
		_, err = parseOrgURL("https://acme.okta.com" + string(char))
		require.ErrorContains(t, err, name)
	}
}

func TestNoAddressOfAnOrg(t *testing.T) {
	for text, says := range map[string]string{
		"":                                   "org_url is missing",
		" \n":                                "org_url is missing",
		"https://":                           "is not the address of an org",
		"https:/acme.okta.com":               "is not the address of an org",
		"//acme.okta.com":                    "is not the address of an org",
		"https://acme..okta.com":             "is not the address of an org",
		"https://.":                          "is not the address of an org",
		"https://acme okta.com":              "is not the address of an org",
		"https://{yourOktaDomain}":           "is not the address of an org",
		"https://acme.okta.com／evil.example": "is not the address of an org",
		"https://acme%2eokta.com":            "is not the address of an org",
		"https://acme.okta.com:0":            "has the port 0",
		"https://acme.okta.com:65536":        "has the port 65536",
		"http://acme.okta.com":               `has the scheme "http": use https://acme.okta.com`,
		"HTTP://ACME.okta.com:443":           `has the scheme "http": use https://acme.okta.com`,
		"ftp://acme.okta.com":                "use https://acme.okta.com",
		"acme.okta.com/api/v1/logs":          "more than scheme and host: use https://acme.okta.com",
		"acme-admin.okta.com.":               "Admin Console: use https://acme.okta.com",
		"https://acme-admin.okta.com/admin":  "Admin Console: use https://acme.okta.com",
		"http://acme-admin.okta.com/":        "Admin Console: use https://acme.okta.com",
		"me:secret@acme.okta.com":            "user name or password",
		"mailto:secret@acme.okta.com":        "user name or password",
	} {
		_, err := parseOrgURL(text)
		if assert.ErrorContains(t, err, says, "%q", text) {
			assert.NotContains(t, err.Error(), "secret")
		}
	}
}
