// SPDX-License-Identifier: Apache-2.0

// Package show prints what commands have found or done: the steps for people, all of it as JSON for programs.
package show

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
)

// signs of results, in front of their lines.
var signs = map[connection.Result]string{
	connection.OK: "✓", connection.Warning: "!", connection.Failed: "✗", connection.Skipped: "-",
}

// NameWidth is the length of the longest name of a step.
const NameWidth = len(connection.Configuration)

// Step prints a step: its name and what was found or done, and below it cause and remedy where there are some.
func Step(to io.Writer, indent string, step connection.Step) {
	said, cause := step.Detail, step.Cause
	if said == "" {
		said, cause = step.Cause, ""
	}
	// Who does not read it sees the status.
	_, _ = fmt.Fprintf(to, "%s%s %-*s  %s\n", indent, signs[step.Result], NameWidth, step.Name, said)
	if cause != "" {
		_, _ = fmt.Fprintf(to, "%s  %-*s  cause:  %s\n", indent, NameWidth, "", cause)
	}
	if step.Remedy != "" {
		_, _ = fmt.Fprintf(to, "%s  %-*s  remedy: %s\n", indent, NameWidth, "", step.Remedy)
	}
}

// JSON prints a value as one indented JSON object.
func JSON(to io.Writer, value any) error {
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("print what was found: %w", err)
	}
	return nil
}
