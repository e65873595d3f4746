// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"go.opentelemetry.io/collector/component"
)

// Path is the file of a receiver in the directory of a file_storage, whether or not it is there.
func Path(directory string, receiver component.ID) string {
	name := sanitized(fmt.Sprintf("receiver_%s_%s", receiver.Type(), receiver.Name()))
	path := filepath.Join(directory, name)
	if _, err := os.Lstat(path); errors.Is(err, syscall.ENAMETOOLONG) {
		sum := sha256.Sum256([]byte(name))
		return filepath.Join(directory, hex.EncodeToString(sum[:]))
	}
	return path
}

// sanitized replaces what may not be in the name of a file on some system, such as a slash, by a tilde and its number.
func sanitized(name string) string {
	var safe strings.Builder
	for _, character := range name {
		switch {
		case character >= 'a' && character <= 'z', character >= 'A' && character <= 'Z', character >= '0' && character <= '9',
			strings.ContainsRune("._-", character):
			safe.WriteRune(character)
		default:
			fmt.Fprintf(&safe, "~%04X", character)
		}
	}
	return safe.String()
}

// Receivers are those of a type that have a file in a directory, in alphabetical order. Names that file_storage has
// shortened can't be told.
func Receivers(directory string, of component.Type) []component.ID {
	prefix := fmt.Sprintf("receiver_%s_", of)
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil
	}
	var ids []component.ID
	for _, entry := range entries {
		name, found := strings.CutPrefix(entry.Name(), prefix)
		if !found || entry.IsDir() || copyName.MatchString(name) {
			continue
		}
		// What does not come out as the same name is not one that file_storage has written.
		id := component.NewIDWithName(of, original(name))
		if filepath.Base(Path(directory, id)) == entry.Name() {
			ids = append(ids, id)
		}
	}
	return ids
}

var (
	replaced = regexp.MustCompile(`~[0-9A-F]{4}`)
	copyName = regexp.MustCompile(`\.before-[a-z]+-\d{8}T\d{6}Z(-\d+)?(\.part)?$`)
)

// original is the name that was sanitized.
func original(name string) string {
	return replaced.ReplaceAllStringFunc(name, func(number string) string {
		character, _ := strconv.ParseUint(number[1:], 16, 32) // it matches
		return string(rune(character))
	})
}
