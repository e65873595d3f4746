// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// listing is an event in hand, and what is known of its record so far.
type listing struct {
	tape    *jsontape.Tape
	top     int // the event's token
	event   Event
	rec     plog.LogRecord
	bodyRaw bool // the body is the event's text, so displayMessage is an attribute

	specs   []attributeSpec
	field   *node    // of the value that a mapper has in hand
	texts   []string // attributes' texts that were made already
	copied  []copiedText
	doubles []float64 // attributes' numbers that were read already

	made       texts
	eventNames map[string]string // by eventType, kept from one event to the next
}

// attributeSpec says what one attribute will be. All of them are listed before the first one is made, so that the
// record's map is made once, in the right size.
type attributeSpec struct {
	name string
	node *node // of the value; for names inside, and for what it was before
	at   int   // the value's token, or its index in listing.texts or in listing.doubles
	form form
}

// form says how an attribute's value follows from its token.
type form uint8

const (
	asIs form = iota
	asText
	asDouble
	asMade // the text is in listing.texts
	asTrue // there is no token
)

// add lists the value of a token as an attribute.
func (l *listing) add(name string, at int, f form) {
	l.specs = append(l.specs, attributeSpec{name: name, node: l.field, at: at, form: f})
}

// copiedText is a token whose text is an attribute under another name too.
type copiedText struct{ at, text int }

// textOf returns where in texts the text of a token is, where it was made already.
func (l *listing) textOf(at int) (text int, made bool) {
	for _, c := range l.copied {
		if c.at == at {
			return c.text, true
		}
	}
	return 0, false
}

// addText lists a text that was made, and so is no part of the event's bytes, as an attribute.
func (l *listing) addText(name, text string) {
	l.texts = append(l.texts, text)
	l.add(name, len(l.texts)-1, asMade)
}
