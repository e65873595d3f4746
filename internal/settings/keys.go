// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// maxName is how many characters a text has at most that is looked for among the keys.
const maxName = 60

// maxElsewhere is how many settings of one name in other places are offered at most.
const maxElsewhere = 2

// unknown is what to write for a key that is none of the section's below some keys, and the settings that are meant.
func (c *checking) unknown(key string, keys section, above []string) (meant []string, err error) {
	whose, prefix := "this receiver", ""
	if len(above) > 0 {
		whose, prefix = strings.Join(above, "."), strings.Join(above, ".")+"."
	}
	names := slices.Sorted(maps.Keys(keys))
	if name := pairOf(key, names); name != "" {
		return []string{prefix + name}, fmt.Errorf("%s%s has no space behind its colon, so that YAML takes it with its value for one key: put a space there", prefix, name)
	}
	wrong := fmt.Sprintf("%s is not a key of %s", wire.Quote(key), whose)
	near := nearest(key, names)
	if foreign := c.foreignTo(prefix + key); foreign != "" && bare(near) != bare(key) {
		meant = strings.Split(foreign, " or ")
	} else if near == "" || bare(near) != bare(key) {
		meant = c.elsewhere(key, prefix)
	}
	switch {
	case len(meant) > 0:
		return meant, fmt.Errorf("%s: use %s", wrong, places(meant, above))
	case near != "":
		return []string{prefix + near}, fmt.Errorf("%s: did you mean %s?", wrong, prefix+near)
	default:
		return nil, errors.New(wrong + ": its keys are " + strings.Join(names, ", "))
	}
}

// pairOf is the key in a text that is a key and its value without a space between them, as in {page_size:10}; else "".
func pairOf(text string, known []string) string {
	name, _, isPair := strings.Cut(text, ":")
	if !isPair || !slices.Contains(known, strings.TrimSpace(name)) {
		return ""
	}
	return strings.TrimSpace(name)
}

// elsewhere are the settings of the same name in other places, none where there are many.
func (c *checking) elsewhere(key, prefix string) (found []string) {
	for _, path := range c.all {
		name := path[strings.LastIndex(path, ".")+1:]
		if bare(name) == bare(key) || strings.Contains(path, ".") && (bare(path) == bare(key) || bare(path) == bare(prefix+key)) {
			found = append(found, path)
		}
	}
	if len(found) > maxElsewhere {
		return nil
	}
	return found
}

// places are some settings, and where each of them stands: a name with dots is no key.
func places(settings, above []string) string {
	var all []string
	for _, setting := range settings {
		at := strings.LastIndex(setting, ".")
		switch {
		case at >= 0:
			setting += " (" + setting[at+1:] + " below " + strings.ReplaceAll(setting[:at], ".", ", ") + ")"
		case len(above) > 0:
			setting += ", a key of the receiver itself"
		}
		all = append(all, setting)
	}
	return strings.Join(all, " or ")
}

// camelCase matches where a word ends in a key such as StartTime or collectURL.
var camelCase = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// plain is a key as foreign keys are written.
func plain(key string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(camelCase.ReplaceAllString(key, "${1}_$2")))
}

// foreignTo is what a key of others is called here, "" where that is not known.
func (c *checking) foreignTo(path string) string {
	for _, name := range []string{plain(path), plain(strings.ToLower(path))} {
		if meant := c.foreign[name]; meant != "" {
			return meant
		}
	}
	return ""
}

// foreignBelow answers what stands below a key that is none here, where it is known from elsewhere, and reports whether
// something is.
func (c *checking) foreignBelow(value any, path []string) (found bool) {
	members, _ := value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(members)) {
		below := append(slices.Clone(path), key)
		meant := c.foreignTo(strings.Join(below, "."))
		if meant == "" {
			found = c.foreignBelow(members[key], below) || found
			continue
		}
		settings := strings.Split(meant, " or ")
		c.mistakes = append(c.mistakes, Mistake{path[0], settings,
			fmt.Errorf("%s is not a key of this receiver: use %s", wire.Quote(strings.Join(below, ".")), places(settings, nil))})
		found = true
	}
	return found
}

// nearest is the key that a text was likely meant to be, "" where none is near.
func nearest(text string, known []string) string {
	text = bare(text)
	if len(text) > maxName {
		return ""
	}
	best, least := "", 1+len(text)/4 // one slip in four characters, and one more
	for _, key := range known {
		if d := distance(text, bare(key)); d <= least && d < len(key) && (best == "" || d < least) {
			best, least = key, d
		}
	}
	return best
}

// bare is a key without what people write in different ways.
func bare(key string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(key))
}

// distance is how many characters have to be put in, taken out or changed to make one text of the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
