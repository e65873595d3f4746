// SPDX-License-Identifier: Apache-2.0

package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Takeover is what happens in an account takeover: to whom, from where, and in which steps.
type Takeover struct {
	// Victim is the admin whose account is taken over, Accomplice the account that gets its own factors and role from it.
	Victim, Accomplice Person
	// Address, City and Country are where the intruder is.
	Address, City, Country string
	// Steps come one after the other.
	Steps []Step
}

// Step is a part of a takeover.
type Step struct {
	// Name says what happens.
	Name string
	// Rules are the detections of examples/detections.yaml that mark its first event, none in most steps with several.
	Rules []string
	// Events are those of the step, in order.
	Events []logevent.Event
}

// Lasts is how long a takeover takes, from the first event to the last.
const Lasts = 38 * time.Minute

const (
	sprayed = 20 // as many names make the alert OktaPasswordSpray
	pushes  = 9  // as many pushes make the alert OktaPushBombing
)

var (
	threat        = kind{"security.threat.detected", "Request from suspicious actor", "security.threat.detected", "WARN", "/idp/idx/identify"}
	adminConsole  = kind{"user.session.access_admin_app", "User accessing Okta admin app", "app.admin.sso.login.success", "INFO", "/admin/sso/callback"}
	factorsReset  = kind{"user.mfa.factor.reset_all", "Reset all factors for user", "core.user.factor.reset_all", "INFO", "/api/v1/users/lifecycle/reset_factors"}
	roleGranted   = kind{"user.account.privilege.grant", "Grant user privilege", "core.user.admin_privilege.granted", "INFO", "/api/internal/administrators"}
	tokenMade     = kind{"system.api_token.create", "Create API token", "api.token.create", "INFO", "/api/internal/tokens"}
	ruleChanged   = kind{"policy.rule.update", "Update policy rule", "policy.rule.updated", "INFO", "/api/v1/policies/rules"}
	impersonation = kind{"user.session.impersonation.grant", "Enable impersonation grant", "core.user.impersonation.grant.enabled", "INFO", "/api/internal/support/impersonation"}
	reported      = kind{"user.account.report_suspicious_activity_by_enduser", "User report suspicious activity", "core.user.account.report_suspicious_activity_by_enduser", "WARN", "/api/internal/users/me/report-suspicious-activity"}
)

// teller makes the events of a takeover.
type teller struct {
	*writer
	people   []Person
	clock    func(after time.Duration) time.Time
	takeover *Takeover
	intruder where
}

// newTakeover tells the takeover of a seed. The clock says when something happens that is so long after its beginning.
func newTakeover(seed uint64, people []Person, clock func(after time.Duration) time.Time) *Takeover {
	w := newWriter(seed, storyStream)
	t := &teller{writer: w, people: people, clock: clock, takeover: &Takeover{
		Victim: people[w.random.IntN(admins)], Accomplice: people[admins+w.random.IntN(len(people)-admins)],
		Address: fmt.Sprintf("%s%d", abroad.network, 10+w.random.IntN(200)), City: abroad.City, Country: abroad.Country,
	}}
	t.intruder = where{address: t.takeover.Address, place: &abroad, agent: &strange, session: w.id("idx", 22), network: hostingNetwork}
	t.tell()
	return t.takeover
}

func (t *teller) tell() {
	victim, accomplice := &t.takeover.Victim, &t.takeover.Accomplice
	t.step("the victim signs in at work", nil, t.at(0, t.signsIn(victim, victim.desk(), "LOW", "NEGATIVE")))
	t.spray(3 * time.Minute)
	t.step("ThreatInsight notices the address", []string{"ThreatInsight detected a threat"}, t.at(10*time.Minute+20*time.Second, t.noticed()))
	t.bombing(13 * time.Minute)
	t.step("a sign-in from a new country and device", []string{"High-risk sign-in"}, t.at(20*time.Minute, t.signsIn(victim, t.intruder, "HIGH", "POSITIVE")))
	t.step("into the Admin Console", []string{"New behaviour at the Admin Console", "High-risk sign-in"},
		t.at(20*time.Minute+40*time.Second, t.evaluated()),
		t.at(20*time.Minute+42*time.Second, t.does(adminConsole, t.app("Okta Admin Console"))))
	t.step("all factors of another account are reset", []string{"All MFA factors of a user reset"}, t.at(23*time.Minute, t.does(factorsReset, accomplice.target())))
	t.step("that account becomes an admin", []string{"Admin role granted to a user"}, t.at(25*time.Minute, t.granted(accomplice)))
	t.step("an API token is made", []string{"API token created"}, t.at(27*time.Minute, t.does(tokenMade, t.token())))
	t.step("a policy is weakened", []string{"Policy or policy rule changed, deactivated or deleted"}, t.at(30*time.Minute, t.weakened()))
	t.step("Okta support is let in", []string{"Support or impersonation session"}, t.at(33*time.Minute, t.does(impersonation, victim.target())))
	t.step("the victim reports it", []string{"User reported suspicious activity"}, t.at(Lasts, t.reports(victim)))
}

