// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCanonical(t *testing.T) {
	for name, tc := range map[string]struct{ hook, polled string }{
		"a chain": {
			`{"uuid":"u1","client":{"zone":"null","ipChain":[{"ip":"198.51.100.7"}],"id":null},"n":1.50}`,
			`{"uuid":"u1","client":{"zone":null,"id":null},"n":1.50,"request":{"ipChain":[{"ip":"198.51.100.7"}]}}`,
		},
		"only a chain":     {`{"client":{"ipChain":[]}}`, `{"client":{},"request":{"ipChain":[]}}`},
		"no request":       {`{"client":{"ipChain":[1]},"request":null}`, `{"client":{},"request":{"ipChain":[1]}}`},
		"a request":        {`{"client":{"ipChain":[1]},"request":{"ipChain":[2]}}`, `{"client":{"ipChain":[1]},"request":{"ipChain":[2]}}`},
		"no chain":         {`{"client":{"zone":"OffNetwork","ipChain":null}}`, `{"client":{"zone":"OffNetwork","ipChain":null}}`},
		"no client":        {`{"uuid":"u1","client":null}`, `{"uuid":"u1","client":null}`},
		"nothing":          {`{}`, `{}`},
		"no object":        {`[1]`, `[1]`},
		"not JSON":         {`{"client":`, `{"client":`},
		"a key with quote": {`{"a\"b":1,"client":{}}`, `{"a\"b":1,"client":{}}`},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.polled, string(canonical([]byte(tc.hook)))) })
	}
}
