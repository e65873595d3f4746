// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

var (
	// quotedValue matches the string values of a filter.
	quotedValue = regexp.MustCompile(`"(\\.|[^"\\])*"`)
	percent     = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	// urlQuery matches a URL, or the query of one with several parameters, whose values have no & in them.
	urlQuery = regexp.MustCompile(`^(?:https?://[^?\s]*\?|/api/v1/logs\?|[?&]?)((?:[A-Za-z]+=[^&]*&)+[A-Za-z]+=[^&]*|(?:filter|q)=[^&]*)$`)
	// namedFilter matches the name of the parameter in front of a filter, as a URL, YAML or a program has it.
	namedFilter = regexp.MustCompile(`(?i)^[?&]?["']?filter["']?\s*[=:]\s*`)
	namedQ      = regexp.MustCompile(`^[?&]?q=`)
	entity      = regexp.MustCompile(`&(?:quot|apos|amp|lt|gt|nbsp|ldquo|rdquo|lsquo|rsquo|#\d{1,5}|#[xX][0-9A-Fa-f]{1,4});`)
	plusBetween = regexp.MustCompile(`(?i)\+(?:eq|ne|co|sw|ew|pr|gt|ge|lt|le|and|or|not)\b`)
	// operator matches what each filter has.
	operator = regexp.MustCompile(`(?i)\s(?:eq|ne|co|sw|ew|pr|gt|ge|lt|le)\b`)
	// curled matches a text between typographic quotes, and single one between single quotes.
	curled = regexp.MustCompile(`[“”„‟«»″＂]([^“”„‟«»″＂"]*)[“”„‟«»″＂]`)
	single = regexp.MustCompile("(^|[\\s(\\[])['‘’‚‛`´]([^'‘’‚‛`´\"]*)['‘’‚‛`´]")
	curly  = regexp.MustCompile(`[“”„‟«»″＂]`)
	// escaped matches a quote that opens a value and has a backslash, and doubled a value between doubled quotes.
	escaped = regexp.MustCompile(`(?:^|[\s(])\\"`)
	doubled = regexp.MustCompile(`""([^\s")][^"]*)""`)
)

// slip is a way in which filters are written that Okta does not read.
type slip struct {
	what string
	// mend returns the filter without the slip, and the same where it has none.
	mend func(filter string) string
}

// slips are looked for in this order, again and again: one may hide another.
var slips = []slip{
	{"is taken from the URL of a request", func(filter string) string { return parameterOf(filter, "filter") }},
	{"begins with the name of the parameter", func(filter string) string { return namedFilter.ReplaceAllString(filter, "") }},
	{"is percent-encoded, as in a URL", decodePercent},
	{"has + for spaces, as in a URL", func(filter string) string {
		if bare := quotedValue.ReplaceAllString(filter, ""); !plusBetween.MatchString(bare) || strings.Contains(bare, " ") {
			return filter
		}
		return outside(filter, func(text string) string { return strings.ReplaceAll(text, "+", " ") })
	}},
	{"has HTML entities", func(filter string) string {
		if !entity.MatchString(quotedValue.ReplaceAllString(filter, "")) {
			return filter
		}
		return outside(filter, func(text string) string { return entity.ReplaceAllStringFunc(text, html.UnescapeString) })
	}},
	{"holds characters that can't be seen", func(filter string) string { return outside(filter, withoutHidden) }},
	{"has quotes around the whole of it", unwrap},
	{"has backslashes before its quotes", func(filter string) string {
		if !escaped.MatchString(quotedValue.ReplaceAllString(filter, "")) {
			return filter
		}
		return strings.ReplaceAll(filter, `\"`, `"`)
	}},
	{"has its quotes twice", func(filter string) string { return doubled.ReplaceAllString(filter, `"$1"`) }},
	{"has typographic quotes", func(filter string) string {
		return outside(outside(filter, func(text string) string { return curled.ReplaceAllString(text, `"$1"`) }),
			func(text string) string { return curly.ReplaceAllString(text, `"`) })
	}},
	{"has single quotes around values", func(filter string) string {
		return outside(filter, func(text string) string { return single.ReplaceAllString(text, `$1"$2"`) })
	}},
}

// maxMends bounds how often the slips are looked for.
const maxMends = 8

// Filter returns a filter as it was likely meant, and what is wrong with it as it is written: what was copied from a
// URL, a web page or a program, which Okta refuses. The error is nil where nothing of that is wrong. Whether it is a
// filter at all, Okta finds out.
func Filter(setting, filter string) (meant string, err error) {
	var wrong []string
	meant = strings.TrimSpace(filter)
	settled := false
	for range maxMends {
		before := meant
		for _, slip := range slips {
			if mended := strings.TrimSpace(slip.mend(meant)); mended != meant {
				meant, wrong = mended, append(wrong, slip.what)
				break
			}
		}
		if settled = meant == before; settled {
			break
		}
	}
	if len(wrong) == 0 {
		return filter, nil
	}
	what := setting + " " + strings.Join(slices.Compact(wrong), " and ")
	bare := quotedValue.ReplaceAllString(meant, "")
	if meant != strings.TrimSpace(meant) || !settled || strings.ContainsAny(bare, `"\%`) || !operator.MatchString(bare) || !isPrintable(meant) || wire.HoldsSecret(meant) {
		return filter, errors.New(what + `: write it as in okta's documentation, such as eventType eq "user.session.start"`)
	}
	return meant, fmt.Errorf("%s: use %s", what, inYAML(meant))
}

