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

// String names the place.
func (p Place) String() string {
	if p.Path == "" {
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

// unreadable is the error of a file that can't be read. What the system says has the path in it.
func (p Place) unreadable(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s can't be read: %w: put the file there, or correct the path", p.Setting, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s can't be read: %w: let the user that the collector runs as read it", p.Setting, err)
	}
	return fmt.Errorf("%s can't be read: %w: check the file and the disk that it is on", p.Setting, err)
}

// CheckPath reports what is wrong with a setting that names a file, without opening it. The file itself may come later.
// is is the setting that takes the secret as a value. Its error does not repeat the path, which may be the secret.
func CheckPath(setting, path, is string) error {
	trimmed := strings.TrimSpace(path)
	switch {
	case path == "":
		return nil
	case strings.Contains(path, "-----BEGIN"), strings.HasPrefix(trimmed, "{"), oktaToken.MatchString(trimmed):
		return fmt.Errorf("%s is the secret itself, and takes the path of a file that holds it: set %s to it instead", setting, is)
	case unexpanded.MatchString(trimmed):
		return fmt.Errorf("%s is a variable that nothing has replaced with its value: write ${env:NAME} for the environment variable NAME, or the path itself", setting)
	case trimmed != path, strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || invisible(r) }):
		return fmt.Errorf("%s has white space around it, or characters that can't be seen: write the path again, without them", setting)
	case strings.HasPrefix(strings.ToLower(path), "file:"):
		return fmt.Errorf("%s is a URL: write the path alone, without %s", setting, path[:len(path)-len(strings.TrimLeft(path[len("file:"):], "/"))])
	case strings.HasPrefix(path, "~"):
		return fmt.Errorf("%s begins with ~, which only a shell replaces: write the whole path", setting)
	}
	return nil
}
