// SPDX-License-Identifier: Apache-2.0

// Package version is the version of the program.
package version

import (
	"runtime/debug"
	"strings"
)

// given is set by the linker: make takes it from builder-config.yaml, a release from its tag. The collector's is set in
// the same way, from the same place.
var given string

// Version is that of the whole project, without a v before it. Where the linker was told none it is the module's, which
// go install knows, and otherwise dev.
var Version = choose(given, moduleVersion())

func choose(given, module string) string {
	switch {
	case given != "":
		return given
	case strings.HasPrefix(module, "v"):
		return module[1:]
	default:
		return "dev"
	}
}

func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Version
}
