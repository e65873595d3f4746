// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"errors"
	"reflect"

	"go.opentelemetry.io/collector/consumer/consumererror"
)

// permanentType is the type of what [consumererror.NewPermanent] returns. The Collector tells whether there is
// one somewhere in an error, and not whether an error is one itself.
var permanentType = reflect.TypeOf(consumererror.NewPermanent(errors.New("")))

// isPermanent reports whether an error of the pipeline says that the same events will always be refused: all
// of its branches must say so. The Collector's fan-out and several exporters join errors, and one that is
// permanent among others that are not says nothing about the events that the others did not take.
func isPermanent(err error) bool {
	if err == nil {
		return false
	}
	// What is marked as permanent is so as a whole, whatever is below.
	if reflect.TypeOf(err) == permanentType {
		return true
	}
	switch e := err.(type) { //nolint:errorlint // each level is looked at by itself
	case interface{ Unwrap() []error }:
		branches := e.Unwrap()
		for _, branch := range branches {
			if !isPermanent(branch) {
				return false
			}
		}
		return len(branches) > 0
	case interface{ Unwrap() error }:
		return isPermanent(e.Unwrap())
	default:
		return false
	}
}
