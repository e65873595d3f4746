// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// figure is one row of the table, and one line behind it where it has a name.
type figure struct {
	what     string
	value    float64
	decimals int // of the value
	unit     string
	must     bound
	note     string // what else is to be said of the value
	name     string // of the line behind the table
}

// bound is what a figure must reach. The zero value is that there is none.
type bound struct {
	is    direction
	limit float64
}

type direction int

const (
	unbounded direction = iota
	upper
	lower
)

func atMost(limit float64) bound  { return bound{upper, limit} }
func atLeast(limit float64) bound { return bound{lower, limit} }

// text is the bound in words.
func (b bound) text(unit string) string {
	words := map[direction]string{upper: "at most ", lower: "at least "}[b.is]
	if words == "" {
		return ""
	}
	return words + strconv.FormatFloat(b.limit, 'f', -1, 64) + unit
}

// verdict says whether a value reaches the bound.
func (b bound) verdict(value float64) string {
	switch {
	case b.is == unbounded:
		return ""
	case b.is == upper && value <= b.limit, b.is == lower && value >= b.limit:
		return "reached"
	default: // also what is no number
		return "missed"
	}
}

// rounded is the value as it is printed.
func (f figure) rounded() string { return strconv.FormatFloat(f.value, 'f', f.decimals, 64) }

// verdict goes by the value as it is printed, so that a row never contradicts itself.
func (f figure) verdict() string {
	value, err := strconv.ParseFloat(f.rounded(), 64)
	if err != nil {
		return "missed"
	}
	return f.must.verdict(value)
}

// printFigures writes the table, and then one line for each figure that has a name: the name and the value.
func printFigures(w io.Writer, figures []figure) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(what, must, verdict, measured string) {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", what, must, verdict, measured) //nolint:errcheck // Flush tells
	}
	row("what", "must reach", "", "measured")
	for _, f := range figures {
		measured := f.rounded() + f.unit
		if f.note != "" {
			measured += " (" + f.note + ")"
		}
		row(f.what, f.must.text(f.unit), f.verdict(), measured)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	lines := "\n"
	for _, f := range figures {
		if f.name != "" {
			lines += f.name + " " + f.rounded() + "\n"
		}
	}
	_, err := io.WriteString(w, lines)
	return err
}
