// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Keys returns the keys that the fields of a configuration have at its top.
func Keys(config any) (keys []string) {
	for _, field := range reflect.VisibleFields(reflect.TypeOf(config)) {
		if name, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ","); name != "" && name != "-" {
			keys = append(keys, name)
		}
	}
	return keys
}

// Mistake is a key that the receiver does not have.
type Mistake struct {
	// Meant is the key that was likely meant, "" where none is near.
	Meant string
	// Err says what to do.
	Err error
}

// Unknown returns each key that is none of known. foreign are keys that people know from elsewhere, in lower case with
// _, and what is called the same here.
func Unknown(written map[string]any, known []string, foreign map[string]string) map[string]Mistake {
	unknown := map[string]Mistake{}
	for key := range written {
		if slices.Contains(known, key) {
			continue
		}
		plain := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(key))
		switch meant, near := foreign[plain], nearest(key, known); {
		case meant != "":
			unknown[key] = Mistake{meant, fmt.Errorf("%q is not a key of this receiver: use %s", key, meant)}
		case near != "":
			unknown[key] = Mistake{near, fmt.Errorf("%q is not a key of this receiver: did you mean %s?", key, near)}
		default:
			all := strings.Join(slices.Sorted(slices.Values(known)), ", ")
			unknown[key] = Mistake{Err: fmt.Errorf("%q is not a key of this receiver: its keys are %s", key, all)}
		}
	}
	return unknown
}

// nearest is the key that a text was likely meant to be, "" where none is near.
func nearest(text string, known []string) string {
	text = bare(text)
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
