// SPDX-License-Identifier: Apache-2.0

// Package filestore opens the files in which the extension file_storage keeps what receivers store, while no collector
// has them open.
//
// It names and opens them as file_storage v0.158.0 does. It never creates, compacts or replaces a file by itself, which
// the extension may be configured to.
package filestore
