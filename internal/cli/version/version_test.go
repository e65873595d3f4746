// SPDX-License-Identifier: Apache-2.0

package version

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVersionIsTheMostCertainOne(t *testing.T) {
	for name, c := range map[string]struct{ given, module, want string }{
		"a release":       {"1.2.3", "(devel)", "1.2.3"},
		"go install":      {"", "v1.2.3", "1.2.3"},
		"a commit":        {"", "v0.0.0-20261126120000-0123456789ab", "0.0.0-20261126120000-0123456789ab"},
		"go run, go test": {"", "(devel)", "dev"},
		"nothing known":   {"", "", "dev"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, choose(c.given, c.module))
		})
	}
}
