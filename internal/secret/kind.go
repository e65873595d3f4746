// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"strings"
	"unicode"
)

// Kind is what a secret is, and with that what it can't be.
type Kind int

const (
	// Token is an Okta API token: visible ASCII without quotes. Okta documents neither its length nor its characters.
	Token Kind = iota
	// ClientSecret is the secret of an OAuth app: printable ASCII (Okta, OAuth 2.0 client secrets API), quotes, braces
	// and signs among it. One with a space is not known, and white space is a slip each time.
	ClientSecret
	// HeaderValue is the value of a header, which may have spaces and letters of all languages in it.
	HeaderValue
)

var (
	nouns = []string{Token: "API token", ClientSecret: "client secret", HeaderValue: "value of a header"}
	alone = []string{Token: "the token alone", ClientSecret: "the secret alone", HeaderValue: "the value alone"}
	// article is how a sentence about one begins.
	article = []string{Token: "an", ClientSecret: "a", HeaderValue: "a"}
)

// allows reports whether such a secret can have a character in it.
func (k Kind) allows(r rune) bool {
	switch k {
	case Token:
		return r > ' ' && r <= '~' && !strings.ContainsRune("\"'`", r)
	case ClientSecret:
		return r > ' ' && r <= '~'
	default:
		return r == '\t' || !unicode.IsControl(r) && !invisible(r) && (r == ' ' || !unicode.IsSpace(r))
	}
}

// Read is the secret in what a place holds.
func (k Kind) Read(place Place, raw string) (string, error) {
	text, err := Text(place, raw)
	if err != nil {
		return "", err
	}
	for _, refuse := range []func(Place, string, string) error{
		k.refusePlaceholder, k.refuseReference, k.refuseDocument, k.refuseEscape, k.refusePath, k.refuseQuotes, k.refuseScheme, k.refuseAssignment, k.refuseShortened,
	} {
		if err := refuse(place, raw, text); err != nil {
			return "", err
		}
	}
	return text, k.refuseCharacters(place, raw, text)
}

// ReadFile is the secret in the file of a place.
func (k Kind) ReadFile(place Place) (string, error) {
	raw, err := place.ReadFile()
	if err != nil {
		return "", err
	}
	return k.Read(place, raw)
}

// one is the kind in a sentence, such as "an API token".
func (k Kind) one() string { return article[k] + " " + nouns[k] }

// refuseDocument refuses what is another kind of credential, or a document that may hold the secret.
func (k Kind) refuseDocument(place Place, _, text string) error {
	instead := place.Instead(alone[k])
	unquoted, _ := Unquote(text)
	switch {
	case strings.Contains(text, "-----BEGIN "), isJSON(unquoted, k == Token) && strings.Contains(text, `"kty"`):
		what := "a JWK"
		if strings.Contains(text, "-----BEGIN ") {
			what = "a key or certificate in PEM"
		}
		if k == HeaderValue {
			return place.Errorf("is %s, and takes %s: %s", what, k.one(), instead)
		}
		return place.Errorf("is %s, and takes %s: use %s for the private key of an app, or %s", what, k.one(), place.Beside("oauth.private_key"), instead)
	case k != HeaderValue && section.MatchString(text):
		return place.Errorf("is a document of TOML or INI, and takes %s: %s", k.one(), instead)
	case k != HeaderValue && isJSON(text, k == Token):
		return place.Errorf("is a JSON document, and takes %s: %s", k.one(), instead)
	case isMarkup(text):
		return place.Errorf("is a page of HTML or XML, and takes %s: %s", k.one(), instead)
	case k != HeaderValue && address.MatchString(unquoted):
		return place.Errorf("is an address, and takes %s: %s", k.one(), instead)
	case k != HeaderValue && appID.MatchString(unquoted):
		return place.Errorf("is a Client ID, and takes %s: use oauth.client_id for it, and %s", k.one(), instead)
	case k == Token && signedJWT.MatchString(unquoted):
		return place.Errorf("is an access token, and takes an API token: use http.auth for one that another program renews, oauth for an app, or %s", instead)
	case k == Token && isEncodedToken(text):
		return place.Errorf("is the base64 of an API token: decode it, as base64 -d does, and %s", instead)
	}
	return nil
}

func (k Kind) refusePlaceholder(place Place, _, text string) error {
	unquoted, _ := Unquote(text)
	switch {
	case IsUnexpanded(unquoted) && place.Path != "":
		return place.Errorf("holds a variable, which nothing replaces in a file: %s", place.Instead(alone[k]))
	case IsUnexpanded(unquoted):
		return place.Errorf("is a variable that nothing has replaced with its value: write ${env:NAME} for the environment variable NAME")
	case IsPlaceholder(unquoted):
		return place.Errorf("is what an example has in the place of %s: %s", k.one(), place.Instead(alone[k]))
	}
	return nil
}

