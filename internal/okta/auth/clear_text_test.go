// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestClearTextGoesToThisMachineOnly(t *testing.T) {
	for _, address := range []string{"127.0.0.1:80", "127.8.9.10:8080", "[::1]:80"} {
		assert.NoError(t, refuseOthers("tcp", address, nil), address)
	}
	for _, address := range []string{"192.0.2.1:80", "[2001:db8::1]:80", "0.0.0.0:80", "example.com:80", "nonsense"} {
		assert.ErrorContains(t, refuseOthers("tcp", address, nil), "which is another machine", address)
	}
}
