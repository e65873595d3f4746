// SPDX-License-Identifier: Apache-2.0

// Package jsonbench compares ways to walk Okta's JSON. It is a module of its own so that the product does not depend
// on the libraries that were not chosen. To run it:
//
//	go test -bench . -count 5
package jsonbench
