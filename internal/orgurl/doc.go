// SPDX-License-Identifier: Apache-2.0

// Package orgurl reads the address of an Okta org, however it is written, and says what was meant where it is none.
package orgurl
