// SPDX-License-Identifier: Apache-2.0

// Package tail is okta-systemlog tail: it takes log records by OTLP, over gRPC and HTTP, and prints one line for each.
//
// A record of the receiver okta_systemlog is shown as time, severity, event type, actor, target, address and place, and
// outcome, with the detections that have marked it below. Other records are shown by their severity and their text.
// Whatever comes from the network is printed without control characters, so that no event can control the terminal.
package tail
