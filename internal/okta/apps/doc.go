// SPDX-License-Identifier: Apache-2.0

// Package apps is what a System Log receiver needs of Okta's APIs for API Services apps: the apps themselves, their
// public keys, the scopes that are granted to them, and their admin roles.
package apps