// parameterOf is the value of a parameter in a text that is a URL, or the query of one, with several parameters; the
// text itself where it is none.
func parameterOf(text, name string) string {
	found := urlQuery.FindStringSubmatch(text)
	if found == nil {
		return text
	}
	for part := range strings.SplitSeq(found[1], "&") {
		value, isIt := strings.CutPrefix(part, name+"=")
		if !isIt {
			continue
		}
		if decoded, err := url.QueryUnescape(value); err == nil {
			return decoded
		}
	}
	return text
}

// inYAML is a text as it is written in YAML: in quotes where it would be read as something else without them.
func inYAML(text string) string {
	read, err := confmap.NewRetrievedFromYAML([]byte("a: " + text))
	if err == nil {
		if conf, err := read.AsConf(); err == nil && conf.Get("a") == any(text) {
			return text
		}
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// Keywords does as [Filter] for keywords.
func Keywords(setting, q string) (meant string, err error) {
	var wrong []string
	for _, slip := range []slip{
		{"is taken from the URL of a request", func(q string) string { return parameterOf(q, "q") }},
		{"begins with the name of the parameter", func(q string) string { return namedQ.ReplaceAllString(q, "") }},
		{"is percent-encoded, as in a URL", decodePercent},
		{"has HTML entities", func(q string) string { return entity.ReplaceAllStringFunc(q, html.UnescapeString) }},
		{"holds characters that can't be seen", withoutHidden},
	} {
		if mended := slip.mend(cmp.Or(meant, q)); mended != cmp.Or(meant, q) {
			meant, wrong = mended, append(wrong, slip.what)
		}
	}
	if len(wrong) == 0 {
		return q, nil
	}
	what := setting + " " + strings.Join(wrong, " and ")
	if meant = strings.TrimSpace(meant); meant == "" || !isPrintable(meant) || wire.HoldsSecret(meant) {
		return q, errors.New(what + ": write the keywords alone, with spaces between them")
	}
	return meant, fmt.Errorf("%s: use %s", what, inYAML(meant))
}

// Bounds returns what is wrong with keywords of which there are more than most, or that have more than longest
// characters.
func Bounds(setting, q string, most, longest int) error {
	keywords := strings.Fields(q)
	var errs []error
	for _, keyword := range keywords {
		if utf8.RuneCountInString(keyword) > longest {
			errs = append(errs, fmt.Errorf("%s has the keyword %s: use %d characters or fewer for each, or filter", setting, wire.Quote(keyword), longest))
		}
	}
	if len(keywords) <= most {
		return errors.Join(errs...)
	}
	such := ""
	if first := strings.Join(keywords[:most], " "); len(errs) == 0 && isPrintable(first) && !wire.HoldsSecret(first) {
		such = ", such as " + inYAML(first)
	}
	return errors.Join(append([]error{fmt.Errorf("%s has %d keywords: use %d or fewer%s", setting, len(keywords), most, such)}, errs...)...)
}

// decodePercent decodes a text that was copied from a URL. A + is a space there, but not where spaces are left.
func decodePercent(text string) string {
	bare := quotedValue.ReplaceAllString(text, "")
	if !percent.MatchString(bare) {
		return text
	}
	decode := url.QueryUnescape
	if strings.Contains(bare, " ") || strings.Contains(bare, "%20") {
		decode = url.PathUnescape
	}
	if decoded, err := decode(text); err == nil {
		return decoded
	}
	return text
}

// unwrap takes quotes off that are around a whole filter.
func unwrap(filter string) string {
	text := strings.TrimSpace(filter)
	if text == "" || !strings.ContainsRune(`"'“‘`, []rune(text)[0]) || !operator.MatchString(text) {
		return filter
	}
	quote := string([]rune(text)[0])
	inner := strings.TrimPrefix(text, quote)
	if closing := map[string]string{`"`: `"`, "'": "'", "“": "”", "‘": "’"}[quote]; quote != `"` || strings.Count(strings.ReplaceAll(text, `\"`, ""), `"`)%2 == 0 {
		inner = strings.TrimSuffix(inner, closing)
	}
	return inner
}

// outside changes what is not between straight quotes.
func outside(filter string, change func(string) string) string {
	var b strings.Builder
	from := 0
	for _, quoted := range quotedValue.FindAllStringIndex(filter, -1) {
		b.WriteString(change(filter[from:quoted[0]]))
		b.WriteString(filter[quoted[0]:quoted[1]])
		from = quoted[1]
	}
	b.WriteString(change(filter[from:]))
	return b.String()
}

// withoutHidden is a text with spaces where it has other ones, and without what can't be seen.
func withoutHidden(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', !IsHidden(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, text)
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
