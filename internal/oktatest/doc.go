// SPDX-License-Identifier: Apache-2.0

// Package oktatest simulates Okta orgs, for tests and demonstrations.
//
// An [Org] is an http.Handler that is as strict as the real API: credentials, parameters, polling and bounded queries,
// cursors, links, retention, rate limits and error bodies follow Okta's documentation and what was seen on real orgs.
// Where those are silent, [Options] choose. Events are committed in persistence order, which differs from the order of
// their published times just as it does at Okta. Make one with [NewOrg].
//
// This package is the System Log API and what all endpoints share: who may call, how often, and what went wrong with
// the answer. The rest has packages of its own:
//
//   - authserver issues access tokens, plain or bound to a DPoP key, and checks those that are presented;
//   - eventhooks keeps event hooks and sends them events, which it may repeat, lose and reorder as Okta may;
//   - management keeps apps with their keys, secrets, grants and roles, each of them a client of the former;
//   - fault is what can go wrong with an answer, to be queued with [Org.Inject];
//   - filter is the language of the parameters `filter` and `q`;
//   - generate makes realistic events and appends them to an org;
//   - hostile is an answer that means harm, and what it costs;
//   - logevent is one event, apierror an error answer, api what the endpoints have in common.
//
// Everything runs on Options.Now and on context-aware timers. Behind [Org.Transport], which opens no sockets, a day of
// polling takes milliseconds in a testing/synctest bubble.
package oktatest
