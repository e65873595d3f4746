// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSentence(t *testing.T) {
	for text, want := range map[string][2]string{
		"page_size is 0: use 1 to 1000":                      {"page_size is 0", "use 1 to 1000"},
		"oauth.private_key: the key is damaged: use another": {"oauth.private_key: the key is damaged", "use another"},
		`"a: b" is not a key of this receiver: use c`:        {`"a: b" is not a key of this receiver`, "use c"},
		`"a\": b" is not a key: use c`:                       {`"a\": b" is not a key`, "use c"},
		`filter is encoded: use eventType eq "x: y"`:         {"filter is encoded", `use eventType eq "x: y"`},
		"nothing to do": {"nothing to do", ""},
		"":              {"", ""},
	} {
		cause, remedy := Sentence(text)
		assert.Equal(t, want, [2]string{cause, remedy}, text)
	}
}
