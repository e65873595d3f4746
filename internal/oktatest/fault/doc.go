// SPDX-License-Identifier: Apache-2.0

// Package fault is what can go wrong with an answer, as values: a status with the body that belongs to it, a header
// that is missing or wrong, a page that breaks off, hangs, or never ends, a token that is not what was asked for. A
// test queues them at an org, and each is met by one request.
package fault
