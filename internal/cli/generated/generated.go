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
	"strings"
)

// WriteFile replaces a file at once, with a mode whatever the one before had: whoever reads it meanwhile, or after a
// crash, has the whole old or the whole new content.
func WriteFile(path string, content []byte, mode fs.FileMode) error {
	// What a crash leaves under this name goes: it may have another mode, or be a link.
	part := Part(path)
	_ = os.Remove(part)
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
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

// Shell is a path as a shell takes it.
func Shell(path string) string {
	if path != "" && strings.IndexFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+:@%,=", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// Hash is the SHA-256 of a text, in hexadecimal.
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
