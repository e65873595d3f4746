// SPDX-License-Identifier: Apache-2.0

// Package api is what the endpoints of a simulated org have in common: their paths, the scopes that open them, and how
// an answer is written.
package api
