// SPDX-License-Identifier: Apache-2.0

package translatetest

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxDepth is how many containers may lie inside each other before the next one is kept as JSON text; longName is the
// length of a name from which on an object is kept as a map. A key with a dot, and a name of ours, give way
// to what has the same name, with a number up to manyNumbers.
const (
	maxDepth    = 28
	longName    = 256
	manyNumbers = 9
	dot         = "\x00" // stands for a key's own dots in a path
	noName      = "\x01" // stands for an empty key: what is below it is not at the top
)

var (
	rfc3339     = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
	tenDecimals = regexp.MustCompile(`\.[0-9]{10}`)
	code        = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	pathOnly    = regexp.MustCompile(`^/[^?#]*$`)

	lastCapital  = regexp.MustCompile(`([A-Z])([A-Z][a-z])`)
	firstCapital = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// members expects the members of an object as attributes. path is the object's in the JSON, prefixes the names it may
// have; depth is the number of containers around the members.
func (w *walk) members(path string, prefixes []string, object map[string]any, depth int) {
	for key, value := range object {
		if saysBelow(path, key, value, depth) {
			w.member(join(path, key), named(prefixes, key, object), value, depth)
		}
	}
}

func (w *walk) member(path string, names []string, value any, depth int) {
	w.copies(path, value)
	if w.mapped(path, value) {
		return
	}
	object, isObject := value.(map[string]any)
	if isObject && depth < maxDepth && !freeForm(path) && len(names[0]) < longName {
		w.members(path, names, object, depth+1)
		return
	}
	names = numbered(path, names)
	w.expected = append(w.expected, expectation{path: path, names: names, want: value, matches: func(got pcommon.Value) bool {
		return same(path, value, got, depth)
	}})
}

// mapped expects a field that has a name of its own under that name, and reports whether it has one.
func (w *walk) mapped(path string, value any) bool {
	text, isText := value.(string)
	number, isNumber := value.(json.Number)
	switch path {
	case "uuid":
		return isText && text != "" && w.expectText(path, "log.record.uid", text)
	case "published":
		at, complete := timestamp(value)
		return at != 0 && complete
	case "severity":
		return isText
	case "displayMessage":
		return isText && !w.bodyText
	case "client.ipAddress":
		_, err := netip.ParseAddr(text)
		return isText && err == nil && w.expectText(path, "client.address", text)
	case "client.userAgent.rawUserAgent":
		return isText && known(text) && w.expectText(path, "user_agent.original", text)
	case "client.userAgent.browser":
		return isText && known(text) && w.expectText(path, "user_agent.name", text)
	case "client.userAgent.os":
		return isText && known(text) && w.expectText(path, "user_agent.os.name", text)
	case "client.geographicalContext.city":
		return isText && known(text) && w.expectText(path, "geo.locality.name", text)
	case "client.geographicalContext.postalCode":
		return isText && known(text) && w.expectText(path, "geo.postal_code", text) ||
			isNumber && w.expectText(path, "geo.postal_code", number.String())
	case "client.geographicalContext.geolocation.lat":
		return isNumber && w.expectDouble(path, "geo.location.lat", number)
	case "client.geographicalContext.geolocation.lon":
		return isNumber && w.expectDouble(path, "geo.location.lon", number)
	case "client.zone":
		return text == "null" // said by nothing
	case "authenticationContext.externalSessionId":
		return isText && known(text) && w.expectText(path, "session.id", text)
	default:
		return false
	}
}

// copies expects what stands beside a value.
func (w *walk) copies(path string, value any) {
	object, _ := value.(map[string]any)
	switch path {
	case "actor":
		if object["type"] == "User" {
			w.expectCopy("actor.id", "user.id", object["id"], known)
			w.expectCopy("actor.alternateId", "user.name", object["alternateId"], known)
			w.expectCopy("actor.displayName", "user.full_name", object["displayName"], known)
		}
	case "outcome":
		if object["result"] == "FAILURE" || object["result"] == "DENY" {
			reason, _ := object["reason"].(string)
			if !code.MatchString(reason) || !known(reason) {
				reason = "_OTHER"
			}
			w.expectText("outcome.reason", "error.type", reason)
		}
	case "debugContext.debugData":
		w.expectCopy("debugContext.debugData.requestUri", "url.path", object["requestUri"], pathOnly.MatchString)
	}
}

// known reports whether a text is not Okta's word for a value that it has not.
func known(text string) bool {
	return strings.ToLower(text) != "unknown"
}

func (w *walk) expectCopy(path, name string, value any, fits func(string) bool) {
	if text, isText := value.(string); isText && fits(text) {
		w.expectText(path, name, text)
	}
}

func (w *walk) expectText(path, name, text string) bool {
	w.expected = append(w.expected, expectation{path, []string{name}, text, func(got pcommon.Value) bool {
		return got.Type() == pcommon.ValueTypeStr && got.Str() == text
	}})
	return true
}

func (w *walk) expectDouble(path, name string, number json.Number) bool {
	want, err := number.Float64()
	if err != nil || !exact(number, want) {
		return false
	}
	w.expected = append(w.expected, expectation{path, []string{name}, number, func(got pcommon.Value) bool {
		return got.Type() == pcommon.ValueTypeDouble && got.Double() == want
	}})
	return true
}

// named returns the names that a member may have below the object's own. Where keys differ in their JSON and not in
// snake_case, the one that is snake_case already has the name, one of the others has it if there is none such, and
// the rest keep their JSON names.
func named(prefixes []string, key string, siblings map[string]any) []string {
	parts := keyNames(key, siblings)
	var names []string
	for _, prefix := range prefixes {
		for _, part := range parts {
			names = append(names, prefix+"."+part)
		}
	}
	return names
}

// numbered adds the names that a value may have when the name is another field's too.
func numbered(path string, names []string) []string {
	if !strings.Contains(path, dot) && !ofOurs.MatchString(names[0]) {
		return names
	}
	all := slices.Clone(names)
	for _, name := range names {
		for n := 2; n <= manyNumbers; n++ {
			all = append(all, name+"#"+strconv.Itoa(n))
		}
	}
	return all
}

func keyNames(key string, siblings map[string]any) []string {
	name := snake(key)
	if name == key {
		return []string{name}
	}
	if _, taken := siblings[name]; taken {
		return []string{key, name}
	}
	for other := range siblings {
		if other != key && alike(other, key) && snake(other) == name {
			return []string{name, key}
		}
	}
	return []string{name}
}

// alike reports whether two keys may have the same snake_case: a cheap question before the dear one.
func alike(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "_", ""), strings.ReplaceAll(b, "_", ""))
}

// snake puts an underscore before each word that a capital begins, and writes it small.
func snake(key string) string {
	if !strings.ContainsAny(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return key
	}
	key = lastCapital.ReplaceAllString(key, "${1}_$2")
	key = lastCapital.ReplaceAllString(key, "${1}_$2") // matches do not overlap
	key = firstCapital.ReplaceAllString(key, "${1}_$2")
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, key)
}

// freeForm reports whether the map at a path keeps its keys, as does everything inside it.
func freeForm(path string) bool {
	last := path[strings.LastIndexByte(path, '.')+1:]
	return path == "debugContext.debugData" || path == "transaction.detail" || last == "detailEntry" || last == "changeDetails"
}

func join(path, key string) string {
	key = cmp.Or(strings.ReplaceAll(key, ".", dot), noName)
	if path == "" {
		return key
	}
	return path + "." + key
}
