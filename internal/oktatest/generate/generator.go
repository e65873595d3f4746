// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// DefaultMalformed is the share of malformed events that a Generator makes unless told otherwise.
const DefaultMalformed = 0.01

// New returns a generator whose output depends on nothing but the seed.
func New(seed uint64) *Generator {
	g := &Generator{malformed: DefaultMalformed, seed: api.Mix(seed), random: rand.New(rand.NewPCG(seed, api.Mix(seed)))} //nolint:gosec // reproducible on purpose
	g.people = g.newPeople(200)
	return g
}

// SetMalformed sets the share, 0 to 1, of events with one of the flaws seen in published Okta data: missing objects,
// numbers where strings belong, huge integers, times in unusual forms, addresses that are none, unknown types, keys and
// severities. Each of them is valid JSON with a uuid. What is unusual and yet common in Okta's data, such as the zone
// "null" or JSON text inside strings, is in all output.
func (g *Generator) SetMalformed(share float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.malformed = share
}

// newPeople makes the org's staff. Addresses come from the ranges reserved for documentation (RFC 5737, RFC 3849).
func (g *Generator) newPeople(n int) []person {
	people := make([]person, n)
	for i := range people {
		first, last := g.pick(firstNames), g.pick(lastNames)
		people[i] = person{
			id:      "00u" + g.id(17),
			name:    first + " " + last,
			login:   "user" + strconv.Itoa(i) + "." + asciiOnly(strings.ToLower(last)) + "@example.com",
			session: "idx" + g.id(22),
			service: "0oa" + g.id(17),
			ip:      g.pick(networks) + strconv.Itoa(1+g.random.IntN(254)),
			ip6:     "2001:db8:" + strconv.FormatUint(g.random.Uint64()&0xffff, 16) + "::" + strconv.FormatUint(1+g.random.Uint64()&0xff, 16),
			place:   &places[g.random.IntN(len(places))],
			agent:   &agents[g.random.IntN(len(agents))],
		}
		if g.random.IntN(3) == 0 {
			people[i].machine = &machines[g.random.IntN(len(machines))]
		}
	}
	return people
}

func asciiOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, s)
}

// Event returns the next event, with all fields but Persisted filled in. published is kept to the millisecond, as Okta
// does.
func (g *Generator) Event(published time.Time) logevent.Event {
	g.mu.Lock()
	defer g.mu.Unlock()
	published = published.UTC().Truncate(time.Millisecond)
	g.b = g.b[:0]
	uuid := g.write(published)
	return logevent.Event{JSON: bytes.Clone(g.b), UUID: uuid, Published: published}
}

// Events returns n events published at the given interval, beginning at published.
func (g *Generator) Events(n int, published time.Time, interval time.Duration) []logevent.Event {
	events := make([]logevent.Event, n)
	for i := range events {
		events[i] = g.Event(published.Add(time.Duration(i) * interval))
	}
	return events
}

// Page returns a JSON array of n events as Okta would send it, published a millisecond apart beginning at published.
func (g *Generator) Page(n int, published time.Time) []byte {
	page := []byte{'['}
	for i := range n {
		if i > 0 {
			page = append(page, ',')
		}
		page = append(page, g.Event(published.Add(time.Duration(i)*time.Millisecond)).JSON...)
	}
	return append(page, ']')
}

// Broken returns an array element that is no proper LogEvent: not an object at all, or an object without a usable uuid.
func (g *Generator) Broken(published time.Time) logevent.Event {
	g.mu.Lock()
	defer g.mu.Unlock()
	stamp := published.UTC().Format(logevent.TimeLayout)
	shapes := []string{
		`null`, `42`, `"an event that is a string"`, `[]`, `{}`,
		`{"published":"` + stamp + `","eventType":"user.session.start","severity":"INFO"}`,
		`{"uuid":null,"published":"` + stamp + `","eventType":"user.session.end"}`,
		`{"uuid":17,"published":"` + stamp + `","eventType":"user.session.end"}`,
		`{"uuid":"","published":"` + stamp + `","eventType":"user.session.end"}`,
	}
	return logevent.Event{JSON: []byte(shapes[g.random.IntN(len(shapes))]), Published: published}
}