func (k Kind) refusePath(place Place, _, text string) error {
	unquoted, _ := Unquote(text)
	likely := k == Token && (likelyPath.MatchString(unquoted) || strings.HasPrefix(unquoted, "@") && IsPath(unquoted[1:])) && !escaped.MatchString(unquoted)
	if !surePath.MatchString(unquoted) && !likely || strings.Contains(text, "\n") {
		return nil
	}
	return PathInstead(place, unquoted, k.one(), alone[k])
}

// PathInstead is the error of a place that holds a path, and takes one thing.
func PathInstead(place Place, path, one, alone string) error {
	switch {
	case place.Path != "":
		return place.Errorf("holds a path, and takes %s: %s", one, place.Instead(alone))
	case isFileURL(path):
		return place.Errorf("is the URL of a file, and takes %s: set %s_file to the path in it instead, without %s", one, place.Setting, fileURL(path))
	case strings.HasPrefix(path, "~"):
		return place.Errorf("is a path, and takes %s: set %s_file to the whole path instead, without ~, which only a shell replaces", one, place.Setting)
	case shellPath.MatchString(path):
		return place.Errorf("is a path, and takes %s: set %s_file to the whole path instead, without the variable, which only a shell replaces", one, place.Setting)
	case strings.HasPrefix(path, "@"):
		return place.Errorf("is a path, and takes %s: set %s_file to what follows the sign @ instead", one, place.Setting)
	}
	return place.Errorf("is a path, and takes %s: set %s_file to that path instead", one, place.Setting)
}

// refuseQuotes refuses quotes around a secret. A client secret could have two of the same as its ends, and none has.
func (k Kind) refuseQuotes(place Place, raw, text string) error {
	if _, quoted := Unquote(text); !quoted {
		return nil
	}
	return place.Errorf("is in quotes, from %s to its end, which a shell or YAML would have taken away and nothing here does: %s, without quotes", within(raw, text, 0), place.Instead(alone[k]))
}

func (k Kind) refuseScheme(place Place, _, text string) error {
	word := scheme.FindStringSubmatch(text)
	if k == HeaderValue || word == nil {
		return nil
	}
	name := strings.Join(word[1:], "")
	return place.Errorf("begins with the word %s, which is added by itself: %s, without the word %s", name, place.Instead(alone[k]), name)
}

func (k Kind) refuseAssignment(place Place, raw, text string) error {
	if !k.isAssignment(text) {
		return nil
	}
	found := assignment.FindStringSubmatchIndex(text)
	sign := map[string]string{"=": "an equals sign", ":": "a colon", ":=": "the sign :=", "=>": "the sign =>"}[text[found[6]:found[7]]]
	return place.Errorf("is a line that gives a name a value, with %s at %s: %s, which is what follows that sign, without quotes", sign, within(raw, text, found[6]), place.Instead(alone[k]))
}

// isAssignment reports whether a text is a line of an environment file, a shell or YAML. The name counts where the
// secret itself could look like one.
func (k Kind) isAssignment(text string) bool {
	found := assignment.FindStringSubmatch(text)
	if found == nil {
		return false
	}
	exported, name, sign, space, behind := found[1] != "", found[2], found[3], found[4], found[5]
	named := ofSecret.MatchString(name)
	if sign == ":=" || sign == "=>" {
		sign = "=" // of a program
	}
	if behind == "" {
		return named && sign == "=" && k != HeaderValue // a variable that was empty
	}
	switch k {
	case Token:
		return behind != "=" && (exported || sign == "=" || space != "" || named)
	case ClientSecret:
		return exported || (sign == "=" || space != "") && (settingName.MatchString(name) || variableName.MatchString(name) && named)
	default:
		return exported || sign == "=" && variableName.MatchString(name) && named
	}
}

func (k Kind) refuseCharacters(place Place, raw, text string) error {
	names, many := Foreign(raw, text, k.allows)
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	switch {
	case len(lines) > 1:
		first := within(raw, text, strings.IndexAny(text, "\r\n"))
		return place.Errorf("has %d lines, the first of which ends at %s, and %s is one line: %s", len(lines), first, k.one(), place.Instead(alone[k]))
	case names == "":
		return nil
	case strings.Contains(names, "a space at") || strings.Contains(names, "a tab at"):
		return place.Errorf("has %s, where %s has no white space: %s", names, k.one(), place.Instead(alone[k]))
	}
	them := "it"
	if many {
		them = "them"
	}
	return place.Errorf("has %s, which no %s has: take %s out", names, nouns[k], them)
}
