// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// list is more than one mistake in the settings of a component.
type list struct {
	of       string
	mistakes []error
}

// Join makes one error of mistakes in the settings of a type of component, each of which is a sentence; nil of none. A
// Collector puts the name of the component before the whole. Each line of several has the type before it as well: a log
// may take the lines apart.
func Join(of string, mistakes ...error) error {
	all := Mistakes(errors.Join(mistakes...))
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &list{of, all}
}

// Error has a line for each mistake.
func (l *list) Error() string {
	text := fmt.Sprintf("%d settings are wrong:", len(l.mistakes))
	for _, mistake := range l.mistakes {
		text += "\n  " + l.of + ": " + mistake.Error()
	}
	return text
}

// Unwrap returns the mistakes.
func (l *list) Unwrap() []error { return l.mistakes }

// Mistakes are the mistakes that an error consists of.
func Mistakes(err error) (all []error) {
	if err == nil {
		return nil
	}
	if joined, several := err.(interface{ Unwrap() []error }); several {
		for _, part := range joined.Unwrap() {
			all = append(all, Mistakes(part)...)
		}
		return all
	}
	// confmap wraps with the path to where the mistake was found, which is empty for the receiver's own.
	if inner := errors.Unwrap(err); inner != nil && inner.Error() == err.Error() {
		return Mistakes(inner)
	}
	return []error{err}
}

var (
	// below matches the key that confmap puts before a mistake that was not found by the receiver.
	below = regexp.MustCompile(`^([a-z0-9_]+(?:::[a-z0-9_]+)*): `)
	// belowSquashed matches the one that follows where a part of a section is a type of its own.
	belowSquashed = regexp.MustCompile(`^((?:serverconfig|clientconfig|config)(?:::[a-z0-9_]+)*): `)
	// squashed matches the names of such types in a key, which nobody writes.
	squashed = regexp.MustCompile(`\.(?:serverconfig|clientconfig|config)\b`)
)

// CauseAndRemedy are what is wrong and what to do about it, which a sentence has before a colon and behind it.
// What others find, such as http::tls, has a key before it and names no remedy.
func CauseAndRemedy(mistake error) (cause, remedy string) {
	text := strings.Join(strings.Fields(mistake.Error()), " ")
	if found := below.FindStringSubmatch(text); found != nil {
		key := found[1]
		for text = text[len(found[0]):]; ; text = text[len(found[0]):] {
			if found = belowSquashed.FindStringSubmatch(text); found == nil {
				break
			}
			key += confmap.KeyDelimiter + found[1]
		}
		key = squashed.ReplaceAllString(Name(key), "")
		return key + ": " + text, "correct " + key
	}
	if at := remedyIn(text); at >= 0 {
		return text[:at], text[at+len(": "):]
	}
	return text, "correct the configuration"
}

// verbs are what remedies begin with.
var verbs = []string{
	"set", "use", "write", "leave", "keep", "take", "put", "save", "copy", "convert", "create", "decode", "decrypt", "export", "grant",
	"remove", "name", "let", "type", "make", "correct", "if", "did",
}

// remedyIn is the colon that a remedy follows: the first that a verb follows, of those that are not between quotes,
// else the last; -1 without one.
func remedyIn(text string) int {
	quoted := false
	for i := range len(text) {
		if text[i] == '"' && (i == 0 || text[i-1] != '\\') {
			quoted = !quoted
		}
		remedy, found := strings.CutPrefix(text[i:], ": ")
		if word, _, _ := strings.Cut(remedy, " "); found && !quoted && slices.Contains(verbs, word) {
			return i
		}
	}
	return strings.LastIndex(text, ": ")
}
