// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const (
	// maxShownPath and maxShownName bound the paths that a sentence repeats, and the names in them.
	maxShownPath = 160
	maxShownName = 64
	// maxName is how many bytes a file's name has at most on the file systems of Linux, macOS and Windows.
	maxName = 255
	// randomLength is the length from which a name of digits and letters in both cases is taken for a random one.
	randomLength = 20
)

var (
	// hexName is a name that may be a secret in hexadecimal digits.
	hexName = regexp.MustCompile(`(?i)^[0-9a-f]{32,}$`)
	// encodedKey is what base64 and hexadecimal digits of a key, PEM or a JWK begin with.
	encodedKey = regexp.MustCompile(`^(?:MI[GHI]|MH[A-Za-z]|LS0t|eyJ|W3si|WyJ)[A-Za-z0-9+/=_-]{40,}$|^(?i:30(?:8[12]|[3-7][0-9a-f])|2d2d2d2d2d|7b)(?i:[0-9a-f]{60,})$`)
	// shellPath is a path that begins with a variable of a shell or of Windows.
	shellPath = regexp.MustCompile(`^(?:\$\{?[A-Z_][A-Z0-9_]*\}?|%\w+%)[/\\]`)
	// tokenInside is an API token behind something else, such as a scheme, a name or a quotation mark.
	tokenInside = regexp.MustCompile(`(?:^|[^\w-]|%20)00[\w-]{40}(?:[^\w-]|$)`)
)

// CheckPath reports what is wrong with a setting that names a file, without opening it. The file itself may come later.
// is is the setting that takes the secret as a value. Its error does not repeat the path, which may be the secret.
func CheckPath(setting, path, is string) error {
	trimmed := strings.TrimSpace(path)
	unquoted, quoted := Unquote(trimmed)
	switch {
	case path == "":
		return nil
	case unexpanded.MatchString(trimmed):
		return fmt.Errorf("%s is a variable that nothing has replaced with its value: write ${env:NAME} for the environment variable NAME, or the path itself", setting)
	case isSecretItself(unquoted):
		return fmt.Errorf("%s is the secret itself, and takes the path of a file that holds it: set %s to it instead", setting, is)
	case trimmed != path, strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || invisible(r) }):
		return fmt.Errorf("%s has white space around it, or characters that can't be seen: write the path again, without them", setting)
	case quoted:
		return fmt.Errorf("%s is in quotes, which a shell or YAML would have taken away: write the path without them", setting)
	case isFileURL(path):
		return fmt.Errorf("%s is a URL: write the path alone, without %s", setting, fileURL(path))
	case strings.HasPrefix(path, "~"):
		return fmt.Errorf("%s begins with ~, which only a shell replaces: write the whole path", setting)
	case shellPath.MatchString(path):
		return fmt.Errorf("%s begins with a variable, which only a shell replaces: write the whole path, or ${env:NAME} for the environment variable NAME", setting)
	case strings.HasPrefix(path, "@") && surePath.MatchString(path[1:]):
		return fmt.Errorf("%s begins with the sign @, which curl takes before a path: write the path alone, without it", setting)
	case slices.ContainsFunc(names(path), func(name string) bool { return len(name) > maxName }):
		return fmt.Errorf("%s has a name of more than %d bytes, which no file has: write the path of a file, or set %s to the secret if it is the secret itself", setting, maxName, is)
	}
	return nil
}

// isSecretItself reports whether what should be a path is a token or a key for certain.
func isSecretItself(text string) bool {
	compact := strings.Join(strings.Fields(text), "")
	return strings.Contains(text, "-----BEGIN") || strings.HasPrefix(text, "{") || strings.Contains(text, `"kty"`) ||
		encodedKey.MatchString(compact) && slices.ContainsFunc(names(compact), mayBeSecret) || signedJWT.MatchString(compact) || isEncodedToken(compact) ||
		HasToken(text) && len(names(text)) == 1
}

// HasToken reports whether an API token stands in a text, alone or behind a word or a sign.
func HasToken(text string) bool { return tokenInside.MatchString(text) }

// isPlainPath reports whether a text is a path for certain, and nothing in it may be a secret: an error may repeat it.
func isPlainPath(path string) bool {
	return len(path) <= maxShownPath && surePath.MatchString(path) && !slices.ContainsFunc(names(path), mayBeSecret)
}

// mayBeSecret reports whether one name in a path may be a secret: a token, a part of base64, or a random text.
func mayBeSecret(name string) bool {
	random := len(name) >= randomLength && strings.ContainsFunc(name, unicode.IsDigit) &&
		strings.ContainsFunc(name, unicode.IsUpper) && strings.ContainsFunc(name, unicode.IsLower)
	return len(name) > maxShownName || random || hexName.MatchString(name) || oktaToken.MatchString(name)
}

// names are the names of the folders and the file in a path, of Windows or not.
func names(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
}

func isFileURL(text string) bool { return strings.HasPrefix(strings.ToLower(text), "file:") }

// driveInURL is the path of a file URL on Windows, which begins with a slash that is none of the path.
var driveInURL = regexp.MustCompile(`^/[A-Za-z]:`)

// fileURL is what stands before the path in the URL of a file (RFC 8089): an absolute path keeps its slash.
func fileURL(text string) string {
	const scheme = len("file:")
	rest := text[scheme:]
	path := strings.TrimLeft(rest, "/")
	if slashes := len(rest) - len(path); slashes > 0 && !driveInURL.MatchString("/"+path) {
		path = "/" + path
	}
	return text[:len(text)-len(path)]
}

// IsLikelySecret reports whether what should be a path is likely the secret itself: it is one for certain, or a single
// name that may be one.
func IsLikelySecret(text string) bool {
	all := names(text)
	return isSecretItself(text) || len(all) == 1 && len(all[0]) == len(text) && mayBeSecret(text)
}
