// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"strconv"
	"strings"
)

// Unitless returns what to do about a time that was written as a number, which would be taken for nanoseconds; nil for
// anything else, and for 0, which needs no unit.
func Unitless(name string, value any) error {
	text := strings.TrimSpace(fmt.Sprint(value))
	switch value.(type) {
	case string, int, int64, uint64, float64:
	default:
		return nil
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number == 0 {
		return nil
	}
	return fmt.Errorf("%s is %s, which has no unit: use %ss for seconds, or ms, m or h", name, text, text)
}
