// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

func (g *Generator) debugContext(published time.Time) {
	switch g.flaw {
	case flawEmptyDebugContext:
		g.lit(`{}`)
		return
	case flawDebugText:
		g.lit(`{"debugData":""}`)
		return
	}
	g.lit(`{"debugData":{`)
	if g.kind.job {
		g.lit(`"operation":"IMPORT","jobId":"`, g.transaction, `"`)
		if g.kind.severity == "ERROR" {
			g.lit(`,"errorMessage":"userPrincipalName field failed validation with value 'alice@example.com': An object with this field already exists in the current organization.<br/>"`)
		}
	} else {
		g.lit(`"requestId":"`, g.transaction, `","requestUri":"`, g.kind.uri, `","url":"`, g.kind.uri, `?`, g.kind.query, `","threatSuspected":"false"`)
	}
	if g.kind.rich {
		g.richDebug()
	}
	g.lit(g.kind.debug)
	switch g.flaw {
	case flawDebugObject:
		g.lit(`,"changedAttributes":{"Name":{"old":"a","new":null},"count":3,"list":["x",1]}`)
	case flawAbove53Bits:
		g.lit(`,"sequenceNumber":9007199254740993`)
	case flawAbove63Bits:
		g.lit(`,"sequenceNumber":18446744073709551617`)
	case flawDate:
		g.lit(`,"seen":"`)
		g.b = published.AppendFormat(g.b, logevent.TimeLayout)
		g.lit(`"`)
	}
	g.lit(`}}`)
}

// richDebug is what sign-on events carry: texts that hold JSON, and texts that hold Java maps.
func (g *Generator) richDebug() {
	g.lit(`,"authnRequestId":"`, g.hex32(), `","dtHash":"`, g.hex32(), g.transaction, `","behaviors":"{New Geo-Location=NEGATIVE, New Device=`, g.pick2(g.random.IntN(4) == 0, "POSITIVE", "NEGATIVE"),
		`, New IP=NEGATIVE}","risk":"`,
		g.pick2(g.random.IntN(2) == 0, "{level=LOW}", "Risk{level=LOW}"),
		`","origin":"https://acme.okta.com","responseTime":"`)
	g.number(20 + g.random.IntN(400))
	g.lit(`"`)
	if g.random.IntN(8) == 0 {
		g.lit(`,"logOnlySecurityData":"{\"risk\":{\"level\":\"LOW\"},\"behaviors\":{\"New Geo-Location\":\"NEGATIVE\",\"New Device\":\"NEGATIVE\",\"New IP\":\"NEGATIVE\",` +
			`\"New State\":\"NEGATIVE\",\"New Country\":\"NEGATIVE\",\"Velocity\":\"NEGATIVE\"}}","tunnels":"[{\"anonymous\":true,\"operator\":\"EXAMPLE_VPN\",\"type\":\"VPN\"}]"`)
	}
}

func (g *Generator) targets(published time.Time) {
	if g.flaw == flawEmptyTarget {
		g.lit(`[]`)
		return
	}
	if len(g.kind.targets) == 0 || g.flaw == flawNoTarget {
		g.lit(`null`)
		return
	}
	for i, kind := range g.kind.targets {
		g.lit(g.pick2(i == 0, `[`, `,`))
		g.target(kind, published)
	}
	g.lit(`]`)
}

