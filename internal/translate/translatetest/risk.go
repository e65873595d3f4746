// SPDX-License-Identifier: Apache-2.0

package translatetest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// levels are from the lowest to the highest.
var levels = []string{"LOW", "MEDIUM", "HIGH"}

// risk expects the highest of the levels that the sources state, with the reasons of the first source that has it and
// reasons.
func (w *walk) risk(sources ...any) {
	highest, reasonsOf := -1, map[int][]string{}
	for _, source := range sources {
		level, reasons := riskOf(source)
		highest = max(highest, level)
		if len(reasonsOf[level]) == 0 {
			reasonsOf[level] = reasons
		}
	}
	if highest < 0 {
		return
	}
	w.expectText("risk", "okta.risk.level", levels[highest])
	if reasons := reasonsOf[highest]; len(reasons) > 0 {
		w.expect("risk", "okta.risk.reasons", reasons, isList(reasons, false))
	}
}

var (
	javaMap    = regexp.MustCompile(`(?s)^(?:Risk)?\{([A-Za-z]+=.*)\}$`)
	javaMember = regexp.MustCompile(`, [A-Za-z]+=`)
)

// riskOf reads one spelling of a risk; the level is -1 when it is none.
func riskOf(value any) (level int, reasons []string) {
	if text, isText := value.(string); isText {
		if inside := javaMap.FindStringSubmatch(text); inside != nil {
			members := map[string]any{}
			for rest := inside[1]; rest != ""; {
				member := rest
				rest = ""
				if next := javaMember.FindStringIndex(member); next != nil {
					member, rest = member[:next[0]], member[next[0]+2:]
				}
				name, said, _ := strings.Cut(member, "=")
				members[name] = said
			}
			if list, isText := members["reasons"].(string); isText {
				members["reasons"] = strings.TrimSuffix(strings.TrimPrefix(list, "["), "]")
			}
			if level, reasons = riskOf(members); level >= 0 {
				return level, reasons
			}
		}
		value = parsed(text)
	}
	object, _ := value.(map[string]any)
	stated, _ := object["level"].(string)
	switch said := object["reasons"].(type) {
	case string:
		reasons = strings.Split(said, ", ")
	case []any:
		for _, reason := range said {
			if text, isText := reason.(string); isText {
				reasons = append(reasons, text)
			}
		}
	}
	for i := range reasons {
		reasons[i] = strings.TrimSpace(reasons[i])
	}
	return slices.Index(levels, stated), slices.DeleteFunc(reasons, func(reason string) bool { return reason == "" })
}

// results are from the weakest to the strongest.
var results = []string{"BAD_REQUEST", "UNKNOWN", "NEGATIVE", "POSITIVE"}

// behaviors expects, for each behavior of which a source tells, the strongest result, and which of them are positive.
func (w *walk) behaviors(sources ...any) {
	all := map[string]int{}
	for _, source := range sources {
		for _, found := range behaviorsOf(source) {
			name := behaviorName(found[0])
			result := slices.Index(results, found[1])
			if before, is := all[name]; !is || before < result {
				all[name] = result
			}
		}
	}
	if len(all) == 0 {
		return
	}
	texts := map[string]any{}
	var positive []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		texts[name] = results[all[name]]
		if texts[name] == "POSITIVE" {
			positive = append(positive, name)
		}
	}
	w.expect("behaviors", "okta.behavior.results", texts, func(got pcommon.Value) bool { return same("changeDetails", texts, got, 1) })
	if len(positive) > 0 {
		w.expect("behaviors", "okta.behaviors", positive, isList(positive, true))
	}
}

var (
	member  = regexp.MustCompile(`(?s)^(.*)=(POSITIVE|NEGATIVE|UNKNOWN|BAD_REQUEST)$`)
	members = regexp.MustCompile(`(?s)^(.*?)=(POSITIVE|NEGATIVE|UNKNOWN|BAD_REQUEST)(?:,|$)`)
)

// behaviorsOf returns names and results of one spelling; none when any part of it is of no such shape.
func behaviorsOf(value any) (found [][2]string) {
	if text, isText := value.(string); isText {
		if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") && len(text) > 1 {
			rest := text[1 : len(text)-1]
			for {
				match := members.FindStringSubmatch(rest)
				if match == nil || behaviorName(match[1]) == "" {
					found = nil
					break
				}
				found = append(found, [2]string{match[1], match[2]})
				if len(match[0]) == len(rest) && !strings.HasSuffix(match[0], ",") {
					return found
				}
				rest = rest[len(match[0]):]
			}
		}
		value = parsed(text)
	}
	pairs := map[string][]any{}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			if text, isText := element.(string); isText {
				match := member.FindStringSubmatch(text)
				if match == nil {
					return nil
				}
				pairs[match[1]] = append(pairs[match[1]], match[2])
				continue
			}
			object, isObject := element.(map[string]any)
			if !isObject {
				return nil
			}
			if object["name"] == nil || object["result"] == nil {
				continue
			}
			name, isText := object["name"].(string)
			if !isText {
				return nil
			}
			pairs[name] = append(pairs[name], object["result"])
		}
	case map[string]any:
		for key, said := range value {
			if said != nil {
				pairs[key] = append(pairs[key], said)
			} else if match := member.FindStringSubmatch(key); match != nil {
				pairs[match[1]] = append(pairs[match[1]], match[2])
			} else if strings.Contains(key, "=") {
				return nil
			}
		}
	}
	for name, all := range pairs {
		for _, said := range all {
			result, _ := said.(string)
			if !slices.Contains(results, result) || behaviorName(name) == "" {
				return nil
			}
			found = append(found, [2]string{name, result})
		}
	}
	if len(found) > 64 {
		return nil
	}
	return found
}

// behaviorName writes a name in snake_case, without the word behavior at its end.
func behaviorName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(snake(name)), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.Nd, unicode.M)
	})
	if n := len(words); n > 1 && words[n-1] == "behavior" {
		words = words[:n-1]
	}
	return strings.Join(words, "_")
}
