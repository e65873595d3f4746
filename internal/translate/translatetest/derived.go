// SPDX-License-Identifier: Apache-2.0

package translatetest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
)

// Option says how a record was made.
type Option func(*walk)

// WithoutDerived says that a record has no attributes of what stands inside strings and lists.
func WithoutDerived(w *walk) { w.withoutDerived = true }

// ofOurs are the names that are the translator's own, up to the first dot behind okta: a field that has one gives way.
var ofOurs = regexp.MustCompile(`^okta\.(parse_error|replay|anonymizer|behaviors?|category|device_fingerprint|dt_hash|factor|grant_type|` +
	`(requested_|granted_)?scopes|privilege_granted|risk|target_(types|user|app|group|role|policy|factor)|threat_(detections|suspected)|tunnels)(\.|$)`)

// copied are the members of debug data that are attributes as they are.
var copied = []string{"deviceFingerprint", "dtHash", "factor", "grantType", "grantedScopes", "privilegeGranted", "requestedScopes", "scopes"}

// kinds are the kinds of target by their types, and the fields whose values they have as attributes.
var kinds = map[string]map[string]string{
	"user":   {"id": "id", "name": "alternateId", "full_name": "displayName"},
	"app":    {"id": "id", "name": "displayName", "label": "alternateId"},
	"group":  {"id": "id", "name": "displayName"},
	"role":   {"id": "id", "name": "displayName"},
	"policy": {"id": "id", "name": "displayName"},
	"factor": {"id": "id", "name": "displayName"},
}

var kindOf = map[string]string{
	"User": "user", "AppInstance": "app", "UserGroup": "group", "Group": "group", "ROLE": "role", "Role": "role", "CUSTOM_ROLE": "role",
	"CustomRole": "role", "PolicyEntity": "policy", "Policy": "policy", "AuthenticatorEnrollment": "factor", "Factor": "factor", "Factor Enroll": "factor",
}

// derived expects what the event says inside strings and lists.
func (w *walk) derived() {
	if eventType, _ := w.event["eventType"].(string); catalogue.Category(eventType) != "" {
		w.expectText("eventType", "okta.category", catalogue.Category(eventType))
	}
	debug, _ := at(w.event, "debugContext", "debugData").(map[string]any)
	security, _ := w.event["securityContext"].(map[string]any)
	logged, _ := parsed(debug["logOnlySecurityData"]).(map[string]any)
	w.risk(security["risk"], debug["risk"], logged["risk"])
	w.behaviors(security["userBehaviors"], debug["behaviors"], logged["behaviors"])
	w.debugFacts(debug)

	anonymous := security["isProxy"] == true || hasTrue(at(security, "ipDetails", "ipServiceCategories"), "isAnonymous")
	if tunnels := parsed(debug["tunnels"]); isListOfObjects(tunnels) {
		w.expect("debugContext.debugData.tunnels", "okta.tunnels", tunnels, func(got pcommon.Value) bool {
			return same("changeDetails", tunnels, got, 1)
		})
		anonymous = anonymous || hasTrue(tunnels, "anonymous")
	}
	if anonymous {
		w.expect("", "okta.anonymizer", true, isBool(true))
	}
	w.targets()
}

// at returns the value at a path of keys, or nil.
func at(value any, path ...string) any {
	for _, key := range path {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	return value
}

// parsed returns a value, or what a text says that is its JSON.
func parsed(value any) any {
	text, isText := value.(string)
	if !isText {
		return value
	}
	inner, err := decode([]byte(text))
	if err != nil {
		return nil
	}
	return inner
}

func hasTrue(list any, key string) bool {
	elements, _ := list.([]any)
	return slices.ContainsFunc(elements, func(element any) bool { return at(element, key) == true })
}

func isListOfObjects(value any) bool {
	elements, _ := value.([]any)
	return len(elements) > 0 && !slices.ContainsFunc(elements, func(element any) bool {
		_, isObject := element.(map[string]any)
		return !isObject
	})
}

func (w *walk) debugFacts(debug map[string]any) {
	for _, key := range copied {
		w.expectCopy("debugContext.debugData."+key, "okta."+snake(key), debug[key], saysSomething)
	}
	switch debug["threatSuspected"] {
	case "true", true:
		w.expect("debugContext.debugData.threatSuspected", "okta.threat_suspected", true, isBool(true))
	case "false", false:
		w.expect("debugContext.debugData.threatSuspected", "okta.threat_suspected", false, isBool(false))
	}
	if url, _ := debug["url"].(string); query.MatchString(url) {
		w.expectText("debugContext.debugData.url", "url.query", query.FindStringSubmatch(url)[1])
	}
	if detections, _ := parsed(debug["threatDetections"]).(map[string]any); len(detections) > 0 {
		for _, level := range detections {
			if text, _ := level.(string); !slices.Contains(levels, text) {
				return
			}
		}
		w.expect("debugContext.debugData.threatDetections", "okta.threat_detections", detections, func(got pcommon.Value) bool {
			return same("changeDetails", detections, got, 1)
		})
	}
}

var query = regexp.MustCompile(`^[^?#]*\?([^#]+)`)

// saysSomething reports whether a text is a fact.
func saysSomething(text string) bool { return text != "" && known(text) }

func (w *walk) expect(path, name string, want any, matches func(pcommon.Value) bool) {
	w.expected = append(w.expected, expectation{path, []string{name}, want, matches})
}

func isBool(want bool) func(pcommon.Value) bool {
	return func(got pcommon.Value) bool { return got.Type() == pcommon.ValueTypeBool && got.Bool() == want }
}

// isList matches a list of texts; sorted says that their order does not count.
func isList(want []string, sorted bool) func(pcommon.Value) bool {
	return func(got pcommon.Value) bool {
		if got.Type() != pcommon.ValueTypeSlice {
			return false
		}
		var texts []string
		for _, element := range got.Slice().All() {
			texts = append(texts, element.Str())
		}
		if sorted {
			slices.Sort(texts)
		}
		return slices.Equal(want, texts)
	}
}

// targets expects the first target of each kind, the number of several, and the types.
func (w *walk) targets() {
	list, _ := w.event["target"].([]any)
	counts := map[string]int{}
	var types []string
	for _, target := range list {
		targetType, _ := at(target, "type").(string)
		if targetType == "" {
			continue
		}
		if !slices.Contains(types, targetType) && len(types) < 32 {
			types = append(types, targetType)
		}
		kind, isKind := kindOf[targetType]
		if !isKind {
			continue
		}
		if counts[kind]++; counts[kind] > 1 {
			continue
		}
		for name, key := range kinds[kind] {
			w.expectCopy("target."+key, "okta.target_"+kind+"."+name, at(target, key), saysSomething)
		}
	}
	if len(types) > 0 {
		w.expect("target.type", "okta.target_types", types, isList(types, false))
	}
	for kind, count := range counts {
		if count > 1 {
			w.expect("target.type", "okta.target_"+kind+".count", count, func(got pcommon.Value) bool {
				return got.Type() == pcommon.ValueTypeInt && got.Int() == int64(count)
			})
		}
	}
}

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
