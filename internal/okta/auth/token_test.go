// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTokenFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	source := TokenFile(file)
	_, err := source()
	require.ErrorContains(t, err, "read api_token_file")

	for text, want := range map[string]string{
		"":                   "is empty",
		" \n":                "is empty",
		"SSWS 00secret":      "more than a token",
		"00secret\n00secret": "more than a token",
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := source()
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "00secret")
	}

	for _, want := range []string{"00first", "00second"} {
		require.NoError(t, os.WriteFile(file, []byte("  "+want+"\r\n"), 0o600))
		token, err := source()
		require.NoError(t, err)
		assert.Equal(t, want, string(token), "read again each time")
	}
}

func TestSSWSGoesToTheOrgOnly(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization"))
	}))
	defer server.Close()
	org, err := url.Parse(server.URL)
	require.NoError(t, err)
	client := &http.Client{Transport: SSWS(org, StaticToken("00secret"), server.Client().Transport)}

	ask := func(address string) error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		require.NoError(t, err)
		resp, err := client.Do(req)
		if err == nil {
			require.NoError(t, resp.Body.Close())
		}
		assert.Empty(t, req.Header.Get("Authorization"), "the caller's request stays as it was")
		return err
	}
	require.NoError(t, ask(server.URL))
	assert.Equal(t, []string{"SSWS 00secret"}, got)
	for _, address := range []string{"https://" + org.Host, "http://localhost:" + org.Port(), "http://127.0.0.1:1"} {
		err := ask(address)
		require.ErrorContains(t, err, "refused to send the API token")
		assert.NotContains(t, err.Error(), "00secret")
	}
	assert.Len(t, got, 1)
}
