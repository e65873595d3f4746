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
	type match struct {
		Time    *string `json:"time"` // null where it can't be read
		Rule    string  `json:"rule"`
		Actor   string  `json:"actor,omitempty"`
		Address string  `json:"address,omitempty"`
		UUID    string  `json:"uuid,omitempty"`
	}
	var list *[]match // none when it was not asked for
	if r.List != nil {
		list = &[]match{}
	}
	for _, m := range r.List {
		one := match{Rule: m.Rule, Actor: m.Actor, Address: m.Address, UUID: m.UUID}
		if !m.Time.IsZero() {
			when := m.when()
			one.Time = &when
		}
		*list = append(*list, one)
	}
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		Read     int      `json:"read"`
		Matched  int      `json:"matched"`
		Exported int      `json:"exported"`
		Several  bool     `json:"exported_at_least"`
		Windows  bool     `json:"counts_within_windows"`
		Zone     string   `json:"time_zone"`
		Rules    []rule   `json:"rules"`
		List     *[]match `json:"list,omitempty"`
	}{r.Read, r.Matched, r.Exported, r.Several, r.Windows, "UTC", rules, list})
	if err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}
