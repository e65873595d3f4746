// SPDX-License-Identifier: Apache-2.0

// Package translatetest holds a log record against the LogEvent it was made from: nothing missing, nothing invented.
// It states the mapping a second time, in other words and over encoding/json, and shares no code with the translator.
package translatetest