func (g *Generator) target(kind string, published time.Time) {
	other := &g.people[g.random.IntN(len(g.people))]
	switch kind {
	case "User", "AppUser":
		prefix := g.pick2(kind == "User", "00u", "0ua")
		g.named(prefix+other.id[3:], kind, other.login, other.name)
		g.lit(`"detailEntry":null}`)
	case "NewUser":
		g.named("unknown", kind, "unknown", other.name)
		g.lit(`"detailEntry":null}`)
	case "AuthenticatorEnrollment":
		g.named("lae"+g.id(17), kind, "unknown", "Okta Verify")
		g.lit(`"detailEntry":{"methodTypeUsed":"Use Okta FastPass","methodUsedVerifiedProperties":"[DEVICE_BOUND, PHISHING_RESISTANT, USER_VERIFYING]"}}`)
	case "access_token":
		g.lit(`{"id":"AT.`, g.id(43), `","type":"access_token","alternateId":null,"displayName":"Access Token","detailEntry":{"expires":"`)
		g.b = published.Add(time.Hour).AppendFormat(g.b, logevent.TimeLayout)
		g.lit(`","hash":"`, g.id(22), `"}}`)
	case "Rule":
		g.named("0pr"+g.id(17), kind, "unknown", g.pick(ruleNames))
		g.lit(`"detailEntry":{"signOnModeEvaluationResult":"AUTHENTICATED","policyRuleFactorMode":"2FA"}}`)
	case "Bucket Uuid":
		g.named("5f1c9c4e-0000-4000-8000-00000000"+g.transaction[:4], kind, "", "")
		g.lit(`"detailEntry":null}`)
	default:
		g.thing(kind)
	}
}

// thing is a target that is not a person; on event types that have them it lists what was changed, in real JSON.
func (g *Generator) thing(kind string) {
	shape := things[kind]
	name := g.pick(shape.names)
	g.named(shape.prefix+g.id(17), kind, g.pick2(shape.alternate, name, "unknown"), name)
	g.lit(`"detailEntry":`, g.pick2(shape.detail != "", shape.detail, `null`))
	if g.kind.changes != "" {
		g.lit(`,"changeDetails":`, g.kind.changes)
	}
	g.lit(`}`)
}

func (g *Generator) named(id, kind, alternate, name string) {
	g.lit(`{"id":"`, id, `","type":"`, kind, `","alternateId":`)
	g.orNull(alternate)
	g.lit(`,"displayName":`)
	g.orNull(name)
	g.lit(`,`)
}

type thingShape struct {
	prefix    string
	names     []string
	alternate bool
	detail    string
}

var ruleNames = []string{"Catch-all Rule", "Require phishing resistance", "Office network", "Contractors"}

var things = map[string]thingShape{
	"AppInstance":      {"0oa", []string{"Okta Dashboard", "Okta Admin Console", "Example CRM", "Example HR", "Wiki"}, true, ""},
	"UserGroup":        {"00g", []string{"Everyone", "Sales", "Engineering", "Admins & Owners", "Contractors"}, false, ""},
	"PolicyEntity":     {"00p", []string{"Default Policy", "Any two factors", "Admin Console access"}, false, `{"policyType":"OktaSignOn"}`},
	"PolicyRule":       {"0pr", ruleNames, false, ""},
	"Token":            {"00T", []string{"siem reader", "hr sync"}, false, ""},
	"Role":             {"cr0", []string{"Help desk", "Auditors"}, false, ""},
	"UDDevice":         {"guo", []string{"Mac16,7", "LAPTOP-7H2K"}, false, ""},
	"Zone":             {"nzo", []string{"Office", "BlockedIpZone"}, false, ""},
	"IdpInstance":      {"0oi", []string{"Partner SAML", "Parent company"}, false, ""},
	"Authenticator":    {"aut", []string{"Okta Verify", "Security Key or Biometric"}, false, ""},
	"LogStream":        {"0oz", []string{"bus stream"}, false, ""},
	"ROLE":             {"ra1", []string{"Read-only administrator", "Super administrator"}, false, ""},
	"URL Pattern":      {"/api/v1/", []string{"/api/v1/users", "/api/v1/logs"}, false, ""},
	"email":            {"eml", []string{"verification mail"}, false, `{"recipient":"jane.doe@example.com","action":"sent"}`},
	"Factor Enroll":    {"opf", []string{"Okta Verify push"}, false, ""},
	"Custom Attribute": {"att", []string{"department"}, false, ""},
}
