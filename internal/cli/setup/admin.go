// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/config/configopaque"
	"golang.org/x/term"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/version"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/apps"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

const (
	// adminVariable is the environment variable with the admin credential.
	adminVariable = "OKTA_ADMIN_TOKEN"
	// requestTimeout is how long one request may take. Okta ends a request after 30 s.
	requestTimeout = 40 * time.Second
)

// userAgent names the program to Okta, which asks each client to do so.
var userAgent = fmt.Sprintf("okta-systemlog/%s (setup; %s/%s)", version.Version, runtime.GOOS, runtime.GOARCH)

// readAdminToken returns the admin credential, from the environment or from a prompt without echo. It is neither
// stored nor logged.
func readAdminToken(command *cobra.Command) (configopaque.String, error) {
	text := os.Getenv(adminVariable)
	if text == "" {
		input, ok := command.InOrStdin().(*os.File)
		if !ok || !term.IsTerminal(int(input.Fd())) {
			return "", exit.Usagef("no admin credential: set %s to an API token of a super admin, or call this from a terminal, which asks for it", adminVariable)
		}
		_, _ = fmt.Fprint(command.ErrOrStderr(), "API token of a super admin (not shown): ")
		typed, err := term.ReadPassword(int(input.Fd()))
		_, _ = fmt.Fprintln(command.ErrOrStderr())
		if err != nil {
			return "", fmt.Errorf("read the admin credential: %w", err)
		}
		text = string(typed)
	}
	return cleanToken(text)
}

// cleanToken is an admin credential without the white space around it, or the error that says what else is in it.
func cleanToken(text string) (configopaque.String, error) {
	if trimmed := secret.Trim(text); isAccessToken(trimmed) && !strings.ContainsFunc(trimmed, unicode.IsSpace) {
		return configopaque.String(trimmed), nil
	}
	token, err := secret.Token.Read(secret.Place{Setting: "the admin credential"}, text)
	if err != nil {
		cause, _ := settings.CauseAndRemedy(err) // the remedy is that of a setting of the receiver
		return "", exit.Usagef("%s: set %s to the API token alone, as okta showed it", cause, adminVariable)
	}
	return configopaque.String(token), nil
}

// admin is an org as an admin sees it.
type admin struct {
	apps  *apps.Client
	hooks *hooks.Client
}

// newAdmin returns the management APIs of an org for an admin credential. around may wrap what sends the requests.
func newAdmin(org *url.URL, token configopaque.String, around func(http.RoundTripper) http.RoundTripper) *admin {
	credential := auth.SSWS
	if isAccessToken(string(token)) {
		credential = auth.Bearer
	}
	// The credential goes to the org's own scheme, host and port only, whatever addresses its answers name.
	transport := credential(org, auth.Static(token), newTransport(org))
	if around != nil {
		transport = around(transport)
	}
	client := okta.NewClient(org, &http.Client{Transport: transport, Timeout: requestTimeout}, userAgent)
	return &admin{apps: apps.New(client), hooks: hooks.New(client)}
}

// newTransport returns a transport to an org, through the proxy that the environment names.
func newTransport(org *url.URL) *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if org.Scheme == "http" {
		auth.StayOnThisMachine(transport)
	}
	return transport
}

// isAccessToken reports whether a credential is an OAuth access token, which is a JWT, rather than an API token.
func isAccessToken(token string) bool {
	return strings.HasPrefix(token, "eyJ") && strings.Count(token, ".") == 2
}
