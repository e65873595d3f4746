// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"encoding/json"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var nextLink = regexp.MustCompile(`<([^>]+)>; rel="next"`)

// eventsOf returns an org's events by uuid.
func eventsOf(t *testing.T, org string) map[string]json.RawMessage {
	t.Helper()
	events := map[string]json.RawMessage{}
	for _, event := range logOf(t, org) {
		events[uuidOf(event)] = event
	}
	return events
}

// logOf reads an org's log as any client of Okta would, from the beginning to its present end, in Okta's order.
func logOf(t *testing.T, org string) []json.RawMessage {
	t.Helper()
	var events []json.RawMessage
	next := org + "/api/v1/logs?limit=1000&since=" + time.Now().Add(-89*24*time.Hour).UTC().Format(time.RFC3339)
	for {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, next, nil)
		require.NoError(t, err)
		request.Header.Set("Authorization", "SSWS "+token)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.StatusCode)
		var page []json.RawMessage
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&page))
		require.NoError(t, answer.Body.Close())
		if len(page) == 0 {
			return events
		}
		events = append(events, page...)
		next = ""
		for _, link := range answer.Header.Values("Link") {
			if found := nextLink.FindStringSubmatch(link); found != nil {
				next = found[1]
			}
		}
		require.NotEmpty(t, next)
	}
}
