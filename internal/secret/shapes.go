// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// What stands where a secret should.
var (
	// oktaToken is what Okta's API tokens look like. Nothing else is taken for one, and one may look different.
	oktaToken = regexp.MustCompile(`^00[\w-]{40}$`)
	// scheme is what an Authorization header has before the secret.
	scheme = regexp.MustCompile(`(?i)^(?:authorization\s*[:=]\s*["']?)?(?:(ssws|bearer|dpop|basic)(?:[\s\pZ:=]+|%20|\+|$)|(token)[\s\pZ]+[^\s\pZ:=]|(ssws|bearer)00[\w-]{40}$)|^(authorization)\s*[:=]`)
	// assignment is a line of an environment file, a shell or YAML.
	assignment = regexp.MustCompile(`(?i)^(export\s+|set\s+|setx\s+|declare\s+-x\s+|environment=["']?|\$env:|-e\s+|--env[ =]|-\s+)?["']?([A-Za-z_][\w.-]*)["']?[\s\pZ]*(:=|=>|=|:)([\s\pZ]*)(.?)`)
	// ofSecret is a part of the names of variables and keys that hold a secret.
	ofSecret = regexp.MustCompile(`(?i)token|secret|_key|apikey|api_key|password|okta|credential`)
	// settingName is how settings that hold a secret are named.
	settingName = regexp.MustCompile(`(?i)^(?:[a-z]+[_.-])*(?:client[_.-]?secret|api[_.-]?token|api[_.-]?key|private[_.-]?key|secret|token|password)$`)
	// variableName is how environment variables are named.
	variableName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	// unexpanded is a variable that nobody has replaced: of a shell, the Collector, Windows, or a template.
	unexpanded = regexp.MustCompile(`^(?:\$?\$\{[^{}]*\}|\$?\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*|\$env:\w+|%[A-Za-z_]\w*%|\$?\{\{.*\}\}|\[\[.*\]\])$`)
	// placeholder is what an example has in the place of a secret, or what hides one.
	placeholder = regexp.MustCompile(`(?i)^(?:<[^<>]*>|\[[a-z _-]*\]|(?:replace|change)[-_ ]?(?:me|this|it)(?:[-_ ].*)?|your[-_ ][\w -]*|insert[-_ ][\w -]*|todo|tbd|placeholder|redacted|null|none|nil|undefined|x{4,}|\*{3,}|•+|(?:00)?(?:\.{3,}|…))$`)
	// surePath is what is a path and can't well be anything else.
	surePath = regexp.MustCompile(`(?i)^(?:file:|~[/\\]|\.{1,2}[/\\]|[a-z]:[/\\]|\\\\[\w.-]+\\|/(?:etc|run|var|home|root|opt|usr|mnt|tmp|srv|data|app|secrets?|vault|config|conf|users|private|volumes|certs?|keys?|otel[\w-]*|okta[\w-]*)/)`)
	// What belongs elsewhere: an address, the Client ID of an app, and an access token.
	address   = regexp.MustCompile(`(?i)^https?://`)
	appID     = regexp.MustCompile(`^0oa[A-Za-z0-9]{17}$`)
	signedJWT = regexp.MustCompile(`^eyJ[\w-]+\.[\w-]+\.[\w-]*$`)
	// likelyPath is what is a path, if it can have no slash otherwise.
	likelyPath = regexp.MustCompile(`(?i)^[/\\]|^(?:\$\{?\w+\}?|%\w+%)[/\\]|^[\w.-]+(?:[/\\][\w. -]+)+$|^[\w.-]+\.(?:txt|token|key|pem|secret|json|env|cfg|conf|p8|p12|pfx|der|crt|cer)$`)
)

// longBase64 is what may be base64 of a key, and hardly a path, which has a dot, a hyphen or a low line somewhere.
var longBase64 = regexp.MustCompile(`^[A-Za-z0-9+/=]{40,}$`)

// quotes are pairs of what people and programs put around a text.
var quotes = [][2]string{{`"`, `"`}, {`'`, `'`}, {"`", "`"}, {"“", "”"}, {"”", "”"}, {"„", "“"}, {"„", "”"}, {"«", "»"}, {"»", "«"}, {"‘", "’"}, {"’", "’"}, {"‚", "‘"}, {`\"`, `\"`}, {"&quot;", "&quot;"}}

// Unquote is a text without the quotes around it, as often as it has some, and whether it had any.
func Unquote(text string) (string, bool) {
	quoted := false
	for again := true; again; {
		again = false
		for _, pair := range quotes {
			if len(text) >= len(pair[0])+len(pair[1]) && strings.HasPrefix(text, pair[0]) && strings.HasSuffix(text, pair[1]) {
				text, again, quoted = Trim(text[len(pair[0]):len(text)-len(pair[1])]), true, true
				break
			}
		}
	}
	return text, quoted
}

// IsPath reports whether a text is the path of a file. Base64 may have slashes as well, between random letters.
func IsPath(text string) bool {
	mayBeBase64 := longBase64.MatchString(text) || slices.ContainsFunc(names(text), mayBeSecret)
	return !strings.Contains(text, "\n") && (surePath.MatchString(text) || likelyPath.MatchString(text) && !mayBeBase64)
}

// IsUnexpanded reports whether a text is a variable that nobody has replaced.
func IsUnexpanded(text string) bool { return unexpanded.MatchString(text) }

// IsPlaceholder reports whether a text is what an example has in the place of a secret.
func IsPlaceholder(text string) bool { return placeholder.MatchString(text) }

// IsOktaToken reports whether a text is an API token, as Okta writes them.
func IsOktaToken(text string) bool { return oktaToken.MatchString(text) }

// isJSON reports whether a text is a JSON object or array. One that is cut off or has slips is one as well where the
// text can't begin so otherwise.
func isJSON(text string, loose bool) bool {
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return false
	}
	return json.Valid([]byte(text)) || loose
}

// isMarkup reports whether a text is a page of HTML or another document of tags.
func isMarkup(text string) bool {
	lower := strings.ToLower(text)
	return strings.HasPrefix(lower, "<!doctype") || strings.HasPrefix(lower, "<html") || strings.HasPrefix(lower, "<?xml") ||
		strings.HasPrefix(lower, "<") && strings.Contains(lower, "</")
}

// isEncodedToken reports whether a text is the base64 of an API token, which Kubernetes has in its manifests.
func isEncodedToken(text string) bool {
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return err == nil && oktaToken.MatchString(Trim(string(decoded)))
}
