// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"net/http"
)

// organizationPath is where an org tells its id to anybody (Okta, Well-Known URIs API).
const organizationPath = "/.well-known/okta-organization"

// serveOrganization answers with the id of the org, which Options.OrgID sets. It takes no credential, and is no
// request that [Org.Requests] tells of: those are what a client does with its credential.
func (o *Org) serveOrganization(w http.ResponseWriter, r *http.Request) {
	id := o.requestID()
	o.setCommonHeaders(w.Header(), id)
	if o.opts.OrgID == "" {
		failure(http.StatusNotFound, "E0000008").write(w, errorID(id))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// A client that went away does not need the answer.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"id": o.opts.OrgID, "cellId": "ok1", "pipeline": "idx",
		"_links": map[string]any{"organization": map[string]string{"href": scheme(r) + "://" + r.Host}},
	})
}
