// SPDX-License-Identifier: Apache-2.0

package logevent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for raw, complaint := range map[string]string{
		``: "one JSON object", `{`: "one JSON object", `[]`: "one JSON object", `{} {}`: "one JSON object",
		`{"published":"2026-11-21T12:00:00Z"}`:          "must have a uuid",
		`{"uuid":1,"published":"2026-11-21T12:00:00Z"}`: "must have a uuid",
		`{"uuid":"u"}`: "must have a published time",
		`{"uuid":"u","published":"2026-09-31T12:00:00Z"}`: "RFC 3339",
	} {
		_, err := Parse([]byte(raw))
		assert.ErrorContains(t, err, complaint, raw)
	}
	e, err := Parse([]byte(" {\"nested\":{\"uuid\":\"no\"},\"uuid\":\"\\u0061\",\"published\":\"2026-11-21T13:00:00.5+01:00\"}\n"))
	require.NoError(t, err)
	assert.Equal(t, "a", e.UUID)
	assert.True(t, e.Published.Equal(time.Date(2026, 11, 21, 12, 0, 0, 500_000_000, time.UTC)))
}
