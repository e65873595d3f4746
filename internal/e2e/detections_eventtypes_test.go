// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
)

// A detection of an event type that Okta doesn't have never matches and looks as if all were well. Published rules have
// several of them.
func TestDetectionsNameEventTypesThatOktaHas(t *testing.T) {
	config, err := os.ReadFile(detections)
	require.NoError(t, err)
	named := regexp.MustCompile(`"okta\.event_type"\] == "([^"]*)"`).FindAllSubmatch(config, -1)
	require.NotEmpty(t, named)
	for _, match := range named {
		assert.True(t, catalogue.Known(string(match[1])), "%s in the configuration", match[1])
	}
	// Every other way to name one would go past the line above.
	all := regexp.MustCompile(`okta\.event_type"`).FindAll(config, -1)
	assert.Len(t, named, len(all), "event types are compared with ==, so that they can be checked here")

	cases, _ := detectionCases(t)
	for _, c := range cases {
		var event struct{ EventType string }
		require.NoError(t, json.Unmarshal(c.Event, &event))
		assert.True(t, catalogue.Known(event.EventType), "%s in the case %q", event.EventType, c.Case)
	}
}
