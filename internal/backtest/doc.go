// SPDX-License-Identifier: Apache-2.0

// Package backtest runs the detections of a Collector configuration over events of the past and counts what matches.
//
// There is no second rule engine: the built collector runs with the user's processors and connectors, and only what is
// around them is changed. It polls a simulated org that serves the recorded events, or the real one from an earlier
// time; it keeps its position in a directory of its own; and where the configuration exports, the names of the rules
// that matched go to a file.
package backtest
