// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"bytes"
	"fmt"
)

// numbersOfOthers are what some programs write for numbers that JSON has no form for.
var numbersOfOthers = [][]byte{[]byte("NaN"), []byte("Infinity"), []byte("-Infinity")}

// Mend returns a copy of a text in which what JSON forbids, and what can be meant in one way only, is written as JSON
// has it: a control character in a string is escaped, and NaN, Infinity and -Infinity become strings. A string ends
// where it ended before, so nothing else is read in another way; whether the copy is JSON is for the caller to find
// out. changes is how many there were. It is 0, without a copy, where there is nothing to mend, or more than
// [MaxMended].
func Mend(text []byte) (mended []byte, changes int) {
	kept := 0
	for pos := 0; pos < len(text); {
		if text[pos] != '"' {
			number := numberOfOthers(text[pos:])
			if number == 0 {
				pos++
				continue
			}
			mended = append(append(mended, text[kept:pos]...), '"')
			mended = append(append(mended, text[pos:pos+number]...), '"')
			pos += number
			kept, changes = pos, changes+1
			continue
		}
		for pos++; pos < len(text) && text[pos] != '"'; pos++ {
			switch c := text[pos]; {
			case c == '\\':
				pos++
			case c < ' ':
				mended = fmt.Appendf(append(mended, text[kept:pos]...), `\u%04x`, c)
				kept, changes = pos+1, changes+1
			}
			if changes > MaxMended {
				return nil, 0
			}
		}
		pos++ // the closing quote
	}
	if changes == 0 || changes > MaxMended {
		return nil, 0
	}
	return append(mended, text[kept:]...), changes
}

// numberOfOthers is the length of a number that JSON has no form for at the beginning of a text, 0 where there is none.
func numberOfOthers(text []byte) int {
	for _, number := range numbersOfOthers {
		if bytes.HasPrefix(text, number) {
			return len(number)
		}
	}
	return 0
}
