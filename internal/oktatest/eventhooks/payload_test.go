// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

func TestHookEventsDifferFromThoseOfTheLog(t *testing.T) {
	for name, c := range map[string]struct{ log, hook string }{
		"the addresses move to the client": {
			`{"uuid":"a","client":{"zone":null,"id":null},"request":{"ipChain":[{"ip":"198.51.100.7"}]},"version":"0"}`,
			`{"uuid":"a","client":{"zone":"null","id":null,"ipChain":[{"ip":"198.51.100.7"}]},"version":"0","insertionTimestamp":null}`},
		"a zone is kept":         {`{"client":{"zone":"Berlin"},"request":{"ipChain":[]}}`, `{"client":{"zone":"Berlin","ipChain":[]},"insertionTimestamp":null}`},
		"a zone is never absent": {`{"client":{}}`, `{"client":{"zone":"null"},"insertionTimestamp":null}`},
		"no client, addresses":   {`{"request":{"ipChain":[]}}`, `{"client":{"zone":"null","ipChain":[]},"insertionTimestamp":null}`},
		"null client, addresses": {`{"client":null,"request":{"ipChain":[]}}`, `{"client":{"zone":"null","ipChain":[]},"insertionTimestamp":null}`},
		"null client":            {`{"client":null,"request":null}`, `{"client":null,"insertionTimestamp":null}`},
		"an event in hook form":  {`{"client":{"zone":"null","ipChain":[]},"insertionTimestamp":"x"}`, `{"client":{"zone":"null","ipChain":[]},"insertionTimestamp":"x"}`},
		"escapes and big numbers": {
			`{"\u0061\"":"\\\"","client":{"zone":null,"n":12345678901234567890},"debugContext":{"request":{"ipChain":[1]}}}`,
			`{"a\"":"\\\"","client":{"zone":"null","n":12345678901234567890},"debugContext":{"request":{"ipChain":[1]}},"insertionTimestamp":null}`},
	} {
		assert.Equal(t, c.hook, string(appendHookEvent(nil, []byte(c.log))), name)
	}
}

func TestHookEventsOfEveryGeneratedEventAreValid(t *testing.T) {
	generator := generate.New(7)
	generator.SetMalformed(0.5)
	for _, event := range generator.Events(2000, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), time.Second) {
		raw := appendHookEvent(nil, event.JSON)
		var hook, log map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(raw, &hook), string(raw))
		require.NoError(t, json.Unmarshal(event.JSON, &log))
		assert.NotContains(t, hook, "request")
		assert.Contains(t, hook, "insertionTimestamp")
		for key, value := range log {
			if key != "request" && key != "client" {
				assert.Equal(t, string(value), string(hook[key]), key)
			}
		}
		if chain := logevent.Member(log["request"], "ipChain"); chain != nil {
			assert.Equal(t, string(chain), string(logevent.Member(hook["client"], "ipChain")))
		}
	}
}
