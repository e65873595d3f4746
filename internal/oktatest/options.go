// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

// DefaultToken is the SSWS API token an Org accepts when Options.Token is empty. It has the shape of an Okta token and
// opens nothing.
const DefaultToken = "00SyntheticTokenForTheSimulatorOnly0000042"

// DefaultAdminToken is an SSWS API token for Options.AdminToken. It has the shape of an Okta token and opens nothing.
const DefaultAdminToken = "00SyntheticAdminTokenForTheSimulatorOnly01"

// Defaults of Options.
const (
	// DefaultRateLimit is the org bucket of /api/v1/logs in requests a minute (Okta, rate limits of Workforce Identity
	// orgs).
	DefaultRateLimit = 120
	// NoRateLimit as Options.RateLimit removes the ceiling; the rate limit headers are still sent, with a very large
	// limit.
	NoRateLimit = -1
	// DefaultPrincipalShare is the share of the org bucket one API token may use (Okta, "API token and OAuth 2.0 app
	// rate limits").
	DefaultPrincipalShare = 0.5
	// DefaultConcurrencyLimit is the number of requests an org may have in flight (Okta, concurrency limits).
	DefaultConcurrencyLimit = 75
	// DefaultRetention is how long events can be read (Okta, System Log query reference).
	DefaultRetention = 90 * 24 * time.Hour
	// DefaultMaxSince is the age above which `since` is refused (Okta, System Log query reference, E0000053).
	DefaultMaxSince = 180 * 24 * time.Hour
)

// RateHeader says which ceiling X-Rate-Limit-Limit shows. Okta calls it "applicable for the current request" and leaves
// open which one that is.
type RateHeader int

const (
	// ShowPrincipal shows the ceiling of the calling token, the default.
	ShowPrincipal RateHeader = iota
	// ShowOrg shows the ceiling of the whole org; a token over its share is refused all the same.
	ShowOrg
)

// TokenState says what Okta thinks of an API token.
type TokenState int

const (
	// TokenInvalid is unknown, revoked, expired, or its creator was deactivated: 401 E0000011.
	TokenInvalid TokenState = iota
	// TokenValid may read the System Log and manage event hooks, and gets 403 E0000006 from the management of apps.
	TokenValid
	// TokenWithoutRole belongs to an admin who may not read the System Log: 403 E0000006.
	TokenWithoutRole
	// TokenSeesNothing belongs to an admin whose role yields 200 with an empty list, as Okta does for some
	// under-privileged roles.
	TokenSeesNothing
	// TokenLogsOnly belongs to an admin who may read the System Log and has nothing to do with event hooks: 403
	// E0000006 there.
	TokenLogsOnly
	// TokenSuperAdmin belongs to a super admin: it may do everything.
	TokenSuperAdmin
	// TokenAppAdmin belongs to an admin of apps: it may make and change apps, and the keys of those without grants. For
	// grants, roles, org settings, event hooks and the log it gets 403 E0000006.
	TokenAppAdmin
)

