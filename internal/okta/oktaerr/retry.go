// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"errors"
	"fmt"
	"time"
)

// AdminInterval is the least wait before a request is tried again that fails until an admin changes something: so
// often that the change needs no restart, and so rarely that the org's log is not filled with failures.
const AdminInterval = time.Minute

// WaitAfter is how long to wait after a failed request. backOff is the wait when the error asks for none, maxInterval
// the longest one in the configuration.
func WaitAfter(err error, backOff, maxInterval time.Duration) time.Duration {
	var e *Error
	if !errors.As(err, &e) {
		return backOff
	}
	switch e.Kind {
	case RateLimited:
		return max(e.Wait, backOff)
	case Unauthorized, Forbidden, Misdirected:
		return max(AdminInterval, maxInterval)
	default:
		return backOff
	}
}

// Signature is the same for errors of the same cause, so that each cause can be logged once.
func Signature(err error) string {
	var e *Error
	switch {
	case !errors.As(err, &e):
		return "unknown"
	case e.Cause == CauseServer, e.Cause == CauseGateway:
		// A gateway that answers 502 at one time and 503 at another has failed in one way, and so has Okta where now its
		// front answers and then what is behind it.
		return fmt.Sprint(e.Kind, CauseServer)
	}
	return fmt.Sprint(e.Kind, e.Status, e.Code, e.Cause)
}

// Passes reports whether the same request may succeed later without anybody changing anything.
func Passes(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Kind == Unavailable || e.Kind == RateLimited)
}

// KindName is the name of an error's kind, that of [Unavailable] when it is no [*Error].
func KindName(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return Unavailable.String()
	}
	return e.Kind.String()
}
