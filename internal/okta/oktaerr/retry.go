// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"errors"
	"fmt"
	"time"
)

// AdminInterval is how long to wait at least before a request that only an admin can heal is tried again:
// often enough that the fix needs no restart, rarely enough to annoy nobody.
const AdminInterval = time.Minute

// WaitAfter is how long to wait after a failed request. backOff is the wait when nothing else is known,
// maxInterval the longest one that the configuration asks for.
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

// Signature names what went wrong, the same for the same cause: for log lines that are written once.
func Signature(err error) string {
	var e *Error
	switch {
	case !errors.As(err, &e):
		return "unknown"
	case e.Cause == CauseServer:
		// A gateway that answers 502 now and 503 then is no news.
		return fmt.Sprint(e.Kind, e.Cause)
	}
	return fmt.Sprint(e.Kind, e.Status, e.Code, e.Cause)
}

// KindName is the name of an error's kind, that of [Unavailable] where it is no [*Error].
func KindName(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return Unavailable.String()
	}
	return e.Kind.String()
}
