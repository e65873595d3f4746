// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// row is one of an answer: what the plugin of Grafana makes columns or labels of.
type row map[string]string

// ask sends a query as Grafana's plugin does, and returns what a panel gets: records, or series by labels with their
// value as the column value.
func (v *investigated) ask(t *testing.T, target dashboardTarget) []row {
	t.Helper()
	times := url.Values{"start": {strconv.FormatInt(v.from.Unix(), 10)}, "end": {strconv.FormatInt(v.to.Unix(), 10)}}
	switch target.QueryType {
	case "instant":
		return v.records(t, target.Expr, times)
	case "stats":
		times = url.Values{"time": {strconv.FormatInt(v.to.Unix(), 10)}}
		within := fmt.Sprintf("_time:[%d, %d] ", v.from.Unix(), v.to.Unix())
		return v.stats(t, "stats_query", within+target.Expr, times)
	case "statsRange":
		times.Set("step", "5m")
		return v.stats(t, "stats_query_range", target.Expr, times)
	default:
		require.Fail(t, "the plugin has no such type of query", target.QueryType)
		return nil
	}
}

// post sends a query and returns what comes back.
func (v *investigated) post(t *testing.T, path, logsQL string, parameters url.Values) *json.Decoder {
	t.Helper()
	parameters.Set("query", logsQL)
	answer, err := http.PostForm("http://"+v.address+"/select/logsql/"+path, parameters) //nolint:noctx // this machine answers
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	require.Equal(t, http.StatusOK, answer.StatusCode, logsQL)
	return json.NewDecoder(answer.Body)
}

// records returns the rows of a query, with the names that the plugin gives to time and message.
func (v *investigated) records(t *testing.T, logsQL string, parameters url.Values) []row {
	t.Helper()
	var rows []row
	for lines := v.post(t, "query", logsQL, parameters); lines.More(); {
		var one row
		require.NoError(t, lines.Decode(&one))
		for ours, theirs := range map[string]string{"_time": "Time", "_msg": "Line"} {
			if value, there := one[ours]; there {
				one[theirs] = value
				delete(one, ours)
			}
		}
		rows = append(rows, one)
	}
	return rows
}

// stats returns the series of a query.
func (v *investigated) stats(t *testing.T, path, logsQL string, parameters url.Values) []row {
	t.Helper()
	var answer struct {
		Data struct {
			Result []struct {
				Metric row
				Value  []any
				Values [][]any
			}
		}
	}
	require.NoError(t, v.post(t, path, logsQL, parameters).Decode(&answer))
	var rows []row
	for _, result := range answer.Data.Result {
		if len(result.Values) > 0 {
			result.Value = result.Values[0]
		}
		require.Len(t, result.Value, 2, logsQL)
		one := maps.Clone(result.Metric)
		one["value"] = fmt.Sprint(result.Value[1])
		rows = append(rows, one)
	}
	return rows
}
