// SPDX-License-Identifier: Apache-2.0

package orgurl

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
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
		org, err := Parse(text)
		if assert.NoError(t, err, "%q", text) {
			assert.Equal(t, want, org.String(), "%q", text)
		}
		again, err := Parse(org.String())
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
			_, err := Parse("https://x" + text)
			require.ErrorContains(t, err, "org_url holds the invisible character "+name+": type the address anew", "%q", text)
		}
		if char == '\t' {
			continue // around the address it is white space
		}
		_, err := Parse(string(char) + "https://acme.okta.com")
		require.ErrorContains(t, err, name)
		_, err = Parse("https://acme.okta.com" + string(char))
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
		_, err := Parse(text)
		if assert.ErrorContains(t, err, says, "%q", text) {
			assert.NotContains(t, err.Error(), "secret")
		}
	}
}

// addresses matches the addresses in a remedy.
var addresses = regexp.MustCompile(`https?://[^\s,]+`)

// Whatever is written, a remedy with an address has one that is accepted, and nothing in it is invisible.
func TestRemediesOfTheAddressAreAddresses(t *testing.T) {
	const acme = "use https://acme.okta.com"
	for text, says := range map[string]string{
		"https://https://acme.okta.com":           acme,
		"https://https//acme.okta.com/":           acme,
		"https:/acme.okta.com":                    acme,
		"https:acme.okta.com":                     acme,
		"https//acme.okta.com":                    acme,
		"https:///acme.okta.com":                  acme,
		"https;//acme.okta.com":                   acme,
		`https:\\acme.okta.com`:                   acme,
		"://acme.okta.com":                        acme,
		"//acme.okta.com":                         acme,
		"htps://acme.okta.com":                    acme,
		"ttps://acme.okta.com":                    acme,
		"http://acme.okta.com":                    acme,
		"http://acme-admin.okta.com/admin":        acme,
		"ws://acme.okta.com:443/x":                acme,
		"https://acme-admin.okta.com":             acme,
		"https://acme-admin.okta.com/admin/users": acme,
		"https://ACME-admin.OKTA.com:443":         acme,
		"acme-admin.okta.com/":                    acme,
		"https://acme-admin.oktapreview.com":      "use https://acme.oktapreview.com",
		"acme.okta.com/api/v1/logs":               acme,
		"https://acme.okta.com?x=1":               acme,
		"https://acme.okta.com#x":                 acme,
		"https://acme.okta.com/oauth2/default":    acme,
		"https://me:SECRET@acme.okta.com":         acme,
		"https://me:SEC/RET@acme.okta.com":        acme,
		"https://me:SEC@RET@acme.okta.com/x":      acme,
		"https://SECRET@login.example.com":        "leave it out and set api_token",
		"https://acme.okta.com/x@SECRET":          "use https://acme.okta.com",
		"https://acme.okta.com:0":                 acme,
		"https://acme.okta.com:65536":             acme,
		"https://acme.okta.com:https":             acme,
		"https://login.example.com:99999/x":       "use https://login.example.com",
		"acme":                                    "if it is the name of the org, use https://acme.okta.com",
		"acme/":                                   "if it is the name of the org, use https://acme.okta.com",
		"acme.okta":                               acme,
		"acme.okta.com.com":                       acme,
		"https://acme.okta.com.okta.com":          acme,
		"https://acme.oktapreview.com.okta.com":   "use https://acme.oktapreview.com",
		"https://login.example.com.com":           "use https://login.example.com",
		"acme..okta.com":                          acme,
		"https://acme .okta.com":                  acme,
		"https://acme okta.com":                   anOrg,
		"\"https://acme.okta.com\"":               acme,
		"'acme.okta.com'":                         acme,
		"<https://acme.okta.com>":                 "but a placeholder of one: " + anOrg,
		"https://acme.okta.com,":                  acme,
		"https://{yourOktaDomain}":                "but a placeholder of one: " + anOrg,
		"https://${yourOktaDomain}":               "but a placeholder of one: " + anOrg,
		"https://<your-org>.okta.com":             "but a placeholder of one: " + anOrg,
		"your-domain.okta.com":                    "but a placeholder of one: " + anOrg,
		"https://yourOktaDomain.okta.com":         "but a placeholder of one: " + anOrg,
		"https://okta.com":                        "okta's own site and not of an org: " + anOrg,
		"www.okta.com":                            "okta's own site and not of an org: " + anOrg,
		"https://login.okta.com":                  "okta's own site and not of an org: " + anOrg,
		"https://oktapreview.com/":                "okta's own site and not of an org: " + anOrg,
		"https://асме.okta.com":                   "letters that only look like those of okta's hosts: type the address anew, use https://acme.okta.com",
		"https://acme.оkta.com":                   "letters that only look like",
		"https://acme.xn--kta-red.com":            "letters that only look like",
		"https://bücher.okta.com":                 "letters that no host of okta's has",
		"https://acme\u200b.okta.com":             "the invisible character U+200B: type the address anew, use https://acme.okta.com",
		"\ufeffhttps://acme.okta.com":             "the invisible character U+FEFF: type the address anew, use https://acme.okta.com",
		"https://acme.okta.com\u00a0":             "the invisible character U+00A0: type the address anew, use https://acme.okta.com",
		"https://acme.okta.com\n/api":             "the invisible character U+000A: type the address anew, use https://acme.okta.com",
		"https://acme.okta.com\x1b[31m":           "the invisible character U+001B",
		"https://":                                anOrg,
		"https://.":                               anOrg,
		"https://%41cme.okta.com":                 anOrg,
		"mailto:acme@acme.okta.com":               acme,

		// Without what stands inside it, it would be the host of somebody else.
		"acme,okta.com":                                      anOrg,
		"https://acme'okta.com":                              anOrg,
		"https://acme\"okta.com":                             anOrg,
		"https://acme`okta.com":                              anOrg,
		"id,acme.com":                                        anOrg,
		"https://acme.okta,com":                              anOrg,
		"https://acme.okta;com":                              anOrg,
		"https://acme.okta.com,b.okta.com":                   anOrg,
		"https://acme.okta.com;b.okta.com":                   anOrg,
		"https://acme.okta.com https://b.okta.com":           anOrg,
		"id acme.okta.com":                                   anOrg,
		"id\u00a0acme.okta.com":                              "the invisible character U+00A0: type the address anew",
		"id\nacme.okta.com":                                  "the invisible character U+000A: type the address anew",
		"„https://acme.okta.com“":                            acme,
		"https://acme.okta.com;":                             acme,
		"'https://acme.okta.com/'":                           acme,
		"\"https://okta.acme.com:8443\"":                     "use https://okta.acme.com:8443",
		"\ufeffhttps://okta.acme.com:8443":                   "use https://okta.acme.com:8443",
		"https://okta.acme.com:8443,":                        "use https://okta.acme.com:8443",
		"https//okta.acme.com:8443":                          "use https://okta.acme.com:8443",
		"https://okta.acme.com.com:8443":                     "use https://okta.acme.com:8443",
		"https://okta.acme.com:8443/x":                       "use https://okta.acme.com:8443",
		"\"http://127.0.0.1:19101\"":                         "use http://127.0.0.1:19101",
		"'http://localhost:8085'":                            "use http://localhost:8085",
		"http//localhost:8085":                               "use http://localhost:8085",
		"\"https://localhost:8085\"":                         "use https://localhost:8085",
		"00abcdefSECRETSECRETSECRETSECRETSECRETSECR":         "looks like a token",
		"00abcSECRET12":                                      "looks like a token",
		"https://00abcdefSECRETSECRETSECRETSECRETSECRETSECR": "looks like a token",
		"SSWS 00abcdefSECRETSECRET":                          anOrg,
	} {
		_, err := Parse(text)
		if !assert.ErrorContains(t, err, says, "%q", text) {
			continue
		}
		assert.NotContains(t, strings.ToUpper(err.Error()), "SECRET")
		assert.NotContains(t, err.Error(), "RET@")
		assert.False(t, strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }), "%q", err)
		for _, address := range addresses.FindAllString(err.Error(), -1) {
			org, invalid := Parse(address)
			if assert.NoError(t, invalid, "%q is answered with %q", text, err) && !strings.Contains(err.Error(), "such as") {
				requireHostIn(t, text, org.Hostname())
			}
		}
	}
}

