// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"encoding/json"
	"fmt"
	"io"
)

// PrintJSON writes what [Result.Print] writes as one JSON object.
func (r *Result) PrintJSON(to io.Writer) error {
	type rule struct {
		Name  string         `json:"rule"`
		Total int            `json:"total"`
		Days  map[string]int `json:"days"`
	}
	rules := make([]rule, 0, len(r.Rules))
	for _, name := range r.Rules {
		one := rule{Name: name, Days: map[string]int{}}
		for day, matches := range r.Matches[name] {
			one.Days[day], one.Total = matches, one.Total+matches
		}
		rules = append(rules, one)
	}
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		Read     int    `json:"read"`
		Matched  int    `json:"matched"`
		Exported int    `json:"exported"`
		Several  bool   `json:"exported_at_least"`
		Windows  bool   `json:"counts_within_windows"`
		Rules    []rule `json:"rules"`
	}{r.Read, r.Matched, r.Exported, r.Several, r.Windows, rules})
	if err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}
