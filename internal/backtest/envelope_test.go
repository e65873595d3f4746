// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEnvelopes(t *testing.T) {
	const event = `{"uuid":"a","debugContext":{"debugData":{"event":"x","message":"{}"}}}`
	text := strconv.Quote(event)
	for name, h := range map[string]struct {
		value string
		found int
	}{
		"none":                             {event, 1},
		"an event without uuid":            {`{"published":"2026-11-21T00:00:00.000Z","event":{"uuid":"b"}}`, 1},
		"splunk, event collector":          {`{"time":1.5,"host":"h","sourcetype":"OktaIM2:log","event":` + event + `}`, 1},
		"splunk, event collector, text":    {`{"event":` + text + `}`, 1},
		"splunk, export":                   {`{"preview":false,"offset":0,"lastrow":true,"result":{"_time":"t","_raw":` + text + `}}`, 1},
		"splunk, one result":               {`{"_raw":` + text + `}`, 1},
		"splunk, results":                  {`{"preview":false,"init_offset":0,"results":[{"_raw":` + text + `},{"_raw":` + text + `}]}`, 2},
		"splunk, results, none":            {`{"preview":false,"results":[]}`, 0},
		"elastic common schema":            {`{"@timestamp":"t","event":{"action":"x","original":` + text + `}}`, 1},
		"elastic common schema, one level": {`{"@timestamp":"t","event.original":` + text + `}`, 1},
		"elasticsearch":                    {`{"hits":{"total":2,"hits":[{"_source":{"event":{"original":` + text + `}}},{"_source":` + event + `}]}}`, 2},
		"filebeat":                         {`{"@timestamp":"t","message":` + text + `,"input":{"type":"httpjson"}}`, 1},
		"filebeat, json below event":       {`{"event":{"kind":"event"},"message":` + text + `}`, 1},
		"eventbridge":                      {`{"version":"0","id":"i","detail-type":"SystemLog","detail":` + event + `}`, 1},
		"event hook":                       {`{"eventType":"com.okta.event_hook","data":{"events":[` + event + `,` + event + `]}}`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			events := unwrap([]byte(h.value))
			assert.NotNil(t, events)
			assert.Len(t, events, h.found)
			for _, found := range events {
				if !strings.HasPrefix(h.value, `{"published"`) {
					assert.Equal(t, event, string(found), "byte for byte")
				}
			}
		})
	}
	for name, value := range map[string]string{
		"no object":                     `[` + event + `]`,
		"fields of splunk without _raw": `{"preview":false,"result":{"actor.id":"1","eventType":"x"}}`,
		"a preview of splunk":           `{"preview":true,"result":{"_raw":` + text + `}}`,
		"a text that is none":           `{"message":"signed in"}`,
		"a text that is broken":         `{"message":"{\"uuid\":"}`,
		"a list with something else":    `{"results":[{"_raw":` + text + `},{"count":"3"}]}`,
		"empty":                         `{}`,
		"null":                          `{"event":null}`,
		"too deep":                      strings.Repeat(`{"event":`, deepest+1) + event + strings.Repeat(`}`, deepest+1),
	} {
		assert.Nil(t, unwrap([]byte(value)), name)
	}
}
