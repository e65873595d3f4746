// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// MaxBytes bounds what is read of a file: the largest key or JWK is a few kilobytes.
const MaxBytes = 64 << 10

// Place is where a secret comes from.
type Place struct {
	// Setting is the configuration's name for it, such as api_token or api_token_file.
	Setting string
	// Path is the file that Setting names, "" for a value that stands in the configuration.
	Path string
}

// String names the place. It does not repeat a path that may be the secret, written into the wrong setting.
func (p Place) String() string {
	if !isPlainPath(p.Path) {
		return p.Setting
	}
	return p.Setting + " " + p.Path
}

// Errorf is a sentence about what the place holds: what is wrong, a colon, and what to do.
func (p Place) Errorf(format string, args ...any) error {
	return fmt.Errorf("%s "+format, append([]any{p}, args...)...)
}

// Beside is the setting of the same form, value or file, for another secret: Beside("oauth.private_key") of
// api_token_file is oauth.private_key_file.
func (p Place) Beside(setting string) string {
	if p.Path == "" {
		return setting
	}
	return setting + "_file"
}

// Instead says how to put the right thing in its place.
func (p Place) Instead(thing string) string {
	if p.Path == "" {
		return "set it to " + thing
	}
	return "write " + thing + " into the file, and nothing else"
}

// ReadFile reads the file of a place. Files of all modes are read: Kubernetes mounts secrets readable for everybody by
// default, and on Windows modes say nothing.
func (p Place) ReadFile() (string, error) {
	file, err := os.Open(p.Path)
	if err != nil {
		return "", p.unreadable(err)
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return "", p.Errorf("is a directory: name the file in it that holds the secret")
	}
	text, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return "", p.unreadable(err)
	}
	return string(text), nil
}

// unreadable is the error of a file that can't be read. What the system says has the path in it, which may be the
// secret: the reason alone is repeated.
func (p Place) unreadable(err error) error {
	if of := (*fs.PathError)(nil); errors.As(err, &of) {
		err = of.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isPlainPath(p.Path):
		return fmt.Errorf("%s can't be read: %w: put the file there, or correct the path, or set %s to the secret if it is the secret itself", p, err, strings.TrimSuffix(p.Setting, "_file"))
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s can't be read: %w: put the file there, or correct the path", p, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s can't be read: %w: let the user that the collector runs as read it", p, err)
	}
	return fmt.Errorf("%s can't be read: %w: correct the path, or check the file and the disk that it is on", p, err)
}
