// SPDX-License-Identifier: Apache-2.0

// Package management is what sets up a simulated org: the Applications API with keys, secrets and grants of apps, the
// admin roles of clients, and the org's setting about them.
//
// An app that is made here is a client of the authorization server at once, with the keys, scopes and roles that it
// has here. Each change is written into the org's own log. Rate limits, faults and credentials of the API are the
// org's. Rules and texts are those of Okta's Management API reference, its error catalogue and of recorded answers of
// real orgs; where those are silent or disagree, [Options] choose.
package management
