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
	field   *node     // of the value that a mapper has in hand
	texts   []string  // attributes' texts that are no token's
	doubles []float64 // attributes' numbers that were read already

	derives bool // facts become attributes
	derived int  // how many
	facts

	// Kept from one event to the next.
	made          texts
	eventNames    map[string]eventName // by eventType
	behaviorNames map[string]string    // by how they are written
	behaviorTexts map[string][]behavior
}

// eventName is what follows from an event's type.
type eventName struct{ name, category string }

// attributeSpec says what one attribute will be. All of them are listed before the first one is made, so that the
// record's map is made once, in the right size.
type attributeSpec struct {
	name   string
	node   *node // of the value, for names inside and for what it was before; nil where there is none
	at     int   // the value's token, its index in listing.texts or in listing.doubles, or the number itself
	length int32 // of listing.texts, or which inner text the value is
	form   form
}

// form says how an attribute's value follows from its token.
type form uint8

const (
	asIs form = iota
	asText
	asDouble
	asAddedText // the text is in listing.texts
	asTrue      // there is no token
	asFalse
	asCount // the number is in place of a token
	asTexts // a list of texts of listing.texts
	asPairs // a map of keys and values of listing.texts
	asInner // a text that is JSON, as what it says
)

// add lists the value of a token as an attribute.
func (l *listing) add(name string, at int, f form) {
	l.specs = append(l.specs, attributeSpec{name: name, node: l.field, at: at, form: f})
}

// addText lists a text that is no token's, and no part of the event's bytes, as an attribute.
func (l *listing) addText(name, text string) {
	l.texts = append(l.texts, text)
	l.add(name, len(l.texts)-1, asAddedText)
}

// addCopy lists the text of a token under another name too. One copy of it is made for all.
func (l *listing) addCopy(name string, at int) {
	if !l.tape.Apart(at) {
		l.tape.SetText(at, l.made.copied(l.tape.Text(at)))
	}
	l.add(name, at, asText)
}

// addTexts lists the texts from an index of listing.texts on as one attribute.
func (l *listing) addTexts(name string, from int, f form) {
	if n := len(l.texts) - from; n > 0 {
		l.specs = append(l.specs, attributeSpec{name: name, at: from, length: int32(n), form: f})
	}
}
