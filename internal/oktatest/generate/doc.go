// SPDX-License-Identifier: Apache-2.0

// Package generate makes System Log events that look like those of a real org: about synthetic people, of the event
// types that orgs see most, with the members and the flaws seen in published Okta data. One seed makes one sequence.
//
// A [Generator] makes events, pages, and elements that are no events at all. A [Feed] appends a generator's events to
// an org: a backlog at once, or new events at a rate, some of them later than they were published.
package generate
