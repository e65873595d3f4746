// SPDX-License-Identifier: Apache-2.0

package scenario

import "fmt"

// where is a machine somewhere, as Okta sees it.
type where struct {
	address string
	place   *place
	agent   *agent
	device  *device
	session string
	network network
}

type network struct {
	number   int
	org, isp string
	domain   string
	proxy    bool
}

var (
	companyNetwork = network{64496, "Example Org", "Example ISP", "example.com", false}
	hostingNetwork = network{64511, "Example Hosting", "Example Hosting", "hosting.example.net", false}
)

// desk is where the person works.
func (p *Person) desk() where {
	a := p.agent
	return where{
		address: p.Address, place: p.place, agent: a, session: p.session, network: companyNetwork,
		device: &device{ID: p.deviceID, Name: a.device, OSPlatform: a.platform, OSVersion: a.system, Managed: true, Registered: true},
	}
}

// seen puts what Okta sees of the machine into an entry.
func (at where) seen(e *entry) {
	e.Client = client{
		UserAgent: &at.agent.userAgent, Zone: orNull("null"), Device: orNull(at.agent.kind),
		IPAddress: orNull(at.address), GeographicalContext: &at.place.geo,
	}
	e.Device = at.device
	e.Authentication.RootSessionID, e.Authentication.ExternalSessionID = orNull(at.session), orNull(at.session)
	number, proxy := at.network.number, at.network.proxy
	e.SecurityContext = security{
		ASNumber: &number, ASOrg: orNull(at.network.org), ISP: orNull(at.network.isp), Domain: orNull(at.network.domain), IsProxy: &proxy,
	}
	e.Request = request{IPChain: []hop{{IP: at.address, GeographicalContext: &at.place.geo, Version: "V4"}}}
}

// kind is an event type with what belongs to it. Names of types are those of Okta's catalogue.
type kind struct {
	eventType, message, legacy, severity string
	uri                                  string
}

// by makes the entry of somebody who does something somewhere.
func (w *writer) by(p *Person, at where, k kind, result, reason string) entry {
	e := w.entry(k, result, reason)
	e.Actor = p.party()
	at.seen(&e)
	return e
}

// system is Okta itself.
var system = party{ID: "sprsystem00000000005d7", Type: "SystemPrincipal", AlternateID: "system@okta.com", DisplayName: "Okta System"}

// bySystem makes the entry of a job of Okta's.
func (w *writer) bySystem(k kind, result, reason string) entry {
	e := w.entry(k, result, reason)
	e.Actor = system
	e.Transaction = transaction{Type: "JOB", ID: w.id("ij", 18), Detail: map[string]string{}}
	session := w.id("trs", 22)
	e.Authentication.RootSessionID, e.Authentication.ExternalSessionID = &session, &session
	e.Request = request{IPChain: []hop{}}
	e.DebugContext.DebugData = map[string]string{}
	return e
}

func (w *writer) entry(k kind, result, reason string) entry {
	id := fmt.Sprintf("%016x%016x", w.random.Uint64(), w.random.Uint64())
	e := entry{
		DisplayMessage: k.message, EventType: k.eventType, Severity: k.severity, LegacyEventType: orNull(k.legacy),
		Transaction: transaction{Type: "WEB", ID: id, Detail: map[string]string{}},
		DebugContext: debugContext{map[string]string{
			"requestId": id, "requestUri": k.uri, "url": k.uri + "?", "threatSuspected": "false",
		}},
	}
	if result != "" {
		e.Outcome = &outcome{Result: result, Reason: orNull(reason)}
	}
	return e
}

// assess adds what Okta thinks of a sign-in: the risk, and what is new about it.
func (e *entry) assess(level, fresh string) {
	e.DebugContext.DebugData["risk"] = "{level=" + level + "}"
	e.DebugContext.DebugData["behaviors"] = fmt.Sprintf(
		"{New Geo-Location=%[1]s, New Device=%[1]s, New IP=%[1]s, New State=%[1]s, New Country=%[1]s, Velocity=%[1]s, New City=%[1]s}", fresh)
	if level == "LOW" {
		return
	}
	e.SecurityContext.Risk = &risk{Level: level, Reasons: []string{"Anomalous Device", "Anomalous Location"}}
	e.SecurityContext.UserBehaviors = []behavior{{"New Device", fresh}, {"New Country", fresh}}
}
