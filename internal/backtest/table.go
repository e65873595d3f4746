// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// daysAcross is how many days stand beside each other, so that a line fits a terminal.
const daysAcross = 7

// Print writes the matches per rule and per day, a week at a time, and what they are out of.
func (r *Result) Print(to io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s read, %d (%s) match a rule\n", events(r.Read), r.Matched, share(r.Matched, r.Read))
	if r.Exported < r.Read {
		upTo := ""
		if r.Several {
			upTo = "up to "
		}
		fmt.Fprintf(&text, "%s%d not exported: dropped by the configuration\n", upTo, r.Read-r.Exported)
	}
	weeks := slices.Collect(slices.Chunk(r.Days(), daysAcross))
	if len(weeks) == 0 {
		weeks = [][]string{nil} // the rules are listed all the same
	}
	for _, week := range weeks {
		r.table(&text, week)
	}
	text.WriteString(r.aboutDays())
	if r.Windows {
		text.WriteString("\nWhat the configuration counts within windows is for Prometheus to judge, and isn't in the table.\n")
	}
	if r.List != nil {
		r.printList(&text)
	}
	_, err := io.WriteString(to, text.String())
	return err
}

// aboutDays says what the columns of days mean.
func (r *Result) aboutDays() string {
	days := r.Days()
	if len(days) == 0 {
		return ""
	}
	about := "\nDays begin at 00:00 UTC.\n"
	if slices.Contains(days, Undated) {
		about += Undated + ": events without a published time that can be read. They are counted whatever the range is.\n"
	}
	return about
}

func (r *Result) table(text *strings.Builder, days []string) {
	columns := tabwriter.NewWriter(text, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name, total, share string, cells []string) {
		_, _ = fmt.Fprintln(columns, strings.Join(append([]string{name, total, share}, cells...), "\t")+"\t") // into memory
	}
	// Numbers go to the right and names to the left: names are as wide as the longest.
	width := len("rule")
	for _, rule := range r.Rules {
		width = max(width, len([]rune(rule)))
	}
	left := func(name string) string { return fmt.Sprintf("%-*s", width, name) }
	text.WriteString("\n")
	row(left("rule"), "total", "share", days)
	for _, rule := range r.Rules {
		cells := make([]string, len(days))
		for i, day := range days {
			cells[i] = fmt.Sprint(r.Matches[rule][day])
		}
		row(left(rule), fmt.Sprint(r.Total(rule)), share(r.Total(rule), r.Read), cells)
	}
	_ = columns.Flush() // into memory
}

func events(n int) string {
	if n == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", n)
}

// share returns a percentage; a small one is not rounded to nothing.
func share(part, whole int) string {
	percent := 100 * float64(part) / float64(max(whole, 1))
	if percent > 0 && percent < 0.1 {
		return "<0.1 %"
	}
	return fmt.Sprintf("%.1f %%", percent)
}
