// SPDX-License-Identifier: Apache-2.0

// Package config is the command that writes a Collector configuration for many orgs, from a file of comma-separated
// values (RFC 4180) with a line for each.
//
// All orgs share one pipeline. It labels each record with the workspace of its org, and the connector routing gives it
// to the far end of its org. Both go by the resource attribute okta.org.domain, which the receiver sets from org_url:
// nothing in an event can change it.
//
// What the file holds is data, whoever wrote it: it is quoted in the configuration, which is read back before it is
// given out.
package config
