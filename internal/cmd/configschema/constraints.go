// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
)

// constraints are what a single value may be beyond its type, by the key. The receiver's own validation is stricter: it
// also knows which keys go together. A test holds them against it.
var constraints = map[string]func(s *schema){
	"":                    required("org_url"),
	"oauth":               required("client_id"),
	"event_hook":          required("endpoint"),
	"event_hook.register": required("public_url"),

	"body":             oneOf("message", "original"),
	"startup_check":    oneOf("warn", "fail", "off"),
	"permanent_errors": oneOf("isolate", "drop"),
	"oauth.dpop":       oneOf(string(auth.DPoPAuto), string(auth.DPoPRequired), string(auth.DPoPDisabled)),

	"page_size":                  within(1, okta.MaxPageSize),
	"retry.randomization_factor": within(0, 1),
	"retry.multiplier":           func(s *schema) { s.Minimum = number(1) },
	"rate_limit.reserve":         func(s *schema) { s.Minimum, s.ExclusiveMaximum = number(0), number(1) },
	// A page that is not tried again would be lost.
	"retry.enabled": func(s *schema) { s.Const = true },
	// A JWK may be written as a mapping.
	"oauth.private_key": func(s *schema) { s.Type = []string{"string", "object"} },
}

func required(keys ...string) func(*schema) { return func(s *schema) { s.Required = keys } }
func oneOf(values ...string) func(*schema)  { return func(s *schema) { s.Enum = values } }
func within(least, most int) func(s *schema) {
	return func(s *schema) { s.Minimum, s.Maximum = number(least), number(most) }
}

func number(n int) *float64 {
	f := float64(n)
	return &f
}

// constrain puts the constraints into a schema.
func constrain(root *schema) error {
	for path, put := range constraints {
		s := root
		for key := range strings.SplitSeq(path, ".") {
			if key == "" {
				continue
			}
			if s = s.Properties[key]; s == nil {
				return fmt.Errorf("there is a constraint for %s, and no such key", path)
			}
		}
		put(s)
	}
	return nil
}
