// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// recorded are the LogEvents of a file.
type recorded struct {
	events []oktatest.Event
	// uuids has the uuid in the file of each event that has another one here: the receiver takes an event that comes
	// again for the same one, and in a file each counts.
	uuids map[string]string
	// last has the uuids that events have here, and for each the last number that was given to one that comes again.
	last map[string]int
}

// load reads the LogEvents of a file, in or out of an envelope, and leaves out those that were published outside of the
// range. What is malformed in an event, such as an impossible published time, stays as it was recorded, and an event
// without a time that can be read is never outside.
func load(path string, within timeRange) (*recorded, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, fmt.Errorf("read the recorded events: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading
	r := &recorded{uuids: map[string]string{}, last: map[string]int{}}
	var none lineList
	err = eachValue(file, func(line int, value []byte) {
		events := unwrap(value)
		if events == nil {
			none.add(line)
		}
		for _, event := range events {
			r.add(event, within)
		}
	})
	if err == nil {
		err = none.err()
	}
	if err != nil {
		return nil, fmt.Errorf("read the recorded events: %s: %w", path, err)
	}
	return r, nil
}

func (r *recorded) add(text []byte, within timeRange) {
	published := oktatest.Event{JSON: text}.PublishedOr(time.Time{})
	if !published.IsZero() && !within.has(published) {
		return
	}
	r.events = append(r.events, oktatest.Event{JSON: r.distinct(text), Published: published})
}

// distinct returns an event with a uuid that no other one has: its own, or else that with a number.
func (r *recorded) distinct(text []byte) []byte {
	uuid, ok := logevent.Text(text, "uuid")
	if !ok || uuid == "" {
		return text
	}
	number, again := r.last[uuid]
	if !again {
		r.last[uuid] = 1
		return text
	}
	for {
		number++
		here := uuid + "#" + strconv.Itoa(number)
		if _, taken := r.last[here]; !taken {
			r.last[uuid], r.last[here] = number, 1
			r.uuids[here] = uuid
			return withUUID(text, here)
		}
	}
}

// withUUID returns an event with another uuid, and all else as it is.
func withUUID(event []byte, uuid string) []byte {
	var text bytes.Buffer
	separator := byte('{')
	jsontape.Members(event, func(key string, value []byte) {
		if key == "uuid" {
			value = quoted(uuid)
		}
		text.WriteByte(separator)
		text.Write(quoted(key))
		text.WriteByte(':')
		text.Write(value)
		separator = ','
	})
	text.WriteByte('}')
	return text.Bytes()
}

func quoted(text string) []byte {
	raw, err := json.Marshal(text)
	if err != nil { // strings always marshal
		panic(err)
	}
	return raw
}
