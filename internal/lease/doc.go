// SPDX-License-Identifier: Apache-2.0

// Package lease has a receiver work only while it holds a lease, so that of several replicas one polls.
//
// An elector, such as contrib's k8s_leader_elector extension, tells when the lease is gained and lost. Each time it is
// held is a term. Terms follow each other and never overlap: the next one begins when the one before it has ended,
// whatever the order in which the elector calls.
package lease // import "github.com/otel-okta/okta-systemlog-receiver/internal/lease"
