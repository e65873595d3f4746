// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"cmp"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// organizationPath is where an org tells its id to anybody (Okta, Well-Known URIs API).
const organizationPath = "/.well-known/okta-organization"

// serveOrganization answers with the id of the org, which Options.OrgID sets. It takes no credential, and is no
// request that [Org.Requests] tells of: those are what a client does with its credential.
func (o *Org) serveOrganization(w http.ResponseWriter, r *http.Request) {
	o.setCommonHeaders(w.Header(), o.ids.Next())
	if o.opts.OrgID == "" {
		apierror.New(http.StatusNotFound, "E0000008").Write(w)
		return
	}
	links := map[string]any{"organization": map[string]string{"href": o.url(r)}}
	if o.opts.CustomDomain != "" {
		links["alternate"] = map[string]string{"href": o.opts.CustomDomain}
	}
	api.SendJSON(w, map[string]any{"id": o.opts.OrgID, "cellId": "ok1", "pipeline": o.opts.Pipeline, "_links": links})
}

// url returns the okta.com address of the org.
func (o *Org) url(r *http.Request) string { return cmp.Or(o.opts.OrgURL, api.Origin(r)) }
