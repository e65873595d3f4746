// SPDX-License-Identifier: Apache-2.0

package generate

func (g *Generator) actor() {
	switch g.kind.actor {
	case systemActor:
		g.lit(`{"id":"sprsystem00000000005d7","type":"SystemPrincipal","alternateId":"system@okta.com","displayName":"Okta System","detailEntry":null}`)
	case serviceActor:
		g.lit(`{"id":"`, g.who.service, `","type":"PublicClientApp","alternateId":"`, g.who.service, `","displayName":"service of `, g.who.name, `","detailEntry":null}`)
	case addressActor:
		g.lit(`{"id":"`, g.who.ip, `","type":"IP address","alternateId":"unknown","displayName":"`, g.who.ip, `","detailEntry":null}`)
	default:
		g.lit(`{"id":"`, g.who.id, `","type":"User","alternateId":"`, g.who.login, `","displayName":"`, g.who.name, `","detailEntry":null}`)
	}
}

func (g *Generator) client() {
	switch {
	case g.flaw == flawEmptyClient:
		g.lit(`{}`)
		return
	case g.kind.job:
		g.lit(`{"userAgent":null,"zone":null,"device":null,"id":null,"ipAddress":null,"geographicalContext":null}`)
		return
	}
	agent := g.who.agent
	browser, os := agent.browser, agent.os
	if g.flaw == flawAgent {
		browser, os = "unknown", "UNKNOWN"
	}
	g.lit(`{"userAgent":{"rawUserAgent":"`, agent.raw, `","os":"`, os, `","browser":"`, browser, `"},"zone":`)
	g.lit(g.pick2(g.random.IntN(5) == 0, `"BlockedIpZone, Office"`, `"null"`))
	g.lit(`,"device":"`, agent.device, `","id":null,"ipAddress":"`, g.address(), `","geographicalContext":`)
	g.geo()
	if g.flaw == flawChainInClient {
		g.lit(`,"ipChain":`)
		g.ipChain()
	}
	g.lit(`}`)
}

func (g *Generator) address() string {
	switch g.flaw {
	case flawAddressNull:
		return "null"
	case flawAddress:
		return "unknown-proxy.example.net"
	case flawIPv6:
		return g.who.ip6
	default:
		return g.who.ip
	}
}

func (g *Generator) geo() {
	if g.kind.actor == addressActor {
		g.lit(`null`)
		return
	}
	p := g.who.place
	lat, lon, postal := p.lat, p.lon, `"`+p.postal+`"`
	switch g.flaw {
	case flawWholeDegrees:
		lat, lon = "47", "-8"
	case flawOutOfRange:
		lat, lon = "191.25", "-540"
	case flawPostalCode:
		postal = "94107"
	}
	g.lit(`{"city":"`, p.city, `","state":"`, p.state, `","country":"`, p.country, `","postalCode":`, postal, `,"geolocation":{"lat":`, lat, `,"lon":`, lon, `}}`)
}

func (g *Generator) ipChain() {
	if g.kind.job {
		g.lit(`[]`)
		return
	}
	version := g.pick2(g.flaw == flawIPv6, "V6", "V4")
	g.lit(`[{"ip":"`, g.address(), `","geographicalContext":`)
	g.geo()
	g.lit(`,"version":"`, version, `","source":null}`)
	if g.random.IntN(10) == 0 {
		g.lit(`,{"ip":"198.51.100.254","geographicalContext":null,"version":"V4","source":"proxy"}`)
	}
	g.lit(`]`)
}

func (g *Generator) device() {
	m := g.who.machine
	switch {
	case g.flaw == flawEmptyDevice:
		g.lit(`{}`)
	case m == nil || g.kind.job || g.kind.actor != userActor:
		g.lit(`null`)
	case g.flaw == flawDeviceCamelCase:
		g.lit(`{"id":"guo`, g.who.id[3:], `","name":"`, m.name, `","platform":"`, m.platform, `","osVersion":"`, m.version,
			`","managed":false,"registered":true,"deviceIntegrator":"{\"provider\":\"EXAMPLE_EDR\",\"score\":\"87\"}"}`)
	default:
		g.lit(`{"id":"guo`, g.who.id[3:], `","name":"`, m.name, `","os_platform":"`, m.platform, `","os_version":"`, m.version,
			`","managed":true,"registered":true,"device_integrator":null,"disk_encryption_type":"`, m.disk,
			`","screen_lock_type":"`, m.lock, `","jailbreak":null,"secure_hardware_present":true}`)
	}
}

func (g *Generator) authentication() {
	provider, credential, session := `null`, `null`, `"`+g.who.session+`"`
	switch {
	case g.flaw == flawNoSession:
		session = `null`
	case g.kind.job:
		session = `"trs` + g.who.session[3:] + `"`
	case g.kind.actor != userActor && g.kind.actor != adminActor:
		session = `"unknown"`
	}
	if g.kind.factor != "" {
		provider, credential = `"FACTOR_PROVIDER"`, `"`+g.kind.factor+`"`
	}
	g.lit(`{"authenticationProvider":`, provider, `,"credentialProvider":`, g.pick2(g.kind.factor == "OTP", `"GOOGLE"`, `null`),
		`,"credentialType":`, credential, `,"issuer":`)
	g.lit(g.pick2(g.kind.eventType == "user.authentication.auth_via_IDP", `{"id":"0oaidp0000000000005d7","type":"SAML2"}`, `null`))
	g.lit(`,"interface":null,"authenticationStep":0,"rootSessionId":`, session, `,"externalSessionId":`, session, `}`)
}

func (g *Generator) security() {
	if g.kind.job {
		g.lit(`{"asNumber":null,"asOrg":null,"isp":null,"domain":null,"isProxy":null}`)
		return
	}
	number := g.pick2(g.flaw == flawASNumber, "4294967294", "64496")
	g.lit(`{"asNumber":`, number, `,"asOrg":"Example Org","isp":"Example ISP","domain":"example.com","isProxy":false`)
	if g.kind.rich && g.random.IntN(6) == 0 {
		g.lit(`,"risk":{"level":"LOW","reasons":["Anomalous Device","Anomalous Location"],"detectionName":null,"issuer":null,"previousLevel":null},"ipDetails":{"asNumber":`,
			number, `,"asOrg":"Example Org","isp":"Example ISP","domain":"example.com","ipServiceCategories":[{"type":"VPN","operator":"EXAMPLE_VPN","isAnonymous":true}]},`+
				`"userBehaviors":[{"id":"bhv3pcdHYo3rVDL0w0g4","name":"New Device","result":"NEGATIVE"},{"id":"bhvexm4UkQc71MgEw0g4","name":"New Geo-Location","result":"POSITIVE"}],`+
				`"botProtection":{"level":"NONE"}`)
	}
	g.lit(`}`)
}
