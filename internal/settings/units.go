// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// writtenTime matches a time as people write it: "10 seconds", "5 min", "1d".
var writtenTime = regexp.MustCompile(`(?i)^\s*(\d+(?:\.\d+)?)\s*(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\s*$`)

// maxDays is the most days that are turned into hours, as so many hours.
const maxDays = 10_000 * time.Hour

// Unitless returns what to do about a time that was written as a number, which would be taken for nanoseconds; nil for
// anything else, for 0, which needs no unit, and for what is no time with one either.
func Unitless(name string, value any) error {
	text := strings.TrimSpace(fmt.Sprint(value))
	switch value.(type) {
	case string, int, int64, uint64, float64:
	default:
		return nil
	}
	// A remedy is a time: of 1e3, or of what is below 0, adding a unit makes none that could be used.
	_, err := strconv.ParseFloat(text, 64)
	seconds, invalid := time.ParseDuration(text + "s")
	if err != nil || invalid != nil || seconds <= 0 {
		return nil
	}
	meant := text + "s"
	if seconds < time.Second {
		meant = "1s" // the least that each of our times may be
	}
	return fmt.Errorf("%s is %s, which has no unit: use %s for seconds, or ms, m or h", name, text, meant)
}

// negative returns what to do about a time that was written as a number below 0, which would be taken for nanoseconds.
func negative(name string, value any) error {
	number, err := strconv.ParseFloat(strings.TrimSpace(fmt.Sprint(value)), 64)
	if err != nil || !(number < 0) {
		return nil
	}
	return fmt.Errorf("%s is %s, which is below 0 and has no unit: write a time such as 10s, 5m or 1h", name, strconv.FormatFloat(number, 'f', -1, 64))
}
