// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// envelopes are the members in which others keep LogEvents: as an object, a list, or a text that is their JSON. None is
// a member of a LogEvent.
var envelopes = []string{
	"event",                     // Splunk's HTTP Event Collector, and Okta's log streaming to it
	"result", "results", "_raw", // Splunk's export and search results: {"result":{"_raw":"…"}}
	"event.original", "original", // Elastic Common Schema, in one level or in two
	"hits", "_source", // Elasticsearch's search results
	"message",        // Filebeat, Logstash and Vector
	"detail",         // Okta's log streaming to AWS EventBridge
	"data", "events", // a delivery of an event hook: {"data":{"events":[…]}}
}

// deepest is how many envelopes there are around each other at most. Five are in
// {"hits":{"hits":[{"_source":{"event":{"original":"…"}}}]}}.
const deepest = 6

// unwrap returns the LogEvents that a JSON value is or holds; nil when it holds something else.
func unwrap(value []byte) [][]byte {
	if value[0] != '{' { // a list or a text needs a name that says what is in it
		return nil
	}
	return unwrapObject(value, deepest)
}

func unwrapObject(object []byte, depth int) [][]byte {
	if isEvent(object) {
		return [][]byte{object}
	}
	// Splunk sends the results of a preview again.
	if depth == 0 || string(logevent.Member(object, "preview")) == "true" {
		return nil
	}
	for _, name := range envelopes {
		if value := logevent.Member(object, name); value != nil {
			if events := unwrapMember(value, depth-1); events != nil {
				return events
			}
		}
	}
	return nil
}

// unwrapMember returns the LogEvents of a member. A list is one of LogEvents only when all of it is.
func unwrapMember(value []byte, depth int) [][]byte {
	switch value[0] {
	case '{':
		return unwrapObject(value, depth)
	case '"':
		var text string
		if json.Unmarshal(value, &text) != nil {
			return nil
		}
		inner := bytes.TrimSpace([]byte(text))
		if len(inner) == 0 || inner[0] != '{' || !json.Valid(inner) {
			return nil
		}
		return unwrapObject(inner, depth)
	case '[':
		elements, err := jsontape.Split(value, math.MaxInt)
		if err != nil {
			return nil
		}
		events := [][]byte{} // a list without elements is no mistake
		for _, element := range elements {
			inner := unwrapMember(element, depth)
			if inner == nil {
				return nil
			}
			events = append(events, inner...)
		}
		return events
	}
	return nil
}

// isEvent reports whether an object is taken for a LogEvent. One of the two members is enough: a malformed event lacks
// the other.
func isEvent(object []byte) bool {
	return logevent.Member(object, "uuid") != nil || logevent.Member(object, "published") != nil
}

// linesNamed is how many lines an error names.
const linesNamed = 10

// lineList are lines that hold no LogEvent.
type lineList struct {
	numbers    []string
	last, more int
}

func (l *lineList) add(line int) {
	switch {
	case line == l.last: // a line may have several values
	case len(l.numbers) < linesNamed:
		l.numbers = append(l.numbers, fmt.Sprint(line))
	default:
		l.more++
	}
	l.last = line
}

// err says which lines they are and what to do; nil when there are none.
func (l *lineList) err() error {
	if len(l.numbers) == 0 {
		return nil
	}
	which := "line " + l.numbers[0] + " holds"
	if last := len(l.numbers) - 1; l.more > 0 {
		which = fmt.Sprintf("lines %s and %d more hold", strings.Join(l.numbers, ", "), l.more)
	} else if last > 0 {
		which = fmt.Sprintf("lines %s and %s hold", strings.Join(l.numbers[:last], ", "), l.numbers[last])
	}
	return fmt.Errorf("%s no LogEvent, which has uuid and published, and no envelope that is understood (%s; of Splunk without previews): remove it, or export the events as okta sends them",
		which, strings.Join(envelopes, ", "))
}
