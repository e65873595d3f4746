// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"errors"
	"net/url"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
)

// parseOrg is the org of the command line.
func (o *options) parseOrg() (*url.URL, error) {
	if o.org == "" {
		return nil, errors.New("no org is named: use --org https://acme.okta.com")
	}
	org, err := orgurl.Parse(o.org)
	if err != nil {
		return nil, errors.New(inWordsOfCommands(err.Error()))
	}
	return org, nil
}

func cleanToken(text string) (configopaque.String, error) { return configopaque.String(text), nil }
