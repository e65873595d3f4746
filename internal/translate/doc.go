// SPDX-License-Identifier: Apache-2.0

// Package translate turns the JSON text of Okta LogEvents into OpenTelemetry log records. It is pure: no input or
// output, no clock.
//
// # Rules
//
//  1. A field that has a semantic-convention name (release 1.43.0) is moved there; attributes.go lists them.
//  2. Every other field is okta. and its JSON path in snake_case.
//  3. Objects flatten into dotted attributes, arrays become slices, objects in arrays maps with snake_case keys. Okta's
//     free-form maps stay one map each, keys as they are: debugContext.debugData, transaction.detail, and detailEntry
//     and changeDetails wherever they stand.
//  4. Nothing is lost. null, absent and empty objects are left out, also inside maps, and an object whose members are
//     all left out is empty. Empty strings and empty arrays are kept. null and {} in an array keep their positions, as
//     an empty value and an empty map. A member of a free-form map that is null is kept as an empty value, at any
//     depth: some such maps say in their keys all that they say, as {"New Device=POSITIVE":null} does.
//  5. Values keep their type. An integer that fits int64 is an int (-0 is 0), another number a double when that is
//     exact, else the digits as text. Exact means: written with as many digits as were sent, the double is the number
//     that was sent. So 1.0, 1e3, 0.1 and 2⁶³ are doubles; 2⁶³+1 and 1e400 are text.
//
// # What the rules leave open
//
// A moved field that does not fit its new place stays under rule 2: a client.ipAddress that is no address, `unknown` in
// any case, which Okta writes where it has no value, and any value of another type than expected. For the same reasons
// no copy is made of a value: user.* of an actor who is unknown, url.path of a requestUri that does not begin with / or
// has a query. Numbers are taken for postalCode (as text) and, in any range, for lat and lon (as doubles). Only
// client.zone "null" is left out altogether: it says that there is no zone.
//
// error.type is there when outcome.result is FAILURE or DENY: the reason when it is a code, else _OTHER.
//
// displayMessage is okta.display_message where the body is the event's text. EventName is empty without an eventType.
// okta.published is there when Timestamp cannot say the same: no RFC 3339 time, a time before 1970 or after 2261, more
// than nine decimals. uuid counts when it is a string that is not empty; every other one is okta.uuid.
//
// # What is derived
//
// Beside the fields, which stay where they are, a record has attributes of what the event says inside strings and
// lists: table_derived.go lists them. All of them can be left out ([Options].WithoutDerived). What is of none of these
// shapes says nothing, and neither does unknown:
//
//   - A risk is text of a Java map such as {reasons=A, B, level=HIGH}, in any order, among other members and with Risk
//     before it; or an object with level and reasons, a text or a list; or its JSON text. It has a level, LOW, MEDIUM
//     or HIGH. Of several risks the highest level counts, with the reasons of the first that has it and reasons.
//   - Behaviors are text of a Java map such as {New Device=POSITIVE, Velocity=NEGATIVE}; or a list of such members, or
//     of objects with name and result; or an object of names and results, or with such members as keys; or JSON text
//     of these. Results are POSITIVE, NEGATIVE, UNKNOWN and BAD_REQUEST. A name becomes snake_case without the word
//     Behavior at its end; of several results for one name the first of these four counts.
//   - Both stand in securityContext (risk, userBehaviors), as Okta documents but no published event shows, in debugData
//     (risk, behaviors), and in debugData.logOnlySecurityData, an object or its JSON text.
//   - threatDetections is an object of names and levels, tunnels a list of objects; or their JSON text. Keys stay as
//     they are.
//   - The first target of each kind has attributes, and kindOfTarget says which types are of which kind. Where there
//     are several of a kind, one tells how many.
//
// No name of an attribute is the beginning of another one up to a dot: Elasticsearch refuses that.
//
// # Names that two values could have
//
// Of equal keys in an object the last one counts. When two keys differ but not in snake_case, the one that is
// snake_case already has the name, or else the first, and the other keeps its JSON name: okta.device.os_version and
// okta.device.osVersion. When a key with a dot has the name of another field's path, it gets a number: okta.a.b#2. So
// does a field with the name of an attribute that is added to, or derived from, the same event: okta.category#2. Dots,
// spaces and empty keys are otherwise taken as they are.
//
// Containers more than 28 deep are kept as JSON text, objects under a name of 256 bytes or more as maps: a hostile
// event can neither exhaust the stack nor grow beyond a small multiple of its size. Bytes that are not UTF-8 and
// surrogates without their other half become U+FFFD, also in the copy of the event's text: OTLP knows valid UTF-8 only.
//
// # Reading JSON
//
// Walking each leaf of a page of 1,000 varied events (2.1 MB; internal/tools/jsonbench, Go 1.26, AMD EPYC, one
// processor, median of five), each walk ending with strings that outlive it:
//
//	                      time   to json.Valid   allocations per event
//	jsontape             6.3 ms       0.58            1.1
//	tidwall/gjson       10.5 ms       0.97            1.2
//	valyala/fastjson    14.1 ms       1.31          141
//	jsontext            16.3 ms       1.51          139
//	json.Valid          10.8 ms       1
//
// gjson reads an inner object again for each level around it and checks nothing. fastjson's strings lie in a buffer
// that the next event overwrites, so each must be copied; it takes `01` and `\u00zz` for JSON and leaves half a
// surrogate pair as six characters. jsontext is strict and the slowest, and its strings must be copied as well. All
// three keep the digits of numbers. The tape in [jsontape] is some 600 lines that accept exactly what json.Valid
// accepts, which a fuzz test proves, and tell the sizes of all maps before the first one is made; hence no library.
package translate
