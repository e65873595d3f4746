// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// saidAfter is what a collector has printed after so many events, half of which reached the second processor.
func saidAfter(events string, half string) string {
	return `{"Resource": [], "ScopeMetrics": [
		{"Scope": {"Name": "receiverhelper"}, "Metrics": [
			{"Name": "otelcol_receiver_accepted_log_records", "Data": {"DataPoints": [
				{"Attributes": [{"Key": "receiver", "Value": {"Type": "STRING", "Value": "okta_systemlog"}}], "Value": ` + events + `}]}},
			{"Name": "http.client.request.duration", "Data": {"DataPoints": [
				{"Attributes": [{"Key": "http.response.status_code", "Value": {"Type": "INT64", "Value": 200}}], "Count": 12, "Sum": 0.5}]}}]},
		{"Scope": {"Name": "processorhelper"}, "Metrics": [
			{"Name": "otelcol_processor_incoming_items", "Data": {"DataPoints": [
				{"Attributes": [{"Key": "otel.signal", "Value": {"Type": "STRING", "Value": "logs"}}, {"Key": "processor", "Value": {"Type": "STRING", "Value": "filter"}}], "Value": ` + events + `},
				{"Attributes": [{"Key": "processor", "Value": {"Type": "STRING", "Value": "filter/backtest_logs"}}], "Value": ` + half + `}]}},
			{"Name": "otelcol_processor_outgoing_items", "Data": {"DataPoints": [
				{"Attributes": [{"Key": "processor", "Value": {"Type": "STRING", "Value": "filter"}}], "Value": ` + half + `}]}}]}]}`
}

func TestTheLastMetricsCount(t *testing.T) {
	c, err := readCounts(strings.NewReader(saidAfter("4", "2") + "\n" + saidAfter("30", "15") + "\n"))
	require.NoError(t, err)
	assert.Equal(t, &counts{
		read: 30, processed: map[string]int{"filter": 30, "filter/backtest_logs": 15}, passed: map[string]int{"filter": 15},
	}, c)
}

func TestACollectorThatDoesNotSayWhatItHasRead(t *testing.T) {
	_, err := readCounts(strings.NewReader(""))
	assert.ErrorContains(t, err, "without a word of how many events there were")
	_, err = readCounts(strings.NewReader(saidAfter("4", "2")[:100]))
	assert.ErrorContains(t, err, "read how many events there were")
}
