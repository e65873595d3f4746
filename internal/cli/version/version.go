// SPDX-License-Identifier: Apache-2.0

// Package version is the version of the program.
package version

// Version is that of the whole project, which builder-config.yaml has as well.
const Version = "0.1.0"
