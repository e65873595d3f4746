// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheChallengeThatNamesAnErrorCounts(t *testing.T) {
	h := http.Header{"Www-Authenticate": {`Bearer realm="x"`, `DPoP error="use_dpop_nonce", error_description="a, b"`}}
	code, description, challenged := Challenge(h)
	assert.True(t, challenged)
	assert.Equal(t, "use_dpop_nonce", code)
	assert.Equal(t, "a, b", description)
	_, _, challenged = Challenge(http.Header{"Www-Authenticate": {`Bearer realm="x"`}})
	assert.True(t, challenged)
	_, _, challenged = Challenge(http.Header{})
	assert.False(t, challenged)
}
