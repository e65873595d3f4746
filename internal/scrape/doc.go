// SPDX-License-Identifier: Apache-2.0

// Package scrape reads the metrics that a running Collector shows to Prometheus: for the backtest and the benchmark,
// which follow a collector at work, and for tests.
package scrape
