// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"math"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// certainDigits is the number of significant digits that every double of normal size gives back unchanged.
const certainDigits = 15

// setNumber gives v the number with the least change of type: an integer that fits is an int, another number a
// double when that is exact, else it reports false and the digits stay text.
func setNumber(v pcommon.Value, digits string) bool {
	if n, ok := integer(digits); ok {
		v.SetInt(n)
	} else if f, ok := exactDouble(digits); ok {
		v.SetDouble(f)
	} else {
		return false
	}
	return true
}

// integer reads a number without fraction and exponent that fits int64. -0 is 0.
func integer(digits string) (int64, bool) {
	if strings.ContainsAny(digits, ".eE") {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// exactDouble reads any number and reports whether a double holds it: written out with as many significant digits as
// were sent, it is the number that was sent. So 0.1 and 2⁶³ are exact, 2⁶³+1, 1e400 and 1e-400 are not.
func exactDouble(digits string) (float64, bool) {
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, false
	}
	if len(digits) <= certainDigits && !strings.ContainsAny(digits, "eE") {
		return f, true // most numbers end here, without taking them apart
	}
	significand, exponent := split(digits)
	if significand == "" || f == 0 {
		return f, significand == ""
	}
	if len(significand) <= certainDigits && math.Abs(f) > 1e-300 {
		return f, true
	}
	again, exponentAgain := split(strconv.FormatFloat(f, 'e', len(significand)-1, 64))
	return f, significand == again && exponent == exponentAgain
}

// split returns the significant digits of a number, without zeros before and after them, and the power of ten of the
// first one. A zero has no significant digits.
func split(number string) (significand string, exponent int) {
	number = strings.TrimPrefix(number, "-")
	if e := strings.IndexAny(number, "eE"); e >= 0 {
		// An exponent beyond int is one of a zero: ParseFloat refuses or flattens every other such number.
		exponent, _ = strconv.Atoi(number[e+1:])
		number = number[:e]
	}
	whole, fraction, _ := strings.Cut(number, ".")
	whole = strings.TrimLeft(whole, "0")
	exponent += len(whole) - 1
	all := whole + fraction
	significand = strings.TrimLeft(all, "0")
	exponent -= len(all) - len(significand)
	return strings.TrimRight(significand, "0"), exponent
}
