// SPDX-License-Identifier: Apache-2.0

package check

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// shortestSecret is the length from which on a value is taken for a secret: taking shorter ones out
// of a text would garble it.
const shortestSecret = 4

var (
	// secretKey matches the keys of secrets.
	secretKey = regexp.MustCompile(`(?i)token|secret|password|private_key|_pem|headers|authorization`)
	// harmlessKey matches those among them that name a place instead.
	harmlessKey = regexp.MustCompile(`(?i)(_file|_url)$`)
)

// secrets are all secrets of receivers and extensions, longest first.
func (c *configuration) secrets() []string {
	found := map[string]bool{}
	for _, kind := range []string{"receivers", "extensions"} {
		section, _ := c.all[kind].(map[string]any)
		for _, settings := range section {
			collect(settings, false, found)
		}
	}
	var all []string
	for secret := range found {
		all = append(all, secret)
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// collect adds the secrets in a value; everything under the key of a secret is one.
func collect(value any, secret bool, found map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			collect(member, (secret || secretKey.MatchString(key)) && !harmlessKey.MatchString(key), found)
		}
	case []any:
		for _, element := range value {
			collect(element, secret, found)
		}
	case nil:
	default:
		text := fmt.Sprint(value)
		if u, err := url.Parse(text); err == nil && u.User != nil {
			if password, set := u.User.Password(); set {
				add(password, found)
			}
		}
		if secret {
			for line := range strings.Lines(text) {
				add(strings.TrimSpace(line), found)
			}
		}
	}
}

func add(text string, found map[string]bool) {
	if len(text) >= shortestSecret {
		found[text] = true
	}
}
