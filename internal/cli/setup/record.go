// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
)

// Names of the files that a set-up writes into its directory.
const (
	recordFile  = "setup.json"
	keyFile     = "okta-private-key.json"
	nextKeyFile = "okta-next-private-key.json"
	secretFile  = "okta-hook-secret"
	configFile  = "collector.yaml"
	storageDir  = "storage"
)

// recordVersion is the version of the record that this program writes.
const recordVersion = 1

// record is what a set-up remembers. It holds no secret.
type record struct {
	Version int `json:"version"`
	// Org is scheme and host of the org.
	Org string `json:"org"`
	// Name is the label of the app and the name of the event hook.
	Name string `json:"name"`
	// Instance marks what this set-up has made in the org.
	Instance string `json:"instance"`
	AppID    string `json:"app_id,omitempty"`
	ClientID string `json:"client_id,omitempty"`
	// KeyID is the kid of the key in use.
	KeyID string `json:"key_id,omitempty"`
	// ReplacedKeyIDs are the kids of keys that rotate has replaced and not retired yet.
	ReplacedKeyIDs []string `json:"replaced_key_ids,omitempty"`
	HookID         string   `json:"event_hook_id,omitempty"`
	HookURL        string   `json:"event_hook_url,omitempty"`
	// HookSecret is the SHA-256 of the secret that Okta has, in hexadecimal. Okta never tells it.
	HookSecret string `json:"event_hook_secret_sha256,omitempty"`
	// HookEndpoint is what the collector listens on for the event hook.
	HookEndpoint string `json:"event_hook_endpoint,omitempty"`
	// Config is the SHA-256 of the collector configuration as it was written, in hexadecimal, and NextConfig that of one
	// that is being written.
	Config     string `json:"configuration_sha256,omitempty"`
	NextConfig string `json:"next_configuration_sha256,omitempty"`
}

// uses notes the key that is in use. The one before counts as replaced.
func (r *record) uses(kid string) {
	if r.KeyID != "" {
		r.ReplacedKeyIDs = append(r.ReplacedKeyIDs, r.KeyID)
	}
	r.KeyID = kid
	slices.Sort(r.ReplacedKeyIDs)
	r.ReplacedKeyIDs = slices.Compact(slices.DeleteFunc(r.ReplacedKeyIDs, func(known string) bool { return known == kid }))
}

// wrote reports whether setup has written a configuration as it is.
func (r *record) wrote(config []byte) bool {
	sum := generated.Hash(config)
	return sum == r.Config || sum == r.NextConfig
}

// directory is where a set-up keeps its files.
type directory string

func (d directory) path(name string) string { return filepath.Join(string(d), name) }

// load reads the record of the directory; it is nil when there is none.
func (d directory) load() (*record, error) {
	text, err := os.ReadFile(d.path(recordFile))
	switch {
	case err != nil && d.isFile(): // where Windows says that there is no such path
		return nil, fmt.Errorf("%s is a file: name a directory with --out", string(d))
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the record of the set-up: %w", err)
	}
	var r record
	if err := json.Unmarshal(text, &r); err != nil || r.Org == "" || r.Instance == "" {
		return nil, fmt.Errorf("%s is not the record of a set-up: restore it from a copy, or use another --out", d.path(recordFile))
	}
	if r.Version > recordVersion {
		return nil, fmt.Errorf("%s was written by a newer okta-systemlog (version %d of the record, this one knows %d): use that one", d.path(recordFile), r.Version, recordVersion)
	}
	return &r, nil
}

// save writes the record.
func (d directory) save(r *record) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the record of the set-up: %w", err)
	}
	return d.write(recordFile, append(text, '\n'))
}

// write replaces a file at once, readable for its owner only.
func (d directory) write(name string, content []byte) error {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return fmt.Errorf("make the directory of the files: %w", err)
	}
	return generated.WriteFile(d.path(name), content, 0o600)
}

// part is the name of a file while it is being written.
func (d directory) part(name string) string { return generated.Part(d.path(name)) }

// isFile reports whether there is a file in the place of the directory.
func (d directory) isFile() bool {
	info, err := os.Stat(string(d))
	return err == nil && !info.IsDir()
}

// read returns the content of a file; it is nil when there is none.
func (d directory) read(name string) ([]byte, error) {
	content, err := os.ReadFile(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", d.path(name), err)
	}
	return content, nil
}

// remove deletes a file, if there is one.
func (d directory) remove(name string) error {
	if err := os.Remove(d.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", d.path(name), err)
	}
	return nil
}

// newInstance returns an id that no other set-up has.
func newInstance() string { return rand.Text() }
