// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// adminScopes are the scopes that an access token needs in place of an API token.
const adminScopes = "okta.apps.manage, okta.appGrants.manage, okta.roles.manage, okta.orgs.read, and okta.eventHooks.manage and okta.eventHooks.read for an event hook"

// appError is an error that the app met with its own credential.
type appError struct{ error }

func (e appError) Unwrap() error { return e.error }

// failedStep is the step that an error ended, with its cause and what to do.
func failedStep(name string, err error) connection.Step {
	step := connection.Step{Name: name, Result: connection.Failed, Err: err, Detail: err.Error()}
	var e *oktaerr.Error
	var ended *endedError
	var wait *waitError
	switch {
	case errors.As(err, &ended):
		step.Cause, step.Remedy = "it was interrupted", "run the same command again"
		if errors.Is(ended.ended, context.DeadlineExceeded) {
			step.Cause, step.Remedy = "the org did not answer in time, or asked to wait", "raise --timeout, and check the way to the org: a proxy is taken from HTTPS_PROXY"
		}
		if errors.As(ended.failed, &e) {
			step.Cause, step.Remedy = diagnose(e, errors.As(ended.failed, new(appError)))
		}
	case errors.As(err, &e):
		step.Detail = strings.TrimSuffix(err.Error(), e.Error()) + e.What()
		step.Cause, step.Remedy = diagnose(e, errors.As(err, new(appError)))
	}
	if errors.As(err, &wait) {
		step.Remedy = fmt.Sprintf("run the same command again in %s, or raise --timeout", wait.wait.Round(time.Second))
	}
	return step
}

// adminCauses give the cause of a refusal that the admin credential met, whose remedies are others than those of a
// receiver's. The first one whose status, code and text fit applies (Okta, error code catalogue).
var adminCauses = []struct {
	status        int
	code, says    string
	cause, remedy string
}{
	{http.StatusUnauthorized, "E0000015", "", "the org does not have this feature", "ask Okta whether the org's edition has service apps"},
	{http.StatusUnauthorized, "insufficient_scope", "", "the access token lacks a scope", "use an access token with " + adminScopes},
	{http.StatusForbidden, "insufficient_scope", "", "the access token lacks a scope", "use an access token with " + adminScopes},
	{http.StatusUnauthorized, "", "", "okta does not accept the admin credential: it is wrong, expired, revoked, of another org, or bound to a network zone that this address is not in",
		"create an API token as a super admin (Admin Console, Security > API > Tokens) and set " + adminVariable + " to it"},
	{http.StatusForbidden, "E0000005", "", "no credential reached okta", "check that no proxy removes the Authorization header"},
	{http.StatusForbidden, "", "", "the admin whose credential this is may not do that: only a super admin grants scopes and assigns roles",
		"set " + adminVariable + " to an API token of a super admin"},
	{http.StatusBadRequest, "E0000001", "maximum number of instances", "the org has as many apps as its edition allows", "delete an app that is not needed, or ask Okta for more"},
	{http.StatusBadRequest, "E0000001", "already exists", "the org has another active app of this name", "rename that app or deactivate it, or, where nothing was made yet, choose another --name"},
	{http.StatusConflict, "", "", "somebody else changes the same object at this moment", "run the same command again in a moment"},
}

// hookCauses are remedies for an event hook, which these commands have no settings for but --hook.
var hookCauses = map[oktaerr.Cause]string{
	oktaerr.CauseHookRequest: "check --hook: it is a public https address of 1024 characters at most",
	oktaerr.CauseHookTypes:   "use a newer okta-systemlog: okta has changed which types of event can be sent",
	oktaerr.CauseHookLimit:   "deactivate one of them that is not needed",
	oktaerr.CauseHookGone:    "run the same command again",
}

// diagnose is the cause of a failed request, and what to do about it. ofApp is that it was the app's own and not the
// admin's.
func diagnose(e *oktaerr.Error, ofApp bool) (cause, remedy string) {
	if remedy := hookCauses[e.Cause]; remedy != "" {
		return e.Cause.Meaning(), remedy
	}
	if !ofApp && !e.TokenEndpoint && e.Cause != oktaerr.CauseNotOkta {
		for _, known := range adminCauses {
			if e.Status == known.status && (known.code == "" || e.Code == known.code) && strings.Contains(strings.ToLower(e.Summary), known.says) {
				return known.cause, known.remedy
			}
		}
	}
	cause, remedy = e.Cause.Meaning(), inWordsOfCommands(e.Cause.Remedy())
	switch e.Cause {
	case oktaerr.CauseServer, oktaerr.CauseGateway, oktaerr.CauseRateLimit, oktaerr.CauseUnknown:
		remedy = "run the same command again in a moment"
	}
	return cause, remedy
}

// inWordsOfCommands names the flags and variables of these commands where a remedy names the settings of a receiver.
var inWordsOfCommands = strings.NewReplacer(
	"set api_token, api_token_file or oauth", "set "+adminVariable,
	"org_url", "--org",
	"http.proxy_url or HTTPS_PROXY", "HTTPS_PROXY",
	"http.proxy_url", "HTTPS_PROXY",
	"set http.tls.ca_file to its CA certificate", "set SSL_CERT_FILE to its CA certificate",
	", and leave http.timeout above 30s", "",
	"http.tls, ", "",
).Replace
