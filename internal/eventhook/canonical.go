// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"encoding/json"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// CanonicalTexts returns the JSON texts of events as the System Log has them.
func CanonicalTexts(events []Event) [][]byte {
	texts := make([][]byte, len(events))
	for i, event := range events {
		texts[i] = canonical(event.Raw)
	}
	return texts
}

// canonical returns the JSON text of an event as the System Log has it, given its text in a delivery: client.ipChain
// goes to request.ipChain, and a zone that is the text "null" is none (Okta, event hooks: delivery). Whatever else is
// in the text, and a text that is no such event, stays as it is. The result may share memory with raw.
func canonical(raw []byte) []byte {
	var client, chain, request []byte
	if !jsontape.Members(raw, func(key string, value []byte) {
		switch key {
		case "client":
			client = value
		case "request":
			request = value
		}
	}) {
		return raw
	}
	if !jsontape.Members(client, keep("ipChain", &chain)) {
		return raw
	}
	// An event that has its request is in the canonical form already.
	if isAbsent(request) && !isAbsent(chain) {
		request = object{}.add("ipChain", chain).end()
	} else {
		chain = nil
	}
	client = canonicalClient(client, chain != nil)

	var event object
	jsontape.Members(raw, func(key string, value []byte) {
		switch key {
		case "client":
			value = client
		case "request":
			return
		}
		event = event.add(key, value)
	})
	if request != nil {
		event = event.add("request", request)
	}
	return event.end()
}

// canonicalClient is the client of an event without what hooks make different.
func canonicalClient(client []byte, withoutChain bool) []byte {
	var made object
	jsontape.Members(client, func(key string, value []byte) {
		switch {
		case key == "ipChain" && withoutChain:
			return
		case key == "zone" && string(value) == `"null"`:
			value = []byte("null")
		}
		made = made.add(key, value)
	})
	return made.end()
}

func isAbsent(value []byte) bool { return value == nil || string(value) == "null" }

// object is a JSON object that is being written.
type object []byte

func (o object) add(key string, value []byte) object {
	if len(o) == 0 {
		o = append(o, '{')
	} else {
		o = append(o, ',')
	}
	// A string always marshals.
	name, _ := json.Marshal(key)
	return append(append(append(o, name...), ':'), value...)
}

func (o object) end() []byte {
	if len(o) == 0 {
		return []byte("{}")
	}
	return append(o, '}')
}
