// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// mark is what the first line begins with, and sum what the last line of the comment does.
const (
	mark = "# Written by okta-systemlog config"
	sum  = "# sha256 of what follows: "
)

// commented is a configuration below a comment that says how it was made, and that tells whether it was changed since.
func commented(text string, opts options) string {
	command := "#   okta-systemlog config"
	for _, flag := range []struct{ name, value, usual string }{
		{"orgs", filepath.Base(opts.orgs), ""}, {"endpoint", opts.far.endpoint, ""}, {"endpoint-token-file", opts.far.tokenFile, ""},
		{"start-at", opts.startAt, ""}, {"poll-interval", opts.pollInterval, ""}, {"storage", opts.storage, defaultStorage},
	} {
		if flag.value != flag.usual {
			command += fmt.Sprintf(" \\\n#     --%s %s", flag.name, wire.Printable(generated.Shell(flag.value), maxText))
		}
	}
	return fmt.Sprintf("%s: change the file of orgs and run it again. Once this file is changed, it is\n# not overwritten.\n#\n%s\n#\n%s%s\n",
		mark, command, sum, generated.Hash([]byte(text))) + text
}

// isOwn reports whether a file is as this command has written it.
func isOwn(content []byte) bool {
	comment, text, found := bytes.Cut(content, []byte("\n"+sum))
	hash, text, ended := bytes.Cut(text, []byte("\n"))
	return found && ended && bytes.HasPrefix(comment, []byte(mark)) && string(hash) == generated.Hash(text)
}

// write writes the configuration, unless there is something that this command has not written.
func write(path string, text []byte, overwrite bool) error {
	there, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	switch {
	case err == nil && !overwrite && !isOwn(there):
		return exit.Usagef("%s was changed since this command wrote it, or was not written by it: name another file with --output, or add --overwrite", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read what is there: %w", err)
	}
	return generated.WriteFile(path, text, 0o644)
}
