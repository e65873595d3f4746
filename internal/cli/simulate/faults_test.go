// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

func TestFaultsRecur(t *testing.T) {
	org, token, stop := start(t, "--rate", "0", "--fault", "500,bad-cursor,429", "--fault-every", "2")
	var statuses []int
	for range 8 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, org+"/api/v1/logs", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "SSWS "+token)
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_ = response.Body.Close()
		statuses = append(statuses, response.StatusCode)
		if response.StatusCode == http.StatusTooManyRequests {
			assert.Equal(t, []string{"60", "0"}, []string{response.Header.Get("X-Rate-Limit-Limit"), response.Header.Get("X-Rate-Limit-Remaining")})
		}
	}
	assert.Equal(t, []int{200, 500, 200, 429, 200, 500, 200, 429}, statuses, "no request has a cursor that could be refused")
	assert.NoError(t, stop())
}

func TestFaultsOfOtherEndpoints(t *testing.T) {
	org, token, stop := start(t, "--rate", "0", "--fault", "503", "--fault-every", "1", "--fault-at", "hooks,management")
	for path, want := range map[string]int{"logs": http.StatusOK, "eventHooks": http.StatusServiceUnavailable} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, org+"/api/v1/"+path, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "SSWS "+token)
		status, _ := exchange(t, r)
		assert.Equal(t, want, status, path)
	}
	assert.NoError(t, stop())
}

func TestHelpNamesEachFaultOnALineOfItsOwn(t *testing.T) {
	var help bytes.Buffer
	require.NoError(t, command(t.Context(), []string{"--help"}, &help))
	for _, named := range fault.All() {
		assert.Equal(t, 1, strings.Count(help.String(), fmt.Sprintf("\n  %-17s %s\n", named.Name, named.Help)), named.Name)
	}
	_, flags, found := strings.Cut(help.String(), "Flags:\n")
	require.True(t, found)
	for line := range strings.Lines(flags) {
		assert.Regexp(t, `^ {2}(-h,|   ) --[a-z-]+ `, line)
	}
}