func (t *teller) step(name string, rules []string, events ...logevent.Event) {
	t.takeover.Steps = append(t.takeover.Steps, Step{Name: name, Rules: rules, Events: events})
}

func (t *teller) at(after time.Duration, e entry) logevent.Event {
	return t.event(t.clock(after), e)
}

// does is what the intruder does as the victim.
func (t *teller) does(k kind, targets ...target) entry {
	e := t.by(&t.takeover.Victim, t.intruder, k, "SUCCESS", "")
	e.Target = targets
	return e
}

// spray tries one password under many names. That of the victim comes later: its password is right.
func (t *teller) spray(after time.Duration) {
	names := slices.Clone(t.people)
	t.random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	names = slices.DeleteFunc(names, func(p Person) bool { return p.id == t.takeover.Victim.id })[:sprayed]
	var events []logevent.Event
	for i := range names {
		between := 18*time.Second + time.Duration(t.random.IntN(4000))*time.Millisecond
		events = append(events, t.at(after+time.Duration(i)*between, t.failsToSignIn(&names[i], t.intruder)))
	}
	slices.SortFunc(events, func(a, b logevent.Event) int { return a.Published.Compare(b.Published) })
	t.step("one address tries many names", nil, events...)
}

// noticed is by an address: it is nobody whom Okta knows.
func (t *teller) noticed() entry {
	e := t.entry(threat, "DENY", "Login failures with high unknown users count, Login Failures")
	at := t.intruder
	at.session = "unknown"
	at.seen(&e)
	e.Actor = party{ID: at.address, Type: "IP address", AlternateID: "unknown", DisplayName: at.address}
	e.DebugContext.DebugData["threatDetections"] = `{"Login failures with high unknown users count":"HIGH","Login Failures":"MEDIUM"}`
	return e
}

// bombing sends pushes until one is accepted. The password is right, so there is no failed sign-in.
func (t *teller) bombing(after time.Duration) {
	victim, at := &t.takeover.Victim, t.intruder
	at.session = ""
	var events []logevent.Event
	for i := range pushes {
		sent := after + time.Duration(i)*44*time.Second
		answer := t.by(victim, at, factorFails, "FAILURE", "INVALID_CREDENTIALS")
		if i == pushes-1 {
			answer = t.by(victim, t.intruder, byFactor, "SUCCESS", "")
		}
		answer.viaPush(t.writer, victim)
		events = append(events, t.at(sent, t.pushTo(victim, at)), t.at(sent+12*time.Second+time.Duration(t.random.IntN(9000))*time.Millisecond, answer))
	}
	t.step("one user gets push after push, until one is accepted", nil, events...)
}

func (t *teller) evaluated() entry {
	e := t.does(signOn, t.app("Okta Admin Console"), t.rule("Admin Console access"))
	e.Outcome = &outcome{Result: "ALLOW", Reason: orNull("Sign-on policy evaluation resulted in ALLOW")}
	e.assess("HIGH", "POSITIVE")
	return e
}

func (t *teller) granted(to *Person) entry {
	e := t.does(roleGranted, to.target())
	e.DebugContext.DebugData["privilegeGranted"] = "Super administrator"
	return e
}

func (t *teller) token() target {
	return target{party: party{ID: t.id("00T", 17), Type: "Token", AlternateID: "unknown", DisplayName: "backup sync"}}
}

// weakened takes the second factor out of a rule.
func (t *teller) weakened() entry {
	const before, after = `{"signon":{"access":"ALLOW","requireFactor":true}}`, `{"signon":{"access":"ALLOW","requireFactor":false}}`
	rule := target{party: party{ID: "0pr" + fixed("Require a second factor"), Type: "PolicyRule", AlternateID: "unknown", DisplayName: "Require a second factor"}}
	rule.ChangeDetails = &change{From: map[string]string{"policyRuleActionJson": before}, To: map[string]string{"policyRuleActionJson": after}}
	policy := target{party: party{ID: "00p" + fixed("Default Policy"), Type: "PolicyEntity", AlternateID: "unknown", DisplayName: "Default Policy", DetailEntry: map[string]string{"policyType": "OktaSignOn"}}}
	return t.does(ruleChanged, rule, policy)
}

func (t *teller) reports(victim *Person) entry {
	e := t.by(victim, victim.desk(), reported, "SUCCESS", "")
	e.Target = []target{victim.target()}
	e.DebugContext.DebugData["suspiciousActivityEventIp"] = t.takeover.Address
	e.DebugContext.DebugData["suspiciousActivityEventCity"] = abroad.City
	e.DebugContext.DebugData["suspiciousActivityEventCountry"] = abroad.Country
	e.DebugContext.DebugData["suspiciousActivityEventType"] = "system.email.new_device_notification.sent_message"
	return e
}
