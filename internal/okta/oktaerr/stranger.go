// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// An answer is Okta's own when it bears a mark of Okta's: a request id, which each of Okta's own servers sends; an
// error object, since what stands in front of them may strip headers; an error of OAuth 2.0 at the token endpoint; the
// challenge of an OAuth error. What answers in Okta's place has none of them.

var (
	// oktaCode matches the codes of Okta's error object (error code catalogue). Other APIs have an errorCode too.
	oktaCode = regexp.MustCompile(`^E\d{7}$`)
	// publicHost matches a host that may be suggested as that of an org.
	publicHost = regexp.MustCompile(`(?i)^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

// oauthCodes are the errors of a token endpoint (RFC 6749, section 5.2; RFC 9449, section 5) beside those of
// causeRules. Other APIs have a member error too.
var oauthCodes = []string{"invalid_grant", "invalid_target", "server_error", "temporarily_unavailable", "slow_down", "unsupported_api_resource", "workload_principal_not_found"}

// isOAuthCode reports whether a code is one of a token endpoint's errors.
func isOAuthCode(code string) bool {
	if slices.Contains(oauthCodes, code) {
		return true
	}
	for _, rule := range causeRules {
		if rule.code == code && !oktaCode.MatchString(code) {
			return true
		}
	}
	return false
}

// blameStranger puts the blame of an answer without a mark of Okta's on what has answered in Okta's place: neither the
// credential nor its role nor org_url is known to be wrong. A refusal by a stranger may pass by itself. What is tried
// again after a 3xx, a 408, a 429 or a 5xx, and when, is the same as for Okta's own.
func (e *Error) blameStranger(resp *http.Response) {
	switch {
	case e.Status == http.StatusProxyAuthRequired:
		e.Kind, e.Cause = Unavailable, CauseProxy
	case e.Status == http.StatusTooManyRequests && resp.Header.Get("X-Rate-Limit-Reset") != "":
		return // the header is Okta's way to write it
	case e.Status == http.StatusTooManyRequests:
		e.Cause = CauseNotOkta
	case e.Status/100 == 3 && leadsToOkta(resp):
		return // org_url is another one's than the org's
	case e.Status/100 == 2, e.Status/100 == 3:
		e.Cause = CauseNotOkta
	case e.Status == http.StatusNetworkAuthenticationRequired, e.Status/100 == 4 && e.Status != http.StatusRequestTimeout:
		e.Kind, e.Cause = Unavailable, CauseNotOkta
	default:
		e.Cause = CauseGateway
	}
	e.Via = answererOf(resp)
	switch e.Status {
	case http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge:
		e.Err = errors.New("it takes no request of this length: shorten filter and q, or have it take addresses and headers of 8 KiB each")
	}
}

// answerer is who has answered, as far as that is known. who is what was asked.
func (e *Error) answerer(who string) string {
	switch e.Cause {
	case CauseNotOkta, CauseProxy:
		return "something between this machine and okta, in the place of " + who + ","
	case CauseGateway:
		return who + ", or something in front of it,"
	default:
		return who
	}
}

// answererOf is how what has answered calls itself.
func answererOf(resp *http.Response) string {
	var names []string
	for _, name := range []string{"Server", "Via"} {
		if value := wire.Printable(strings.Join(resp.Header.Values(name), ", "), 100); value != "" {
			names = append(names, fmt.Sprintf("%s: %s", name, value))
		}
	}
	return strings.Join(names, ", ")
}

// leadsToOkta reports whether an answer is a redirect to a host of Okta's own domains.
func leadsToOkta(resp *http.Response) bool {
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil {
		return false
	}
	_, _, found := wire.OrgHost(to.Hostname())
	return found
}

// redirectError names the host that a redirect leads to, and nothing else of it: the rest may hold a secret. Where the
// host may be the org's it says so.
func redirectError(location string, marked bool) error {
	to, err := url.Parse(location)
	if err != nil || to.Hostname() == "" {
		return errors.New("the answer is a redirect, which is not followed: check org_url")
	}
	host := wire.Printable(to.Host, 255)
	org, _, found := wire.OrgHost(to.Hostname())
	switch {
	case found:
		return fmt.Errorf("the answer redirects to %s, which is not followed: set org_url to https://%s if that is the org's own host", host, org)
	case marked && publicHost.MatchString(to.Hostname()):
		return fmt.Errorf("the answer redirects to %s, which is not followed: set org_url to https://%s if that is the org's own host", host, strings.ToLower(to.Hostname()))
	default:
		return fmt.Errorf("the answer redirects to %s, which is not followed", host)
	}
}

// badGzip says that a body is not what its Content-Encoding says; it is nil where that is not so. A body that is
// shorter than the header of gzip, such as that of an empty page, looks like one that broke off.
func badGzip(resp *http.Response, body []byte, err error) error {
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return errors.New("the Content-Encoding says gzip, and the body is not gzip")
	case resp.Uncompressed && len(body) == 0 && errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the Content-Encoding says gzip, and the body is not gzip, or it broke off at its beginning")
	}
	return nil
}
