// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

// Undated is the day of events whose published time can't be read.
const Undated = "undated"

// Result is what the rules matched.
type Result struct {
	// Read is how many events were read.
	Read int
	// Matched is how many events match at least one rule.
	Matched int
	// Exported is how many events reached an exporter; the configuration dropped the others.
	Exported int
	// Several says that several pipelines export. Exported is then what the one that exports most has, and there may be
	// more.
	Several bool
	// Rules are the rules in the order of the configuration, those without a match included.
	Rules []string
	// Matches is the number of events by rule and by day (UTC, such as 2026-11-21, or Undated).
	Matches map[string]map[string]int
	// List has each match of an event and a rule in the order of time, those without one last; nil unless it was asked
	// for.
	List []Match
	// Windows says that the configuration counts events for rules that need a window. Those are Prometheus' to judge.
	Windows bool

	// uuids has the uuid of each event that was given another one for the backtest.
	uuids map[string]string
	// seen has the rules of each event with a match by its uuid: an event may reach several exporters.
	seen map[string][]string
}

func newResult(rules []string) *Result {
	return &Result{Rules: rules, Matches: map[string]map[string]int{}, seen: map[string][]string{}}
}

// counted notes how many events there were.
func (r *Result) counted(c *counts, d *derived) {
	r.Read, r.Several = c.read, len(d.ends) > 1
	if d.read != "" {
		r.Read = c.passed[d.read]
	}
	for _, end := range d.ends {
		r.Exported = max(r.Exported, c.processed[end])
	}
}

// Days returns the days with a match, sorted.
func (r *Result) Days() []string {
	var days []string
	for _, byDay := range r.Matches {
		for day := range byDay {
			if !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	slices.Sort(days)
	return days
}

// Total returns the number of events that match a rule.
func (r *Result) Total(rule string) int {
	total := 0
	for _, n := range r.Matches[rule] {
		total += n
	}
	return total
}

// addFile adds what the collector wrote: records that match a rule. No file means that there are none.
func (r *Result) addFile(path string) error {
	file, err := os.Open(path) //nolint:gosec // the backtest's own
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the matches: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading
	reader := bufio.NewReader(file)
	var logs plog.JSONUnmarshaler
	for {
		line, readErr := reader.ReadBytes('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return fmt.Errorf("read the matches: %w", readErr)
		}
		if len(line) > 0 {
			batch, err := logs.UnmarshalLogs(line)
			if err != nil {
				return fmt.Errorf("read the matches: %w", err)
			}
			r.addLogs(batch)
		}
		if readErr != nil {
			r.sortList()
			return nil
		}
	}
}

func (r *Result) addLogs(logs plog.Logs) {
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				r.add(record)
			}
		}
	}
}

// add counts a record. What an event matched already on its way to another exporter is not counted again.
func (r *Result) add(record plog.LogRecord) {
	uid, identified := record.Attributes().Get("log.record.uid")
	var known []string
	if identified {
		known = r.seen[uid.Str()]
	}
	before := len(known)
	for _, rule := range rulesOf(record) {
		if !slices.Contains(known, rule) {
			rule = r.count(rule, dayOf(record))
			known = append(known, rule)
			if r.List != nil {
				r.List = append(r.List, r.match(record, rule))
			}
		}
	}
	if before == 0 && len(known) > 0 {
		r.Matched++
	}
	if identified {
		r.seen[uid.Str()] = known
	}
}

// count counts a match and returns the rule's name: the one of all its matches, so that a noisy rule's is in memory
// once.
func (r *Result) count(rule, day string) string {
	at := slices.Index(r.Rules, rule)
	if at < 0 {
		// A name that is no text in the configuration is known only now.
		at = len(r.Rules)
		r.Rules = append(r.Rules, rule)
	}
	rule = r.Rules[at]
	if r.Matches[rule] == nil {
		r.Matches[rule] = map[string]int{}
	}
	r.Matches[rule][day]++
	return rule
}

// rulesOf returns the rules that a record matches: a list, or a text where a configuration knows one rule an event.
func rulesOf(record plog.LogRecord) []string {
	value, ok := record.Attributes().Get("security_rule.name")
	if !ok {
		return nil
	}
	names, ok := value.AsRaw().([]any)
	if !ok {
		return []string{value.AsString()}
	}
	var rules []string
	for _, name := range names {
		rules = append(rules, fmt.Sprint(name))
	}
	return rules
}

func dayOf(record plog.LogRecord) string {
	if record.Timestamp() == 0 {
		return Undated
	}
	return record.Timestamp().AsTime().UTC().Format(time.DateOnly)
}
