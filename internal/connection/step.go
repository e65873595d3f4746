// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"fmt"
)

// Names of steps, in the order in which they are taken.
const (
	Configuration = "configuration"
	Storage       = "storage"
	Network       = "DNS and TLS"
	Clock         = "clock"
	Token         = "token"
	SystemLog     = "System Log"
	Role          = "role"
	RateLimit     = "rate limit"
	StartAt       = "start_at"
	Filter        = "filter"
	NewestEvent   = "newest event"
	EventHook     = "event hook"
)

// Step is what was found at one step of the check. It never holds a secret.
type Step struct {
	// Name is one of those above.
	Name string `json:"name"`
	// Result says whether the step succeeded.
	Result Result `json:"result"`
	// Detail is what was found, with Okta's own words where it refused.
	Detail string `json:"detail,omitempty"`
	// Cause is the cause of a warning or a failure, in plain words.
	Cause string `json:"cause,omitempty"`
	// Remedy is what an operator can do about it.
	Remedy string `json:"remedy,omitempty"`
	// Err is the error behind a failure, if there is one.
	Err error `json:"-"`
}

// Result says whether a step succeeded.
type Result int

const (
	// OK means: nothing is wrong.
	OK Result = iota
	// Warning means: it works, but something should be checked.
	Warning
	// Failed means: until this is corrected no event comes, or not those that are configured.
	Failed
	// Skipped means: it was not checked, and Step.Detail says why.
	Skipped
)

var results = [...]string{OK: "ok", Warning: "warning", Failed: "failed", Skipped: "skipped"}

// String is the result's name, such as "ok".
func (r Result) String() string { return results[r] }

// MarshalText writes the result's name.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func ok(name, format string, args ...any) Step {
	return Step{Name: name, Result: OK, Detail: fmt.Sprintf(format, args...)}
}

func skipped(name, why string) Step {
	return Step{Name: name, Result: Skipped, Detail: why}
}
