// SPDX-License-Identifier: Apache-2.0

// Package generated is for what commands write: files that are whole at any time, and texts as YAML and shells take
// them.
package generated

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// WriteFile replaces a file at once, with a mode whatever the one before had: whoever reads it meanwhile, or after a
// crash, has the whole old or the whole new content.
func WriteFile(path string, content []byte, mode fs.FileMode) error {
	// What a crash leaves under this name goes: it may have another mode, or be a link.
	part := Part(path)
	_ = os.Remove(part)
	file, err := create(part, mode)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = replace(part, path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// create makes a file that is not there yet. On Windows a mode means nothing, and who may read the file is another
// matter.
func create(path string, mode fs.FileMode) (*os.File, error) {
	if mode == 0o600 {
		return createPrivate(path)
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the operator names the file
}

// Part is the name of a file while it is being written.
func Part(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".part")
}

// YAML is a text as the YAML of a Collector configuration has it in double quotes. A $ stands twice, since the
// Collector takes ${…} for a reference.
func YAML(text string) (string, error) {
	quoted, err := json.Marshal(strings.ReplaceAll(text, "$", "$$"))
	return string(quoted), err
}

// Shell is a path or another text as a shell of this system takes it.
func Shell(text string) string {
	if runtime.GOOS == "windows" {
		return shellOfWindows(text)
	}
	if isPlain(text, "/._-+:@%,=") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// shellOfWindows is a text as cmd.exe and PowerShell take it. No path has quotes in it there.
func shellOfWindows(text string) string {
	if isPlain(text, `\/._-+:~=`) {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
}

// isPlain reports whether a text has nothing but ASCII letters, digits and some signs in it.
func isPlain(text, signs string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune(signs, r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}

// Hash is the SHA-256 of a text, in hexadecimal.
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
