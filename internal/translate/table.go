// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"slices"
	"strings"
	"sync"
)

// Attribute describes one attribute that records can have.
type Attribute struct {
	Name string
	Group
	// Type is the type of its value. That of a field which Okta sends in another type is another one.
	Type string
	// From is where it comes from, in Markdown: Okta's field, and when it is there.
	From string
	Privacy
}

// Group says by which rule an attribute has its name.
type Group int

// The groups.
const (
	Conventional Group = iota + 1 // a name of the semantic conventions
	Own                           // okta. and the field's path
	Added                         // the translator's own, or the event hook's
	Derived                       // what stands inside strings and lists, unless Options.WithoutDerived
)

// Privacy is what examples/privacy.yaml, and the archive of examples/hot-and-archive.yaml, make of an attribute. Each
// attribute must have one: a new one is personal until somebody has looked.
type Privacy string

// What can become of an attribute there.
const (
	Kept      Privacy = "kept"
	Pseudonym Privacy = "pseudonym"
	Dropped   Privacy = "dropped"
)

// Types of values.
const (
	typeText    = "text"
	typeInt     = "integer"
	typeDouble  = "double"
	typeBool    = "boolean"
	typeTexts   = "list of texts"
	typeMaps    = "list of maps"
	typeMap     = "map"
	typeAnyList = "list"
	typeAny     = "any"
)

// Attributes returns what is documented: all attributes of fields that Okta documents, and all of the translator's own.
// Fields that Okta adds some day have attributes as well, by the same rule as those of the group Own.
func Attributes() []Attribute {
	return slices.Concat(conventional, own, added, derivedAttributes())
}

// ourNames are the names that the translator gives to what is no field, up to the first dot behind okta: a field whose
// attribute begins so gives way where there is such an attribute.
var ourNames = sync.OnceValue(func() map[string]bool {
	ours := map[string]bool{attrParseError: true, attrReplay: true}
	for _, a := range derivedAttributes() {
		if name, isOkta := strings.CutPrefix(a.Name, prefix); isOkta {
			name, _, _ = strings.Cut(name, ".")
			ours[prefix+name] = true
		}
	}
	return ours
})

var conventional = []Attribute{
	{"log.record.uid", Conventional, typeText, "`uuid`", Kept},
	{"log.record.original", Conventional, typeText, "the whole event, with `include_log_record_original`", Dropped},
	{"user.id", Conventional, typeText, "`actor.id` of an actor of the type `User`; also `okta.actor.id`", Pseudonym},
	{"user.name", Conventional, typeText, "`actor.alternateId` of an actor of the type `User`: the login; also `okta.actor.alternate_id`", Pseudonym},
	{"user.full_name", Conventional, typeText, "`actor.displayName` of an actor of the type `User`; also `okta.actor.display_name`", Dropped},
	{"session.id", Conventional, typeText, "`authenticationContext.externalSessionId`", Pseudonym},
	{"client.address", Conventional, typeText, "`client.ipAddress`", Pseudonym},
	{"user_agent.original", Conventional, typeText, "`client.userAgent.rawUserAgent`", Dropped},
	{"user_agent.name", Conventional, typeText, "`client.userAgent.browser`", Kept},
	{"user_agent.os.name", Conventional, typeText, "`client.userAgent.os`", Kept},
	{"geo.locality.name", Conventional, typeText, "`client.geographicalContext.city`", Dropped},
	{"geo.postal_code", Conventional, typeText, "`client.geographicalContext.postalCode`, a number too", Dropped},
	{"geo.location.lat", Conventional, typeDouble, "`client.geographicalContext.geolocation.lat`", Dropped},
	{"geo.location.lon", Conventional, typeDouble, "`client.geographicalContext.geolocation.lon`", Dropped},
	{"url.path", Conventional, typeText, "`debugContext.debugData.requestUri` when it is a path: it begins with `/` and has no query. It stays in its map too.", Dropped},
	{"error.type", Conventional, typeText, "`outcome.reason` when `outcome.result` is `FAILURE` or `DENY`: the reason if it is a code such as `INVALID_CREDENTIALS`, else `_OTHER`. Both are also `okta.outcome.*`.", Kept},
}

var added = []Attribute{
	{prefix + "display_message", Added, typeText, "`displayMessage` when the body is the event's text", Dropped},
	{attrParseError, Added, typeText, "what is wrong with an event that is not JSON, is not an object, has no `uuid` or too many values. Its text is then the body.", Kept},
	{prefix + "published", Added, typeText, "`published` when Timestamp can't say the same: no RFC 3339 time, before 1970, after 2261, or more than nine decimals", Dropped},
	{prefix + "severity", Added, typeAny, "`severity` when it is not a text", Dropped},
	{prefix + "uuid", Added, typeText, "`uuid` when it is empty or not a string", Dropped},
	{attrReplay, Added, typeBool, "`true` on an event that a [replay](docs/operating.md#read-a-time-range-again) has read, unless `replay_attribute` is `false`", Dropped},
	{prefix + "event_hook.unconfirmed", Added, typeBool, "`true` on an event that an event hook announced and the System Log did not bring, see [event hooks](docs/event-hooks.md#missing-events)", Dropped},
}
