// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// mostRows bounds what is read of a day, mostBytes a row.
	mostRows, mostBytes = 50_000, 1 << 20
	// patience is how long VictoriaLogs may take.
	patience = 20 * time.Second
)

// row is an event as VictoriaLogs has it: each attribute is a text.
type row map[string]string

// fields are those that the page is made of.
var fields = []string{
	"_time", "_msg", "log.record.uid", "okta.org.domain", "okta.event_type", "okta.outcome.result", "okta.actor.alternate_id",
	"okta.actor.display_name", "okta.actor.id", "okta.actor.type", "client.address", "geo.locality.name", "okta.client.geographical_context.country",
	"okta.target", "security_rule.name",
}

// store is VictoriaLogs.
type store struct {
	address string
	client  *http.Client
}

func newStore(address string) *store {
	return &store{address: address, client: &http.Client{Timeout: patience}}
}

// day returns the events of the last day, oldest first.
func (s *store) day(ctx context.Context) ([]row, error) {
	quoted := make([]string, len(fields))
	for i, field := range fields {
		quoted[i] = strconv.Quote(field)
	}
	return s.query(ctx, "_time:24h | fields "+strings.Join(quoted, ", ")+" | sort by (_time)", mostRows)
}

// query returns the rows that a LogsQL query yields.
func (s *store) query(ctx context.Context, logsQL string, most int) ([]row, error) {
	form := url.Values{"query": {logsQL}, "limit": {strconv.Itoa(most)}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+"/select/logsql/query", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("ask VictoriaLogs: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask VictoriaLogs: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // reading tells
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask VictoriaLogs: it answers %s", answer.Status)
	}
	var rows []row
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, mostBytes)
	for lines.Scan() && len(rows) < most {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("read the answer of VictoriaLogs: %w", err)
		}
		rows = append(rows, r)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the answer of VictoriaLogs: %w", err)
	}
	return rows, nil
}
