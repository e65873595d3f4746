// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
)

func TestDrivesAreNoSchemes(t *testing.T) {
	assert.Equal(t, generated.Shell(`C:\okta\collector.yaml`), asFile(`C:\okta\collector.yaml`))
}
