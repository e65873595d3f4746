// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// maxText bounds what is printed of a fault, in bytes.
const maxText = 1 << 10

// faults are all that is wrong with a file, by line.
type faults []fault

type fault struct {
	line int // 0 where it is the file as a whole
	text string
}

func (f *faults) add(line int, format string, args ...any) {
	*f = append(*f, fault{line, fmt.Sprintf(format, args...)})
}

// print prints a line for each fault, in the order of the file.
func (f faults) print(to io.Writer, file string) {
	slices.SortStableFunc(f, func(a, b fault) int { return cmp.Compare(a.line, b.line) })
	for _, fault := range f {
		place := file
		if fault.line > 0 {
			place = fmt.Sprintf("%s, line %d", file, fault.line)
		}
		_, _ = fmt.Fprintln(to, wire.Printable(place+": "+fault.text, maxText)) // who does not read it sees the status
	}
}
