// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestSecretFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for name, tc := range map[string]struct{ text, want, says string }{
		"a word":          {"00abc", "00abc", ""},
		"byte order mark": {"\ufeff00abc\r\n", "00abc", ""},
		"white space":     {"\n 00abc\r\n", "00abc", ""},
		"empty":           {" \n", "", "is empty"},
		"more than one":   {"SSWS 00abc", "", "without the word SSWS"},
		"a whole archive": {strings.Repeat("x", 1<<20), "", "larger than 64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, path, tc.text)
			got, err := File(secret.Token, "api_token_file", path)()
			assert.Equal(t, tc.want, string(got))
			if tc.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.says)
			assert.ErrorContains(t, err, "no credential to send to okta: api_token_file")
			assert.NotContains(t, err.Error(), "00abc")
		})
	}
	_, err := File(secret.Token, "api_token_file", filepath.Join(t.TempDir(), "none"))()
	require.ErrorIs(t, err, os.ErrNotExist)
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, oktaerr.Unavailable, e.Kind, "a file that is being replaced is there again in a moment")
}

// publishers put a new version of a file in its place, each as a program does that keeps secrets.
var publishers = map[string]func(t *testing.T, folder, version, text string){
	// Kubernetes, for Secrets as volumes, and with it External Secrets and the Secrets Store CSI driver: all files are
	// links into ..data, a link to a folder of that version.
	"Kubernetes": func(t *testing.T, folder, version, text string) {
		require.NoError(t, os.Mkdir(filepath.Join(folder, ".."+version), 0o700))
		write(t, filepath.Join(folder, ".."+version, "okta"), text)
		before, _ := os.Readlink(filepath.Join(folder, "..data"))
		link(t, folder, ".."+version, "..data")
		if before == "" {
			link(t, folder, filepath.Join("..data", "okta"), "okta")
			return
		}
		require.NoError(t, os.RemoveAll(filepath.Join(folder, before)))
	},
	"a link to each version": func(t *testing.T, folder, version, text string) {
		write(t, filepath.Join(folder, version), text)
		link(t, folder, version, "okta")
	},
	"Vault Agent": func(t *testing.T, folder, version, text string) {
		write(t, filepath.Join(folder, version), text)
		require.NoError(t, os.Rename(filepath.Join(folder, version), filepath.Join(folder, "okta")))
	},
	"an editor": func(t *testing.T, folder, _, text string) { write(t, filepath.Join(folder, "okta"), text) },
}

// link makes a symbolic link, in the place of the one that is there.
func link(t *testing.T, folder, to, name string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("it is published so on Linux")
	}
	require.NoError(t, os.Symlink(to, filepath.Join(folder, "next")))
	require.NoError(t, os.Rename(filepath.Join(folder, "next"), filepath.Join(folder, name)))
}

func TestNewKeyFilesAreTakenAsTheyArePublished(t *testing.T) {
	for name, publisher := range publishers {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			publish := func(version, key string) { publisher(t, folder, version, key) }
			publish("v1", pemOf(t, testKey))
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, oktatest.Options{}, requireDPoP)
				r.settings.Client = PrivateKeyFile(testClient, testKeyID, "oauth.private_key_file", filepath.Join(folder, "okta"))
				transport := r.transport(t)
				requireStatus(t, http.StatusOK, transport)

				// The key is replaced in the app and its tokens are revoked: the 401 leads to the new file.
				other := mustKey()
				r.org.ChangeApp(testClient, func(a *authserver.App) { a.Keys[0] = authserver.ActiveKey(testKeyID, other.Public()) })
				publish("v2", pemOf(t, other))
				r.org.RevokeTokens(testClient)
				requireStatus(t, http.StatusOK, transport)

				// A file that is spoiled does not matter before a token is due, and is said so then.
				publish("v3", "half a ke")
				requireStatus(t, http.StatusOK, transport)
				time.Sleep(time.Hour) // virtual
				e := requireCause(t, oktaerr.CauseCredentialFile, oktaerr.Unavailable, transport)
				assert.NotContains(t, e.Error(), "half a ke")
				publish("v4", pemOf(t, other))
				requireStatus(t, http.StatusOK, transport)
				assert.Empty(t, r.org.FailedGrants())
			})
		})
	}
}

func TestNewTokenFilesAreTakenAsTheyArePublished(t *testing.T) {
	for name, publish := range publishers {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			read := File(secret.Token, "api_token_file", filepath.Join(folder, "okta"))
			for _, version := range []string{"v1", "v2", "v3"} {
				publish(t, folder, version, "00token-"+version+"\n")
				token, err := read()
				require.NoError(t, err)
				assert.Equal(t, "00token-"+version, string(token))
			}
		})
	}
}

func TestClientSecretFileIsReadForEveryToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	write(t, path, "first\n")
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{}, func(a *authserver.App) {
			integration(a)
			a.Secrets = []authserver.AppSecret{{Value: "first"}, {Value: "second"}}
		})
		r.settings.Client = ClientSecret(testClient, File(secret.ClientSecret, "oauth.client_secret_file", path))
		transport := r.transport(t)
		requireStatus(t, http.StatusOK, transport)
		write(t, path, "second\n")
		r.org.ChangeApp(testClient, func(a *authserver.App) { a.Secrets[0].Inactive = true })
		time.Sleep(time.Hour) // virtual
		requireStatus(t, http.StatusOK, transport)
		assert.Empty(t, r.org.FailedGrants())
	})
}
