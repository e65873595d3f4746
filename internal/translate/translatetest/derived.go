// SPDX-License-Identifier: Apache-2.0

package translatetest

import (
	"regexp"
	"slices"

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
