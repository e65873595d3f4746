// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMistakesAreJoinedAndTakenApart(t *testing.T) {
	one, two := errors.New("a is 0: use 1"), errors.New("b is 0: use 2")
	require.NoError(t, Join("x", nil, errors.Join()))
	assert.Equal(t, one, Join("x", nil, one))
	all := Join("x", errors.Join(nil, one), two)
	require.EqualError(t, all, "2 settings are wrong:\n  x: a is 0: use 1\n  x: b is 0: use 2")
	require.ErrorIs(t, all, two)
	assert.Equal(t, []error{one, two}, Mistakes(fmt.Errorf("%w", all)))
	assert.Empty(t, Mistakes(nil))
}

func TestCauseAndRemedy(t *testing.T) {
	for sentence, want := range map[string][2]string{
		"a is 0: use 1":                                 {"a is 0", "use 1"},
		`body is "a: b": use message`:                   {`body is "a: b"`, "use message"},
		"a is set: it would be lost: leave out":         {"a is set: it would be lost", "leave out"},
		"a is a text: write its keys below it: b, c":    {"a is a text", "write its keys below it: b, c"},
		`a is "x: use y": leave it out`:                 {`a is "x: use y"`, "leave it out"},
		"a file is gone":                                {"a file is gone", "correct the configuration"},
		"http::tls: provide\n  either: a or b":          {"http.tls: provide either: a or b", "correct http.tls"},
		"event_hook: serverconfig::tls: config: no key": {"event_hook.tls: no key", "correct event_hook.tls"},
		"http: open /nowhere: no such file":             {"http: open /nowhere: no such file", "correct http"},
	} {
		cause, remedy := CauseAndRemedy(errors.New(sentence))
		assert.Equal(t, want, [2]string{cause, remedy}, sentence)
	}
}