// requireHostIn fails where a host is not in a text: the credential would go to somebody else. What can't be seen in
// the text, a dot too many and the end of Okta's domains make no other host.
func requireHostIn(t *testing.T, text, host string) {
	t.Helper()
	seen := strings.Map(func(r rune) rune {
		if settings.IsHidden(r) {
			return -1
		}
		return r
	}, settings.LookLike(text))
	seen = strings.NewReplacer(" .", ".", "-admin", "", "..", ".").Replace(seen)
	name := host
	for _, domain := range []string{".okta.com", ".com"} {
		if !strings.Contains(seen, name) {
			name = strings.TrimSuffix(host, domain)
		}
	}
	assert.Regexp(t, `(^|[^a-z0-9-])`+regexp.QuoteMeta(name)+`([^a-z0-9-]|$)`, seen, "%q is answered with %q", text, host)
}

// FuzzOrgURL holds that whatever is written, a remedy is an address that is accepted.
func FuzzOrgURL(f *testing.F) {
	for _, text := range []string{"https://https://acme.okta.com", "acme", "https://acme.okta.com.com.okta.com", "http://x..y", "а.okta.com", "https://a@b.okta", "xn--.okta.com"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		org, err := Parse(text)
		if err == nil {
			again, err := Parse(org.String())
			require.NoError(t, err)
			require.Equal(t, org, again)
			return
		}
		for _, address := range addresses.FindAllString(err.Error(), -1) {
			_, invalid := Parse(address)
			require.NoError(t, invalid, "%q is answered with %q", text, err)
		}
	})
}