// write puts one event into the buffer and returns its uuid. Members come in the order in which Okta sends them.
func (g *Generator) write(published time.Time) (uuid string) {
	g.kind = &kinds[weighted[g.random.IntN(len(weighted))]]
	g.who = &g.people[g.random.IntN(len(g.people))]
	g.flaw = noFlaw
	if g.random.Float64() < g.malformed {
		g.flaw = flaw(1 + g.random.IntN(int(flaws)-1))
	}
	uuid = g.uuid()
	g.transaction = g.hex32()
	if g.random.IntN(12) == 0 {
		g.who.session = "idx" + g.id(22)
	}
	g.lit(`{"actor":`)
	g.actor()
	g.lit(`,"client":`)
	g.client()
	g.lit(`,"device":`)
	g.device()
	g.lit(`,"authenticationContext":`)
	g.authentication()
	g.lit(`,"displayMessage":`)
	g.message()
	g.lit(`,"eventType":"`, g.pick2(g.flaw == flawType, "mim.checkOSXAccessEligibility.true", g.kind.eventType))
	g.lit(`","outcome":`)
	g.outcome()
	g.lit(`,"published":"`)
	g.published(published)
	g.lit(`","securityContext":`)
	g.security()
	g.lit(`,"severity":"`, g.pick2(g.flaw == flawSeverity, "NOTICE", g.kind.severity))
	g.lit(`","debugContext":`)
	g.debugContext(published)
	g.lit(`,"legacyEventType":`)
	g.orNull(g.kind.legacy)
	g.lit(`,"transaction":`)
	g.transactionObject()
	g.lit(`,"uuid":"`, uuid, `","version":`, g.pick2(g.flaw == flawVersion, `0`, `"0"`))
	if g.flaw != flawChainInClient {
		g.lit(`,"request":{"ipChain":`)
		g.ipChain()
		g.lit(`}`)
	}
	g.lit(`,"target":`)
	g.targets(published)
	if g.flaw == flawKey {
		g.lit(`,"insertionTimestamp":null,"newThing":{"someValue":1.5,"list":[1,"two",null,{"deepKey":true}],"empty":{}}`)
	}
	g.lit(`}`)
	return uuid
}

func (g *Generator) published(t time.Time) {
	switch g.flaw {
	case flawNoDecimals:
		g.b = t.AppendFormat(g.b, "2006-01-02T15:04:05Z")
	case flawNanoseconds:
		g.b = t.Add(time.Duration(g.random.IntN(1e6))).AppendFormat(g.b, "2006-01-02T15:04:05.000000000Z")
	case flawOffset:
		g.b = t.In(time.FixedZone("", -7*3600)).AppendFormat(g.b, "2006-01-02T15:04:05.000-07:00")
	case flawNoZone:
		g.b = t.AppendFormat(g.b, "2006-01-02T15:04:05.000")
	case flawDate:
		// Okta's own documentation has the 31st of September.
		g.b = t.AppendFormat(g.b, "2006")
		g.lit("-09-31T")
		g.b = t.AppendFormat(g.b, "15:04:05.000Z")
	default:
		g.b = t.AppendFormat(g.b, logevent.TimeLayout)
	}
}

func (g *Generator) message() {
	switch g.flaw {
	case flawNoMessage:
		g.lit(`null`)
	case flawEmptyMessage:
		g.lit(`""`)
	case flawAstral:
		g.lit(`"`, g.kind.message, ` 🔐 für 太郎 𝒜"`)
	default:
		g.quote(g.kind.message)
	}
}

func (g *Generator) outcome() {
	result := g.kind.outcomes[g.random.IntN(len(g.kind.outcomes))]
	if result.result == "" || g.flaw == flawNoOutcome {
		g.lit(`null`)
		return
	}
	g.lit(`{"result":"`, result.result, `","reason":`)
	g.orNull(result.reason)
	g.lit(`}`)
}

func (g *Generator) transactionObject() {
	switch {
	case g.flaw == flawTransactionType:
		g.lit(`{"type":null,"id":"unknown","detail":null}`)
	case g.kind.job:
		g.lit(`{"type":"JOB","id":"ij`, g.id(18), `","detail":{}}`)
	case g.kind.actor == serviceActor:
		g.lit(`{"type":"WEB","id":"`, g.transaction, `","detail":{"requestApiTokenClientId":"`, g.who.service, `","requestApiTokenId":"AT.`, g.id(43),
			`","rootApiTokenId":"AT.`, g.id(43), `"}}`)
	case g.kind.actor == adminActor && g.random.IntN(3) == 0:
		g.lit(`{"type":"WEB","id":"`, g.transaction, `","detail":{"requestApiTokenId":"00T`, g.id(17), `"}}`)
	default:
		g.lit(`{"type":"WEB","id":"`, g.transaction, `","detail":{}}`)
	}
}
