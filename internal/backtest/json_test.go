// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPrintJSON(t *testing.T) {
	r := newResult([]string{"a <b>", "never"})
	r.Read, r.Matched, r.Exported = 7, 3, 6
	r.Matches["a <b>"] = map[string]int{"2026-11-21": 2, "2026-11-22": 1}
	var to bytes.Buffer
	require.NoError(t, r.PrintJSON(&to))
	assert.JSONEq(t, `{"read":7,"matched":3,"exported":6,"exported_at_least":false,"counts_within_windows":false,"time_zone":"UTC",
		"rules":[{"rule":"a <b>","total":3,"days":{"2026-11-21":2,"2026-11-22":1}},{"rule":"never","total":0,"days":{}}]}`, to.String())
	assert.Contains(t, to.String(), "a <b>")
}
