// SPDX-License-Identifier: Apache-2.0

// Package scenario is what a simulated org goes through: a working day of people in several time zones, and in it an
// account takeover, a burst, or an incident at Okta.
//
// A [Scenario] appends a backlog, the day before now, and then new events. The same seed makes the same people, and at
// the same time the same events. Where package generate makes events of every type and with every flaw, here a type is
// as frequent as it is in an org at work, and nothing is malformed: what is seen of an attack is to be its own.
package scenario
