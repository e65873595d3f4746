// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// delivery is one message to an endpoint.
type delivery struct {
	hook    *hook
	channel hookChannelConfig
	name    string // of the hook
	source  string
	id      string // eventId: a retry has that of the first request
	items   []hookItem
}

// body is the message of a delivery: an envelope of CloudEvents 0.1 around the events (Okta, event hooks: "sample event
// delivery payload").
func (d delivery) body(now time.Time) []byte {
	body := []byte(`{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1","source":` + api.Quoted(d.source) +
		`,"eventId":` + api.Quoted(d.id) + `,"data":{"events":[`)
	for i, item := range d.items {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendHookEvent(body, item.json)
	}
	return append(body, `]},"eventTime":`+api.Quoted(now.UTC().Format(logevent.TimeLayout))+`,"contentType":"application/json"}`...)
}

// appendHookEvent appends a LogEvent in the form event hooks send it. It differs from that of the System Log API: the
// addresses a request came through are in client.ipChain and there is no request, a missing zone is the text "null",
// and there is an insertionTimestamp.
func appendHookEvent(dst, raw []byte) []byte {
	chain := logevent.Member(logevent.Member(raw, "request"), "ipChain")
	event := object{dst: append(dst, '{')}
	client, stamped := false, false
	jsontape.Members(raw, func(key string, value []byte) {
		switch key {
		case "request":
		case "client":
			client = true
			event.add(key, hookClient(value, chain))
		default:
			stamped = stamped || key == "insertionTimestamp"
			event.add(key, value)
		}
	})
	if !client && chain != nil {
		event.add("client", hookClient(nil, chain))
	}
	if !stamped {
		event.add("insertionTimestamp", []byte("null"))
	}
	return append(event.dst, '}')
}

// hookClient is the client of an event in the form event hooks send it; chain is nil when the event has none.
func hookClient(raw, chain []byte) []byte {
	if chain == nil && (len(raw) == 0 || raw[0] != '{') {
		return raw
	}
	client := object{dst: []byte{'{'}}
	zoned, chained := false, false
	jsontape.Members(raw, func(key string, value []byte) {
		switch key {
		case "zone":
			zoned = true
			if string(value) == "null" {
				value = []byte(`"null"`)
			}
		case "ipChain":
			chained = true
		}
		client.add(key, value)
	})
	if !zoned {
		client.add("zone", []byte(`"null"`))
	}
	if !chained && chain != nil {
		client.add("ipChain", chain)
	}
	return append(client.dst, '}')
}

// object appends the members of a JSON object to dst.
type object struct {
	dst   []byte
	comma bool
}

func (o *object) add(key string, value []byte) {
	if o.comma {
		o.dst = append(o.dst, ',')
	}
	o.comma = true
	o.dst = append(append(append(o.dst, api.Quoted(key)...), ':'), value...)
}
