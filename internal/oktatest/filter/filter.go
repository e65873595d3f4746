// SPDX-License-Identifier: Apache-2.0

package filter

import (
	"sync"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// Matcher decides whether a query is about an event, which is given as JSON. It is safe for concurrent use. Text that
// is no JSON matches nothing.
type Matcher func(event []byte) bool

// Compile turns the parameters `filter` and `q` into a matcher of the events that satisfy both. It is nil when both
// are empty, so that a query without them costs nothing.
func Compile(filter, q string) (Matcher, *apierror.Error) {
	satisfies, refused := expression(filter)
	if refused != nil {
		return nil, refused
	}
	mentions, refused := freeform(q)
	switch {
	case refused != nil:
		return nil, refused
	case satisfies == nil && mentions == nil:
		return nil, nil
	case satisfies == nil:
		return onTape(mentions), nil
	case mentions == nil:
		return onTape(satisfies), nil
	}
	return onTape(func(event *jsontape.Tape) bool { return satisfies(event) && mentions(event) }), nil
}

// onTape parses each event once, onto a tape that the next one uses again: queries over 100,000s of events stay cheap.
func onTape(decide predicate) Matcher {
	tapes := sync.Pool{New: func() any { return &jsontape.Tape{} }}
	return func(event []byte) bool {
		tape := tapes.Get().(*jsontape.Tape)
		defer tapes.Put(tape)
		return tape.Parse(string(event)) && decide(tape)
	}
}
