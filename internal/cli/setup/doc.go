// SPDX-License-Identifier: Apache-2.0

// Package setup is the commands that make what a receiver needs in an org, change its key, and take everything away
// again: setup, rotate and teardown.
//
// What is there is found out from the org each time, so that a command that was broken off goes on when it is run
// again. The one thing that must be known before is whose an app is: a record in the directory of the files
// (record.go) has the id of the set-up, which the app carries in its profile and the event hook in its description.
// The record is written before the first of them is made.
package setup
