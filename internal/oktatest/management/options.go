// SPDX-License-Identifier: Apache-2.0

package management

import "time"

// Defaults of Options.
const (
	// DefaultRateLimit is the bucket of the list of apps and of all that is below an app, in requests a minute (Okta,
	// rate limits of Workforce Identity orgs).
	DefaultRateLimit = 100
	// DefaultAppRateLimit is the bucket of one app by its id, in requests a minute (same source).
	DefaultAppRateLimit = 500
	// DefaultPageSize is how many apps a page of the list holds when the request does not say.
	DefaultPageSize = 20
)

// Limits of the API (Okta, Applications API).
const (
	maxPageSize    = 200
	maxKeys        = 50 // an app
	maxSecrets     = 2  // an app
	maxLabel       = 100
	minClientID    = 6
	maxClientID    = 100
	minSecret      = 14
	minSecretHMAC  = 32 // client_secret_jwt
	maxSecret      = 100
	minRSABits     = 2048
	generatedBytes = 64 // of a secret
)

// Duplicate says what becomes of a grant that is there already. Okta documents nothing; its own tests accept both.
type Duplicate int

const (
	// SameGrant answers with the grant that is there, the default.
	SameGrant Duplicate = iota
	// DuplicateRefused answers 400 E0000001.
	DuplicateRefused
)

// Options describe how an org manages apps. The zero value behaves as recorded on real orgs.
type Options struct {
	// RateLimit is the ceiling of /api/v1/apps and of what is below an app, and one of its own of
	// /oauth2/v1/clients, in requests a minute; 0 means DefaultRateLimit, negative none.
	RateLimit int
	// AppRateLimit is the ceiling of /api/v1/apps/{id}, and one of its own of org settings; 0 means
	// DefaultAppRateLimit, negative none.
	AppRateLimit int

	// PageSize is how many apps a page of the list holds when the request does not say; 0 means DefaultPageSize.
	PageSize int
	// MaxPage is how many apps a page of the list holds at most, whatever the request says; 0 means no such limit.
	MaxPage int
	// NextHost is the host that the next links of the list name, as a custom domain may; empty means the host that was
	// called.
	NextHost string
	// AdminHrefs makes the links in bodies name the admin host: acme-admin.okta.com for acme.okta.com.
	AdminHrefs bool
	// ListsInactive shows inactive apps without includeNonDeleted too. Okta's reference says that they are left out.
	ListsInactive bool
	// MaxApps is how many apps the org may have, as free ones may have few; 0 means no limit.
	MaxApps int

	// KeepsOmitted keeps the settings that a replacement of an app leaves out. Okta falls back to their defaults.
	KeepsOmitted bool
	// KeysInObject lists the keys of an app as {"jwks":{"keys":[…]}}, as an example of Okta's reference does; its schema
	// and its own tests have an array.
	KeysInObject bool
	// KeyDelay is how long after it was added or activated the token endpoint does not know of a key.
	KeyDelay time.Duration

	// GrantCreated answers 201 to a grant, as Okta's reference says; 200 was recorded.
	GrantCreated bool
	// DuplicateGrant chooses what becomes of a grant that is there already.
	DuplicateGrant Duplicate
	// RoleOK answers 200 to the assignment of a role, as Okta's reference says; 201 was recorded.
	RoleOK bool
	// DuplicateRoleCode is the error code of a role that is assigned already; empty means E0000090. E0000263 is in
	// Okta's catalogue too.
	DuplicateRoleCode string
	// ReportRoleRefused makes REPORT_ADMIN alone not enough to read the System Log. Okta's help says that it is; nobody
	// has published a recording.
	ReportRoleRefused bool
	// SuperAdminClients is the org's setting "Public client app admins" at the start: the first grant of a service app
	// makes it a super admin.
	SuperAdminClients bool
}

// WithDefaults returns o with every zero value that stands for a default filled in.
func (o Options) WithDefaults() Options {
	preset(&o.RateLimit, DefaultRateLimit)
	preset(&o.AppRateLimit, DefaultAppRateLimit)
	preset(&o.PageSize, DefaultPageSize)
	preset(&o.DuplicateRoleCode, "E0000090")
	return o
}

func preset[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}
