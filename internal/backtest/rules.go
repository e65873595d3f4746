// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// ruleName is how a statement of OTTL sets or appends security_rule.name to a text.
var ruleName = regexp.MustCompile(`\["security_rule\.name"\]\s*,\s*("(?:[^"\\]|\\.)*")`)

// appendRuleNames adds the names that the statements of a processor give, each one once, so that a rule that matches
// nothing is known.
func appendRuleNames(names []string, settings any) []string {
	switch settings := settings.(type) {
	case string:
		for _, match := range ruleName.FindAllStringSubmatch(settings, -1) {
			if name, err := strconv.Unquote(match[1]); err == nil && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	case []any:
		for _, element := range settings {
			names = appendRuleNames(names, element)
		}
	case tree:
		for _, key := range slices.Sorted(maps.Keys(settings)) {
			names = appendRuleNames(names, settings[key])
		}
	}
	return names
}
