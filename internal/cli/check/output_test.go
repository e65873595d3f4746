// SPDX-License-Identifier: Apache-2.0

package check

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
)

// What a server says, such as the scopes of a token or the issuer of a certificate, reaches the operator's terminal.
func TestOutputIsPrintable(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var to bytes.Buffer
		out := newOutput(&to, options{json: asJSON})
		out.begin("okta_systemlog", []string{"a secret"})
		out.step(connection.Step{
			Name: connection.Token, Result: connection.Warning, Detail: "for okta.logs.read \x1b[31m\x07 a secret",
			Cause: "certificate by \x1b]0;title\x07", Remedy: "ask \u202e Bearer abcdefgh12345678",
		})
		require.ErrorIs(t, out.end(), exit.ErrSaid)
		assert.NotContains(t, to.String(), "\x1b")
		assert.NotContains(t, to.String(), `\u001b`)
		assert.NotContains(t, to.String(), "\x07")
		assert.NotContains(t, to.String(), "\u202e")
		assert.NotContains(t, to.String(), "a secret")
		assert.NotContains(t, to.String(), "abcdefgh12345678")
		assert.Contains(t, to.String(), "okta.logs.read")
	}
}
