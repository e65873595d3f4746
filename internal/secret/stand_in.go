// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"regexp"
	"strings"
)

// What stands in the place of a secret that is kept elsewhere, or that is not whole.
var (
	// variable is one that nobody has replaced, or its name, where no secret looks so: in templates and in other programs.
	variable = regexp.MustCompile(`^(?:\$\{?[A-Za-z_]\w*\}?|env:[A-Za-z_]\w*|__[A-Za-z]\w*__|#\{[^{}]*\}#?)$`)
	// reference is the address of a secret in a store: of 1Password, AWS, Azure, Google Cloud and vals.
	reference = regexp.MustCompile(`(?i)^(?:op://\S+|ref\+\w+://\S+|arn:aws[\w-]*:(?:secretsmanager|ssm):\S+|@Microsoft\.KeyVault\(.*\)|projects/[\w-]+/secrets/\S+)$`)
	// ofVault is one that some programs have for Vault.
	ofVault = regexp.MustCompile(`(?i)^vault:\S+$`)
	// escaped is what strings of JSON have for a character, where it is no part of a path.
	escaped = regexp.MustCompile(`^((?:\\(?:u[0-9a-fA-F]{4}|[nrt]))+)00|((?:\\(?:u[0-9a-fA-F]{4}|[nrt]))+)$|((?:\\u[0-9a-fA-F]{4})+)`)
	// section is the first line of TOML or INI.
	section = regexp.MustCompile(`^\[[\w." -]+\][ \t]*[\r\n]`)
	// shortened is what stands for a part that is left out or hidden. Okta's tokens have no such signs in a row; a client
	// secret may have those that are ASCII.
	shortened = []*regexp.Regexp{
		Token: regexp.MustCompile(`…|[•●]|\.{3}|\*{3}`), ClientSecret: regexp.MustCompile(`…|[•●]`), HeaderValue: regexp.MustCompile(`[•●]{3}`),
	}
)

// refuseReference refuses the name or the address of a secret.
func (k Kind) refuseReference(place Place, _, text string) error {
	unquoted, _ := Unquote(text)
	named := k == Token && (variable.MatchString(unquoted) || variableName.MatchString(unquoted) && strings.Contains(unquoted, "_") && ofSecret.MatchString(unquoted))
	switch {
	case reference.MatchString(unquoted), k == Token && ofVault.MatchString(unquoted):
		return place.Errorf("is a reference to a secret in another store, which nothing here looks up: %s", place.Instead(alone[k]))
	case named && place.Path != "":
		return place.Errorf("holds a variable or its name, which nothing replaces in a file: %s", place.Instead(alone[k]))
	case named:
		return place.Errorf("is a variable, or its name, that nothing has replaced with its value: write ${env:NAME} for the environment variable NAME")
	}
	return nil
}

// refuseEscape refuses escapes of a JSON string, which are left over where its quotation marks were taken away.
func (k Kind) refuseEscape(place Place, raw, text string) error {
	if k != Token || surePath.MatchString(text) {
		return nil
	}
	found := escaped.FindStringSubmatchIndex(text)
	for i := 2; i < len(found); i += 2 {
		if from, to := found[i], found[i+1]; from >= 0 {
			return place.Errorf("has the escape %s at %s, which nothing here replaces with its character: take it out", text[from:to], within(raw, text, from))
		}
	}
	return nil
}

// refuseShortened refuses a secret of which a part is missing. What is left without the signs for it would be taken.
func (k Kind) refuseShortened(place Place, raw, text string) error {
	found := shortened[k].FindStringIndex(text)
	if found == nil {
		return nil
	}
	return place.Errorf("is shortened or hidden at %s, so that a part of it is missing: copy all of it, from where it can be read", within(raw, text, found[0]))
}
