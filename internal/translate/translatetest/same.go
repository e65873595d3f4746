// SPDX-License-Identifier: Apache-2.0

package translatetest

import (
	"encoding/json"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// says reports whether a member with this value at a path must be in the record: it is not null and not an object
// without such members. In a free-form map a member that is null must be there. depth is the number of containers
// around the value.
func says(path string, value any, depth int) bool {
	object, isObject := value.(map[string]any)
	if !isObject || depth >= maxDepth {
		return value != nil
	}
	for key, member := range object {
		if saysBelow(path, key, member, depth+1) {
			return true
		}
	}
	return false
}

// saysBelow does so for a member of an object at a path.
func saysBelow(path, key string, member any, depth int) bool {
	if freeForm(path) { // inside it the path does not grow
		return member == nil || says(path, member, depth)
	}
	return says(join(path, key), member, depth)
}

// same reports whether got is the JSON value at a path, with depth containers around it.
func same(path string, want any, got pcommon.Value, depth int) bool {
	switch want := want.(type) {
	case nil:
		return got.Type() == pcommon.ValueTypeEmpty
	case string:
		return got.Type() == pcommon.ValueTypeStr && got.Str() == want
	case bool:
		return got.Type() == pcommon.ValueTypeBool && got.Bool() == want
	case json.Number:
		return sameNumber(want, got)
	case []any:
		if depth >= maxDepth {
			return sameText(want, got)
		}
		return sameSlice(path, want, got, depth)
	case map[string]any:
		if depth >= maxDepth {
			return sameText(want, got)
		}
		return sameMap(path, want, got, depth)
	default:
		return false
	}
}

// sameText compares what lies too deep: it is JSON text in the record.
func sameText(want any, got pcommon.Value) bool {
	decoded, err := decode([]byte(got.Str()))
	return got.Type() == pcommon.ValueTypeStr && err == nil && reflect.DeepEqual(decoded, want)
}

func sameSlice(path string, want []any, got pcommon.Value, depth int) bool {
	if got.Type() != pcommon.ValueTypeSlice || got.Slice().Len() != len(want) {
		return false
	}
	for i, element := range want {
		if !same(path, element, got.Slice().At(i), depth+1) {
			return false
		}
	}
	return true
}

func sameMap(path string, want map[string]any, got pcommon.Value, depth int) bool {
	if got.Type() != pcommon.ValueTypeMap {
		return false
	}
	members := 0
	for key, value := range want {
		if !saysBelow(path, key, value, depth+1) {
			continue
		}
		members++
		if !hasMember(path, key, value, want, got.Map(), depth) {
			return false
		}
	}
	return members == got.Map().Len()
}

func hasMember(path, key string, value any, siblings map[string]any, got pcommon.Map, depth int) bool {
	names, below := []string{key}, path // inside a free-form map the path does not grow
	if !freeForm(path) {
		names, below = keyNames(key, siblings), join(path, key)
	}
	for _, name := range names {
		if member, found := got.Get(name); found && same(below, value, member, depth+1) {
			return true
		}
	}
	return false
}

// sameNumber states rule 5: an integer that fits is an int, another number a double when that is exact, else the
// digits are text.
func sameNumber(want json.Number, got pcommon.Value) bool {
	digits := want.String()
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return got.Type() == pcommon.ValueTypeInt && got.Int() == n
	}
	if f, err := want.Float64(); err == nil && exact(want, f) {
		return got.Type() == pcommon.ValueTypeDouble && got.Double() == f
	}
	return got.Type() == pcommon.ValueTypeStr && got.Str() == digits
}

// exact reports whether a double is the number to the last digit that was sent and is not a trailing zero: the
// difference is at most half a unit of that digit.
func exact(sent json.Number, double float64) bool {
	text := strings.ToLower(strings.TrimPrefix(sent.String(), "-"))
	significand, power, _ := strings.Cut(text, "e")
	if strings.Trim(significand, "0.") == "" {
		return double == 0
	}
	if double == 0 {
		return false
	}
	exponent, err := strconv.Atoi("0" + strings.TrimLeft(power, "+-"))
	if err != nil {
		return false
	}
	if strings.HasPrefix(power, "-") {
		exponent = -exponent
	}
	whole, fraction, _ := strings.Cut(significand, ".")
	digits, _ := new(big.Int).SetString(whole+fraction, 10)
	lastDigit := exponent - len(fraction)
	for ten, rest := big.NewInt(10), new(big.Int); ; lastDigit++ {
		shorter, r := new(big.Int).QuoRem(digits, ten, rest)
		if r.Sign() != 0 {
			break
		}
		digits = shorter
	}
	unit := powerOfTen(lastDigit)
	number := new(big.Rat).Mul(new(big.Rat).SetInt(digits), unit)
	difference := new(big.Rat).SetFloat64(double)
	difference.Abs(difference).Sub(difference, number)
	return difference.Abs(difference).Cmp(unit.Mul(unit, big.NewRat(1, 2))) <= 0
}

func powerOfTen(n int) *big.Rat {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil)
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), power)
	}
	return new(big.Rat).SetInt(power)
}
