// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// kindOf is what a value is, in the words of YAML.
func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "nothing"
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "true or false"
	case time.Time:
		return "a time or a date"
	default:
		return "a number"
	}
}

// shown is a value that a type does not take. Of a text only one that stands for something else is repeated: any other
// may be a secret.
func shown(typ reflect.Type, value any) string {
	text, isText := value.(string)
	if number, isFloat := value.(float64); isFloat && isNumber(typ) {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	if isText && (typ == durationType || isNumber(typ) || typ.Kind() == reflect.Bool || isID(typ)) {
		return wire.Quote(text)
	}
	return kindOf(value)
}

// instead is what to write instead of a value that a type does not take.
func instead(typ reflect.Type, value any) string {
	text, isText := value.(string)
	switch {
	case typ == durationType && isText:
		return timeInstead(text)
	case typ == durationType:
		return "write a time such as 10s, 5m or 1h"
	case isID(typ):
		return "write the id of an extension, its type and behind a slash its name if it has one, such as file_storage or file_storage/okta"
	case typ.Kind() == reflect.Bool:
		return "write true or false"
	case isNumber(typ):
		return numberInstead(typ, value)
	case typ.Kind() == reflect.String:
		return textInstead(value)
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.String:
		return "write a list of texts, such as [first, second]"
	case typ.Kind() == reflect.Slice && !reflect.PointerTo(typ).Implements(unmarshalerType):
		return "write a list of mappings, a dash before each"
	default:
		return "write a mapping, a key and a value in each line"
	}
}

// textInstead is what to write where a text belongs.
func textInstead(value any) string {
	switch value := value.(type) {
	case []any:
		if len(value) == 1 {
			return "write its one item alone, without brackets and dashes"
		}
		return "write one text, without brackets and dashes"
	case map[string]any:
		return "write one text behind the colon, and nothing below it"
	default:
		return "put it in quotes"
	}
}

// maxWhole is from where on a float64 does not hold each whole number.
const maxWhole = 1 << 53

// numberInstead is what to write where a number belongs.
func numberInstead(typ reflect.Type, value any) string {
	number, isFloat := value.(float64)
	if _, isLarge := value.(uint64); isLarge || isFloat && math.Abs(number) >= maxWhole {
		return "write a number that is nearer to 0"
	}
	if typ.Kind() <= reflect.Uint64 {
		return "write a whole number"
	}
	return "write a number"
}

// isCut reports whether the Collector's decoder takes a value, and something else becomes of it: a number loses what is
// behind its point, or is too large, and an id is read from a mapping.
func isCut(typ reflect.Type, value any) bool {
	_, isMapping := value.(map[string]any)
	if isID(typ) {
		return isMapping
	}
	number, isFloat := value.(float64)
	if _, isLarge := value.(uint64); isLarge && isNumber(typ) {
		return typ.Kind() < reflect.Uint // what fits is read as an int
	}
	return isFloat && isNumber(typ) && typ.Kind() <= reflect.Uint64 && (number != math.Trunc(number) || math.Abs(number) >= maxWhole)
}

func isNumber(typ reflect.Type) bool {
	return typ != durationType && typ.Kind() >= reflect.Int && typ.Kind() <= reflect.Float64
}

// isID reports whether a type is read from a text, as the id of a component is.
func isID(typ reflect.Type) bool {
	typ = valueOf(typ)
	return typ.Kind() == reflect.Struct && reflect.PointerTo(typ).Implements(textType)
}

// timeInstead is what to write for a time that can't be read, as people write times.
func timeInstead(text string) string {
	m := writtenTime.FindStringSubmatch(text)
	if m == nil {
		return "write a time such as 10s, 5m or 1h"
	}
	number, unit := m[1], strings.ToLower(m[2])
	switch {
	case strings.HasPrefix(unit, "ms"), strings.HasPrefix(unit, "milli"):
		unit = "ms"
	case strings.HasPrefix(unit, "d"):
		days, err := time.ParseDuration(number + "h")
		if err != nil || days > maxDays {
			return "write a time such as 24h"
		}
		number, unit = fmt.Sprint((24 * days).Hours()), "h"
	default:
		unit = unit[:1]
	}
	if _, err := time.ParseDuration(number + unit); err != nil {
		return "write a time such as 10s, 5m or 1h"
	}
	return "use " + number + unit
}
