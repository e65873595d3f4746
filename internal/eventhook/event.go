// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

// Event is one event that a delivery announces.
type Event struct {
	// UUID is Okta's uuid, the same as in the System Log; "" when the event has none.
	UUID string
	// Published is the event's time in UTC, read as it is of an event that was polled; zero when it is absent or
	// impossible.
	Published time.Time
	// Made is when Okta made the delivery, the same for all its events; zero where it does not say.
	Made time.Time
	// Type is Okta's eventType, such as user.session.start.
	Type string
	// Raw is the event's JSON text as it came. It differs from that of the polled event: client.ipChain stands for
	// request.ipChain (Okta, event hooks).
	Raw []byte
}

var (
	errNotADelivery  = errors.New("the body is not a delivery of an event hook: it has no data.events")
	errTooManyEvents = fmt.Errorf("the body has more than %d events, which no delivery of okta's has", maxEvents)
)

// readEvents reads the body of a delivery. The events' texts are parts of the body.
func readEvents(body []byte) ([]Event, error) {
	var data, list, eventTime []byte
	root := func(key string, value []byte) {
		keep("data", &data)(key, value)
		keep("eventTime", &eventTime)(key, value)
	}
	if !jsontape.Members(body, root) || !jsontape.Members(data, keep("events", &list)) {
		return nil, errNotADelivery
	}
	texts, err := jsontape.Split(list, maxEvents)
	switch {
	case errors.Is(err, jsontape.ErrTooMany):
		return nil, errTooManyEvents
	case err != nil:
		return nil, errNotADelivery
	}
	made, _ := translate.Published(strings.Trim(string(eventTime), `"`))
	events := make([]Event, 0, len(texts))
	var tape jsontape.Tape
	for _, text := range texts {
		event := readEvent(&tape, text)
		event.Made = made
		events = append(events, event)
	}
	return events, nil
}

// keep keeps the value of the last member with a key, as encoding/json does.
func keep(wanted string, value *[]byte) func(string, []byte) {
	return func(key string, text []byte) {
		if key == wanted {
			*value = text
		}
	}
}

// readEvent reads what names an event. Whatever is malformed about it is left to those who deliver it.
func readEvent(tape *jsontape.Tape, raw []byte) Event {
	event := Event{Raw: raw}
	text := string(raw)
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	if !tape.Parse(text) || tape.Kind(0) != jsontape.Object {
		return event
	}
	// Each on its own: the reconciler keeps them longer than the delivery.
	event.UUID = strings.Clone(stringMember(tape, "uuid"))
	event.Type = strings.Clone(stringMember(tape, "eventType"))
	event.Published, _ = translate.Published(stringMember(tape, "published"))
	return event
}

func stringMember(tape *jsontape.Tape, key string) string {
	at := tape.Member(0, key)
	if at < 0 || tape.Kind(at) != jsontape.String {
		return ""
	}
	return tape.Text(at)
}