// Options describe one org. The zero value is an ordinary org in which DefaultToken may read the log and manage event
// hooks.
type Options struct {
	// OrgID is what the org tells of its id to anybody who asks; empty means that it does not tell.
	OrgID string
	// OrgURL is the okta.com address of the org, scheme and host, which it tells to anybody who asks and which issues its
	// scopes; empty means whatever address is called.
	OrgURL string
	// CustomDomain is the org's address of its own, scheme and host, which it tells beside that; empty means none.
	CustomDomain string
	// Pipeline is what the org tells of its engine: v1 or idx; empty means idx.
	Pipeline string
	// Token is the accepted SSWS token; empty means DefaultToken.
	Token string
	// AdminToken is an SSWS token of a super admin, such as DefaultAdminToken; empty means that there is none.
	AdminToken string
	// Tokens are further tokens and what becomes of them. Tokens in neither place are invalid.
	Tokens map[string]TokenState
	// Apps are the OAuth 2.0 clients by client id. SetApp and ChangeApp change them at run time.
	Apps map[string]authserver.App
	// OAuth describes the authorization server.
	OAuth authserver.Options
	// Hooks describes the org's event hooks. Org.RunHooks sends them.
	Hooks eventhooks.Options
	// Management describes how the org manages apps.
	Management management.Options

	// RateLimit is the org's ceiling in requests a minute; 0 means DefaultRateLimit, NoRateLimit none.
	RateLimit int
	// PrincipalShare is the share of RateLimit one token may use, above 0 up to 1; 0 means DefaultPrincipalShare.
	PrincipalShare float64
	// RateHeader chooses the ceiling the headers show.
	RateHeader RateHeader
	// RateEvents makes the org write system.org.rate_limit.warning (at 60 % of the org's ceiling) and .violation events
	// into its own log, once a window each.
	RateEvents bool
	// ConcurrencyLimit is the number of requests in flight; 0 means DefaultConcurrencyLimit, negative none.
	ConcurrencyLimit int

	// Now is the clock the simulation runs on; nil means time.Now, which is virtual in a testing/synctest bubble.
	Now func() time.Time
	// Skew is how far Okta's clock is ahead of Now. It governs Date, X-Rate-Limit-Reset, retention, persistence times
	// and cursors.
	Skew time.Duration
	// PageLatency is how long a request to /api/v1/logs takes. A client that goes away ends it early.
	PageLatency time.Duration

	// Retention hides events whose `published` is older; 0 means DefaultRetention, negative keeps everything.
	Retention time.Duration
	// MaxSince is the age above which `since` is refused; 0 means DefaultMaxSince, negative never refuses.
	MaxSince time.Duration

	// OmitNextWhenEmpty leaves the next link out of empty polling pages, as Okta did in 2017.
	OmitNextWhenEmpty bool
	// NoCursorWhenFirstIsEmpty makes the next link of an empty first page repeat `since` instead of carrying `after`.
	NoCursorWhenFirstIsEmpty bool
	// FoldLinks sends both links in one header line joined by a comma, as a proxy may.
	FoldLinks bool

	// BadCursorCode is the Okta error code for a cursor that is not valid; empty means fault.DefaultPositionCode.
	BadCursorCode string
	// AdoptCursors takes polling cursors of an earlier process, whose events this log does not have, for the end of
	// their millisecond: a simulator that is started again is the same org to its clients. Otherwise such a cursor is
	// refused.
	AdoptCursors bool
	// ScanLimit is how many events one request with `filter` or `q` examines at most, which makes short pages in
	// mid-stream; 0 means no limit.
	ScanLimit int
	// MoveWhenEmpty makes the next link of an empty page with `filter` or `q` name the place where looking ended, rather
	// than the place where it began. What Okta does is not documented. It does not hold for who sees nothing at all: no
	// client could tell what it missed then.
	MoveWhenEmpty bool
	// MaxPage is how many events a page holds at most, even where more were asked for and are there;
	// 0 means no such limit. Okta promises no full pages.
	MaxPage int
	// RequireHTTPS answers plain http with 405 E0000022, as Okta does. Off by default, so that a loopback server can be
	// used.
	RequireHTTPS bool

	// RequestLog is how many of the newest requests Requests remembers; 0 means all, negative none.
	RequestLog int
}

// withDefaults returns o with every zero value that stands for a default filled in.
func (o Options) withDefaults() Options {
	setDefault(&o.Token, DefaultToken)
	setDefault(&o.RateLimit, DefaultRateLimit)
	setDefault(&o.PrincipalShare, DefaultPrincipalShare)
	setDefault(&o.ConcurrencyLimit, DefaultConcurrencyLimit)
	setDefault(&o.Retention, DefaultRetention)
	setDefault(&o.MaxSince, DefaultMaxSince)
	setDefault(&o.BadCursorCode, fault.DefaultPositionCode)
	o.OAuth = o.OAuth.WithDefaults()
	o.Hooks = o.Hooks.WithDefaults()
	o.Management = o.Management.WithDefaults()
	setDefault(&o.Pipeline, "idx")
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func setDefault[T comparable](value *T, preset T) {
	var zero T
	if *value == zero {
		*value = preset
	}
}
