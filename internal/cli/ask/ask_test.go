// SPDX-License-Identifier: Apache-2.0

package ask

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

func asking(ctx context.Context, input io.Reader) (*cobra.Command, *bytes.Buffer) {
	var said bytes.Buffer
	command := &cobra.Command{}
	command.SetContext(ctx)
	command.SetIn(input)
	command.SetErr(&said)
	return command, &said
}

func TestOnlyAYesIsAYes(t *testing.T) {
	for _, answer := range []string{"y\n", "Y\n", "yes\n", " YES \n", "y"} {
		command, said := asking(t.Context(), strings.NewReader(answer))
		require.NoError(t, Confirm(command, "Go on?"), answer)
		assert.Equal(t, "Go on? [y/N] ", said.String())
	}
	for _, answer := range []string{"", "\n", "n\n", "yep\n"} {
		command, _ := asking(t.Context(), strings.NewReader(answer))
		err := Confirm(command, "Go on?")
		require.ErrorContains(t, err, "nothing was changed", answer)
		assert.Equal(t, exit.Usage, exit.Status(err))
	}
}

// Ctrl-C ends the command while it waits for an answer, and no answer after it counts.
func TestQuestionEndsWithTheCommand(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	input, answer := io.Pipe()
	defer func() { _ = answer.Close() }()
	command, _ := asking(ctx, input)
	interrupt()
	require.ErrorContains(t, Confirm(command, "Go on?"), "nothing was changed: it was interrupted")
}

func TestHiddenNeedsATerminal(t *testing.T) {
	command, _ := asking(t.Context(), strings.NewReader("secret\n"))
	_, known, err := Hidden(command, "token")
	require.NoError(t, err)
	assert.False(t, known)
}
