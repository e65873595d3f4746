// SPDX-License-Identifier: Apache-2.0

package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// maxWorkspace is how many characters a workspace has at most.
const maxWorkspace = 256

// nameOfOrg is what an org is called in the configuration. It is a part of the ids of components, of keys of YAML, and
// of the name of the file with the position, which none of these change.
var nameOfOrg = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// unfit is what a name can't have.
var unfit = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// org is what a line of the file says of an org.
type org struct {
	line            int
	name, workspace string
	// domain is okta.org.domain of its records.
	domain string
	far    *farEnd // nil where it is the default one
	// credential are the settings of the receiver for it, by their keys.
	credential map[string]any
	address    string // org_url in its one form
}

// settings are those of the receiver.
func (o *org) settings(shared map[string]any) map[string]any {
	all := map[string]any{columnOrg: o.address}
	for _, part := range []map[string]any{shared, o.credential} {
		for key, value := range part {
			all[key] = value
		}
	}
	return all
}

// readOrg reads a line. What is wrong with it goes to the faults.
func (r row) readOrg(shared map[string]any, wrong *faults) *org {
	o := &org{line: r.line, name: r.cells[columnName], workspace: r.cells[columnWorkspace]}
	before := len(*wrong)
	r.checkText(wrong)
	r.checkName(wrong)
	if o.workspace == "" {
		o.workspace = o.name
	}
	if text, there := r.cells[columnOrg]; there {
		address, err := orgurl.Parse(text)
		if err != nil {
			wrong.add(r.line, "%s", inWordsOfColumns(err.Error()))
		} else {
			o.address, o.domain = address.String(), address.Hostname()
		}
	}
	o.credential = r.readCredential(wrong)
	o.far = r.readFarEnd(wrong)
	if len(*wrong) == before && o.address != "" {
		for _, mistake := range mistakesIn(o.settings(shared)) {
			wrong.add(r.line, "%s", inWordsOfColumns(mistake.Error()))
		}
	}
	return o
}

// mistakesIn are those that the receiver finds in its settings.
func mistakesIn(of map[string]any) []error {
	cfg := oktasystemlogreceiver.NewFactory().CreateDefaultConfig().(*oktasystemlogreceiver.Config)
	if err := confmap.NewFromStringMap(of).Unmarshal(cfg); err != nil {
		return []error{err}
	}
	return settings.Mistakes(cfg.Validate())
}

// inWordsOfColumns names columns and flags where a sentence names the settings of a receiver.
var inWordsOfColumns = strings.NewReplacer(
	"set api_token, api_token_file or oauth", "put the credential into a file",
	"set api_token to the token", "put the token into a file",
	"oauth.", "",
	"start_at", "--start-at",
	"poll_interval", "--poll-interval",
).Replace

// holdsNoSecret reports whether no value is a secret itself.
func (r row) holdsNoSecret(wrong *faults) bool {
	before := len(*wrong)
	for _, column := range columns {
		value := r.cells[column]
		switch column {
		case columnToken, columnKey, columnSecret, columnEndpointSecret:
			if secret.IsLikelySecret(value) {
				wrong.add(r.line, "%s is the secret itself, and takes the path of a file that holds it: write it into a file that only the collector's user can read", column)
			}
		case columnOrg: // its own sentences repeat none
		case columnEndpoint:
			if wire.HoldsSecret(value) {
				wrong.add(r.line, "%s holds what looks like a secret: take it out, and put the path of a file that holds it into the column %s", column, columnEndpointSecret)
			}
		default:
			words := strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			if secret.HasToken(value) || column != columnKeyID && slices.ContainsFunc(words, wire.HoldsSecret) {
				wrong.add(r.line, "%s holds what looks like a secret: write that into a file that only the collector's user can read, and put the path of the file into the column %s", column, columnToken)
			}
		}
	}
	return len(*wrong) == before
}

// checkText refuses what can't be seen in a value, such as a line break, and texts that are too long.
func (r row) checkText(wrong *faults) {
	for _, column := range columns {
		value := r.cells[column]
		if column == columnOrg && !strings.ContainsAny(value, "\n\r") {
			continue // its own sentence says what was meant
		}
		seen := func(r rune) bool { return r == ' ' || secret.IsVisible(r) }
		switch names, _ := secret.Foreign(value, value, seen); {
		case strings.ContainsAny(value, "\n\r"):
			wrong.add(r.line, "%s has a line break in it: write it in one line", column)
		case names != "":
			wrong.add(r.line, "%s has %s: take it out", column, names)
		case column == columnWorkspace && len([]rune(value)) > maxWorkspace:
			wrong.add(r.line, "%s has more than %d characters: use fewer", column, maxWorkspace)
		}
	}
}

func (r row) checkName(wrong *faults) {
	name, there := r.cells[columnName]
	switch meant := strings.Trim(unfit.ReplaceAllString(name, "-"), "-._"); {
	case !there || nameOfOrg.MatchString(name) && name != nameOfDefault:
	case name == "":
		wrong.add(r.line, "%s is empty: write what the org is called, such as acme", columnName)
	case name == nameOfDefault:
		wrong.add(r.line, "%s is %s, which the pipeline of all orgs without a far end of their own is called: use another one", columnName, nameOfDefault)
	case nameOfOrg.MatchString(meant):
		wrong.add(r.line, "%s %s is no part of a component's id: use letters of ASCII, digits, points, hyphens and low lines, such as %s", columnName, wire.Quote(name), meant)
	default:
		wrong.add(r.line, "%s is no part of a component's id: use 1 to 100 letters of ASCII, digits, points, hyphens and low lines, such as acme", columnName)
	}
}

// readCredential reads the columns of a credential, of which a line has one.
func (r row) readCredential(wrong *faults) map[string]any {
	before := len(*wrong)
	for _, column := range []string{columnToken, columnKey, columnSecret} {
		r.checkPath(column, wrong)
	}
	token, client := r.cells[columnToken], r.cells[columnClient]
	oauth := map[string]any{}
	for _, column := range []string{columnClient, columnKey, columnKeyID, columnSecret} {
		if value := r.cells[column]; value != "" {
			oauth[column] = value
		}
	}
	switch {
	case token == "" && len(oauth) == 0:
		if len(*wrong) == before {
			wrong.add(r.line, "has no credential: write the path of a file into %s, or into %s beside %s", columnToken, columnKey, columnClient)
		}
		return nil
	case token != "" && len(oauth) > 0:
		wrong.add(r.line, "%s is there beside a column of an OAuth app: keep one of the two, an API token or an app", columnToken)
		return nil
	case token != "":
		return map[string]any{columnToken: token}
	case client == "":
		wrong.add(r.line, "%s is empty, and another column of an OAuth app is not: write the app's Client ID into it", columnClient)
		return nil
	case r.cells[columnKey] == "" && r.cells[columnSecret] == "":
		wrong.add(r.line, "%s is there without a key or a secret: write the path of a file into %s or %s", columnClient, columnKey, columnSecret)
		return nil
	}
	return map[string]any{"oauth": oauth}
}

// checkPath checks a column that names a file. The file may be on another machine, and is not opened.
func (r row) checkPath(column string, wrong *faults) {
	path := r.cells[column]
	if strings.Contains(path, "${") || strings.HasPrefix(path, "$") || strings.HasPrefix(path, "%") || secret.IsUnexpanded(path) {
		wrong.add(r.line, "%s holds a variable, which nothing replaces in a file: write the whole path", column)
		return
	}
	if err := secret.CheckPath(column, path, "the content of that file"); err != nil {
		wrong.add(r.line, "%s", err)
	}
}
