// SPDX-License-Identifier: Apache-2.0

package management

import (
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// operation is what a method does on a path.
type operation struct {
	do func(s *Server, c *call) (reply, *apierror.Error)
	// superOnly is what only super admins may do.
	superOnly bool
}

// route is a path with a name in braces for each part that is an id, and what each method does there.
type route struct {
	path    string
	methods map[string]operation
}

// anyAdmin is an operation that admins of apps may do too.
func anyAdmin(do func(s *Server, c *call) (reply, *apierror.Error)) operation {
	return operation{do: do}
}

// superAdmin is an operation that only super admins may do (Okta, "Only the Super Admin role has permissions to grant
// scopes"; standard administrator roles).
func superAdmin(do func(s *Server, c *call) (reply, *apierror.Error)) operation {
	return operation{do: do, superOnly: true}
}

// Paths below an app.
const (
	appPath     = api.AppsPath + "/{app}"
	keysPath    = appPath + "/credentials/jwks"
	secretsPath = appPath + "/credentials/secrets"
	grantsPath  = appPath + "/grants"
	rolesPath   = api.ClientsPath + "/{client}/roles"
)

// routes are the paths of the API.
var routes = []route{
	{api.AppsPath, map[string]operation{"GET": anyAdmin((*Server).listApps), "POST": anyAdmin((*Server).createApp)}},
	{appPath, map[string]operation{"GET": anyAdmin((*Server).showApp), "PUT": anyAdmin((*Server).replaceApp), "DELETE": anyAdmin((*Server).deleteApp)}},
	{appPath + "/lifecycle/activate", map[string]operation{"POST": anyAdmin((*Server).activateApp)}},
	{appPath + "/lifecycle/deactivate", map[string]operation{"POST": anyAdmin((*Server).deactivateApp)}},
	{keysPath, map[string]operation{"GET": anyAdmin((*Server).listKeys), "POST": anyAdmin((*Server).addKey)}},
	{keysPath + "/{key}", map[string]operation{"GET": anyAdmin((*Server).showKey), "DELETE": anyAdmin((*Server).deleteKey)}},
	{keysPath + "/{key}/lifecycle/activate", map[string]operation{"POST": anyAdmin((*Server).activateKey)}},
	{keysPath + "/{key}/lifecycle/deactivate", map[string]operation{"POST": anyAdmin((*Server).deactivateKey)}},
	{secretsPath, map[string]operation{"GET": anyAdmin((*Server).listSecrets), "POST": anyAdmin((*Server).addSecret)}},
	{secretsPath + "/{secret}", map[string]operation{"GET": anyAdmin((*Server).showSecret), "DELETE": anyAdmin((*Server).deleteSecret)}},
	{secretsPath + "/{secret}/lifecycle/activate", map[string]operation{"POST": anyAdmin((*Server).activateSecret)}},
	{secretsPath + "/{secret}/lifecycle/deactivate", map[string]operation{"POST": anyAdmin((*Server).deactivateSecret)}},
	{grantsPath, map[string]operation{"GET": superAdmin((*Server).listGrants), "POST": superAdmin((*Server).addGrant)}},
	{grantsPath + "/{grant}", map[string]operation{"GET": superAdmin((*Server).showGrant), "DELETE": superAdmin((*Server).revokeGrant)}},
	{rolesPath, map[string]operation{"GET": superAdmin((*Server).listRoles), "POST": superAdmin((*Server).assignRole)}},
	{rolesPath + "/{role}", map[string]operation{"GET": superAdmin((*Server).showRole), "DELETE": superAdmin((*Server).unassignRole)}},
	{api.PrivilegesPath, map[string]operation{"GET": anyAdmin((*Server).showPrivileges), "PUT": superAdmin((*Server).setPrivileges)}},
}

// find returns the route of a path and the ids in it, or nil.
func find(path string) (*route, map[string]string) {
	parts := strings.Split(path, "/")
	for i := range routes {
		if ids, ok := match(strings.Split(routes[i].path, "/"), parts); ok {
			return &routes[i], ids
		}
	}
	return nil, nil
}

func match(pattern, parts []string) (ids map[string]string, ok bool) {
	if len(pattern) != len(parts) {
		return nil, false
	}
	ids = map[string]string{}
	for i, want := range pattern {
		name, isID := strings.CutPrefix(want, "{")
		switch {
		case isID && parts[i] != "":
			ids[strings.TrimSuffix(name, "}")] = parts[i]
		case want != parts[i]:
			return nil, false
		}
	}
	return ids, true
}

// Check refuses requests that never get as far as an object: another path than those of the API, another method than
// the path knows.
func Check(r *http.Request) *apierror.Error {
	found, _ := find(r.URL.Path)
	if found == nil {
		return apierror.New(http.StatusNotFound, "E0000008")
	}
	if _, known := found.methods[r.Method]; !known {
		return apierror.New(http.StatusMethodNotAllowed, "E0000022")
	}
	if accept := r.Header.Get("Accept"); accept != "" && !strings.Contains(accept, "json") && !strings.Contains(accept, "*/*") {
		return apierror.New(http.StatusBadRequest, "E0000019")
	}
	return nil
}

// Bucket is a rate limit that requests share (Okta, rate limits).
type Bucket int

const (
	// BucketOfApps is that of /api/v1/apps and of all below one app.
	BucketOfApps Bucket = iota
	// BucketOfApp is that of /api/v1/apps/{id}.
	BucketOfApp
	// BucketOfClients is that of /oauth2/v1/clients.
	BucketOfClients
	// BucketOfOrg is that of settings of the org.
	BucketOfOrg
)

// BucketOf returns the rate limit that a request counts against.
func BucketOf(r *http.Request) Bucket {
	found, _ := find(r.URL.Path)
	switch {
	case found != nil && found.path == appPath:
		return BucketOfApp
	case strings.HasPrefix(r.URL.Path, api.ClientsPath):
		return BucketOfClients
	case r.URL.Path == api.PrivilegesPath:
		return BucketOfOrg
	}
	return BucketOfApps
}

// Limits returns the ceiling of each rate limit in requests a minute; negative is none.
func (o Options) Limits() map[Bucket]int {
	return map[Bucket]int{BucketOfApps: o.RateLimit, BucketOfClients: o.RateLimit, BucketOfApp: o.AppRateLimit, BucketOfOrg: o.AppRateLimit}
}
