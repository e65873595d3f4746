// SPDX-License-Identifier: Apache-2.0

package scenario

import (
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// noise is what an org does all day.
type noise struct {
	*writer
	people []Person
	job    bool // whether the next events are those of an import alone
}

// habit is something that people or Okta do, and how often among a thousand events.
type habit struct {
	often int
	job   bool
	make  func(n *noise, p *Person) entry
}

var (
	signIn      = kind{"user.session.start", "User login to Okta", "core.user_auth.login_success", "INFO", "/idp/idx/identify"}
	signInFails = kind{"user.session.start", "User login to Okta", "core.user_auth.login_failed", "WARN", "/idp/idx/identify"}
	signOut     = kind{"user.session.end", "User logout from Okta", "core.user_auth.logout_success", "INFO", "/login/signout"}
	sso         = kind{"user.authentication.sso", "User single sign on to app", "app.auth.sso", "INFO", "/app/example_crm/exk1/sso/saml"}
	signOn      = kind{"policy.evaluate_sign_on", "Evaluation of sign-on policy", "", "INFO", "/idp/idx/identify"}
	byFactor    = kind{"user.authentication.auth_via_mfa", "Authentication of user via MFA", "core.user.factor.attempt_success", "INFO", "/idp/idx/challenge/answer"}
	factorFails = kind{"user.authentication.auth_via_mfa", "Authentication of user via MFA", "core.user.factor.attempt_fail", "WARN", "/idp/idx/authenticators/poll"}
	push        = kind{"system.push.send_factor_verify_push", "A push was sent to a user for verification", "", "INFO", "/idp/idx/challenge"}
	newPassword = kind{"user.account.update_password", "User update password for Okta", "core.user.config.password_update.success", "INFO", "/api/v1/users/me/credentials/change_password"}
	profile     = kind{"user.account.update_profile", "Update user profile for Okta", "core.user.config.profile_update.success", "INFO", "/api/v1/users"}
	locked      = kind{"user.account.lock", "Max sign in attempts exceeded", "core.user_auth.account_locked", "DEBUG", "/idp/idx/challenge/answer"}
	appRefused  = kind{"app.generic.unauth_app_access_attempt", "User attempted unauthorized access to app", "app.generic.unauth_app_access_attempt", "WARN", "/app/example_hr/exk2/sso/saml"}
	enrolment   = kind{"device.enrollment.create", "Device enrolled", "", "INFO", "/idp/authenticators"}
	factorAdded = kind{"user.mfa.factor.activate", "Enroll new factor or authenticator for user", "core.user.factor.activate", "INFO", "/idp/idx/credential/enroll"}
	appUpdated  = kind{"application.lifecycle.update", "Update application", "app.generic.config.app_updated", "INFO", "/api/v1/apps"}
	joins       = kind{"group.user_membership.add", "Add user to group membership", "core.user_group_member.user_add", "INFO", "/api/v1/groups"}
	leaves      = kind{"group.user_membership.remove", "Remove user from group membership", "core.user_group_member.user_remove", "INFO", ""}
	assigned    = kind{"application.user_membership.add", "Add user to application membership", "app.generic.provision.assign_user_to_app", "INFO", "/api/v1/apps"}
	pushed      = kind{"application.provision.user.push", "Push new user to external application", "app.user_management.push_new_user_success", "INFO", ""}
	synced      = kind{"application.provision.user.sync", "Sync user in external application", "app.user_management.user_sync", "INFO", ""}
	mailed      = kind{"system.email.delivery", "Email delivery", "", "INFO", ""}
)

var (
	apps   = []string{"Okta Dashboard", "Example CRM", "Example CRM", "Example HR", "Wiki", "Wiki", "Chat", "Chat", "Build Server", "Expenses"}
	groups = []string{"Everyone", "Sales", "Engineering", "Finance", "Contractors"}
)

var habits = []habit{
	{270, false, func(n *noise, p *Person) entry {
		e := n.by(p, p.desk(), sso, "SUCCESS", "")
		e.Target = []target{n.app(pick(n.writer, apps)), n.appUser(p)}
		return e
	}},
	{205, false, func(n *noise, p *Person) entry {
		e := n.by(p, p.desk(), signOn, pick(n.writer, []string{"ALLOW", "ALLOW", "CHALLENGE"}), "Sign-on policy evaluation resulted in ALLOW")
		if e.Outcome.Result == "CHALLENGE" {
			e.Outcome.Reason = orNull("Sign-on policy evaluation resulted in CHALLENGE")
		}
		e.assess("LOW", "NEGATIVE")
		e.Target = []target{n.app(pick(n.writer, apps)), n.rule("Catch-all Rule")}
		return e
	}},
	{120, false, func(n *noise, p *Person) entry {
		e := n.by(p, p.desk(), byFactor, "SUCCESS", "")
		e.viaPush(n.writer, p)
		return e
	}},
	{60, false, func(n *noise, p *Person) entry { return n.pushTo(p, p.desk()) }},
	{100, false, func(n *noise, p *Person) entry { return n.signsIn(p, p.desk(), "LOW", "NEGATIVE") }},
	{9, false, func(n *noise, p *Person) entry { return n.failsToSignIn(p, p.desk()) }},
	{35, false, func(n *noise, p *Person) entry { return n.by(p, p.desk(), signOut, "SUCCESS", "") }},
	{6, false, func(n *noise, p *Person) entry { return n.toOneself(p, newPassword) }},
	{8, false, func(n *noise, p *Person) entry { return n.toOneself(p, factorAdded) }},
	{2, false, func(n *noise, p *Person) entry {
		e := n.toOneself(p, enrolment)
		e.Target = append([]target{{party: party{ID: p.deviceID, Type: "UDDevice", AlternateID: "unknown", DisplayName: p.agent.device}}}, e.Target...)
		return e
	}},
	{1, false, func(n *noise, p *Person) entry {
		e := n.by(p, p.desk(), appRefused, "FAILURE", "")
		e.Target = []target{n.app("Example HR")}
		return e
	}},
	{1, false, func(n *noise, p *Person) entry {
		e := n.bySystem(locked, "FAILURE", "LOCKED_OUT")
		e.Target = []target{p.target()}
		return e
	}},
	{1, false, func(n *noise, _ *Person) entry {
		admin := n.admin()
		e := n.by(admin, admin.desk(), appUpdated, "SUCCESS", "")
		e.Target = []target{n.app("Wiki")}
		return e
	}},
	{22, false, func(n *noise, p *Person) entry { return n.byAdmin(joins, p, n.group()) }},
	{15, false, func(n *noise, p *Person) entry { return n.byAdmin(assigned, p, n.app(pick(n.writer, apps))) }},
	{20, false, func(n *noise, p *Person) entry { return n.byAdmin(profile, p) }},
	{30, true, func(n *noise, p *Person) entry { return n.byJob(leaves, p.target(), n.group()) }},
	{35, true, func(n *noise, p *Person) entry { return n.byJob(pushed, n.appUser(p), n.app("Example CRM")) }},
	{25, true, func(n *noise, _ *Person) entry { return n.byJob(synced, n.app("Example HR")) }},
	{35, true, func(n *noise, p *Person) entry {
		return n.byJob(mailed, target{party: party{ID: n.id("eml", 17), Type: "email", AlternateID: p.Login, DisplayName: "verification mail"}})
	}},
}

// Event makes an event of the day, by somebody who is at work then.
func (n *noise) Event(at time.Time) logevent.Event {
	h := n.habit()
	return n.event(at, h.make(n, n.atWork(at)))
}

func (n *noise) habit() habit {
	all := 0
	for _, h := range habits {
		all += h.often
	}
	for {
		at := n.random.IntN(all)
		for _, h := range habits {
			if at -= h.often; at < 0 {
				if n.job && !h.job {
					break // another one
				}
				return h
			}
		}
	}
}

// atWork returns somebody, the likelier the busier they are at the time.
func (n *noise) atWork(at time.Time) *Person {
	for {
		p := &n.people[n.random.IntN(len(n.people))]
		if n.random.Float64() < p.busy(at) {
			return p
		}
	}
}

func (n *noise) admin() *Person { return &n.people[n.random.IntN(admins)] }

func (n *noise) byAdmin(k kind, about *Person, more ...target) entry {
	admin := n.admin()
	e := n.by(admin, admin.desk(), k, "SUCCESS", "")
	e.Target = append([]target{about.target()}, more...)
	return e
}

func (n *noise) byJob(k kind, targets ...target) entry {
	e := n.bySystem(k, "SUCCESS", "")
	e.Target = targets
	return e
}

func (n *noise) toOneself(p *Person, k kind) entry {
	e := n.by(p, p.desk(), k, "SUCCESS", "")
	e.Target = []target{p.target()}
	return e
}

func (w *writer) app(name string) target {
	return target{party: party{ID: "0oa" + fixed(name), Type: "AppInstance", AlternateID: name, DisplayName: name}}
}

func (w *writer) rule(name string) target {
	return target{party: party{ID: "0pr" + fixed(name), Type: "Rule", AlternateID: "unknown", DisplayName: name, DetailEntry: map[string]string{"policyRuleFactorMode": "2FA"}}}
}

func (w *writer) appUser(p *Person) target {
	return target{party: party{ID: "0ua" + p.id[3:], Type: "AppUser", AlternateID: p.Login, DisplayName: p.Name}}
}

func (w *writer) group() target {
	name := pick(w, groups)
	return target{party: party{ID: "00g" + fixed(name), Type: "UserGroup", AlternateID: "unknown", DisplayName: name}}
}

// fixed makes the end of an id out of a name: the same thing has the same id.
func fixed(name string) string {
	id := []byte("00000000000000000")
	for i, r := range []byte(name) {
		at := i % len(id)
		id[at] = alphabet[(int(id[at])+int(r)*(i+7))%len(alphabet)]
	}
	return string(id)
}

// signsIn is a session that begins.
func (w *writer) signsIn(p *Person, at where, level, fresh string) entry {
	e := w.by(p, at, signIn, "SUCCESS", "")
	e.assess(level, fresh)
	e.Target = []target{w.app("Okta Dashboard")}
	return e
}

// failsToSignIn is one that does not, for a wrong password. There is no session then.
func (w *writer) failsToSignIn(p *Person, at where) entry {
	at.session = ""
	e := w.by(p, at, signInFails, "FAILURE", "INVALID_CREDENTIALS")
	e.assess("LOW", "NEGATIVE")
	e.Authentication.CredentialType = orNull("PASSWORD")
	e.Target = []target{w.app("Okta Dashboard")}
	return e
}

// pushTo is a push that Okta sends to somebody, for a sign-in somewhere.
func (w *writer) pushTo(p *Person, at where) entry {
	e := w.by(p, at, push, "SUCCESS", "")
	e.Actor, e.Target = system, []target{p.target()}
	return e
}

// viaPush says that Okta Verify was the factor.
func (e *entry) viaPush(w *writer, p *Person) {
	e.DebugContext.DebugData["factor"] = "OKTA_VERIFY_PUSH"
	e.Authentication.Provider = orNull("FACTOR_PROVIDER")
	e.Target = []target{p.target(), {party: party{
		ID: w.id("lae", 17), Type: "AuthenticatorEnrollment", AlternateID: "unknown", DisplayName: "Okta Verify",
	}}}
}
