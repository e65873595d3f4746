// SPDX-License-Identifier: Apache-2.0

// Manpages writes the manual pages of okta-systemlog, one for each command, into a folder: go run
// ./internal/cmd/manpages _build/man. They bear the date of SOURCE_DATE_EPOCH, in seconds since 1970, so that the same
// commit has the same pages.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra/doc"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manpages folder")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "manpages:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil { //nolint:gosec // whoever makes a release names it
		return err
	}
	root := cli.Root()
	root.DisableAutoGenTag = true
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "okta-systemlog", Manual: "Okta System Log"}, folder)
}
