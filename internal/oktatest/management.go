// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// maxNotedBody is how much of a request to the management API Request.Body keeps, in bytes.
const maxNotedBody = 1 << 20

// Objects returns every object of the org that its APIs show, as JSON: org settings, apps with their keys, secrets,
// grants and roles, and event hooks, by a name such as app/0oa…, key/0oa…/pks… or hook/who…. Secrets are hashes. What
// it returns before something is set up and after that is removed again tells what is left behind.
func (o *Org) Objects() map[string]string {
	base := cmp.Or(o.opts.OrgURL, "https://example.okta.com")
	objects := o.management.Objects(base)
	for id, hook := range o.hooks.Objects(base) {
		objects["hook/"+id] = hook
	}
	texts := make(map[string]string, len(objects))
	for name := range maps.Keys(objects) {
		raw, err := json.Marshal(objects[name])
		if err != nil { // what the simulator shows always marshals
			panic(err)
		}
		texts[name] = string(raw)
	}
	return texts
}

// noteBody keeps the body of a request to the management API, which is read again afterwards.
func (o *Org) noteBody(r *http.Request, noted *Request) {
	if !api.AboutManagement(r) && !api.AboutHooks(r) {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxNotedBody))
	r.Body = readAgain{io.MultiReader(bytes.NewReader(body), failing{err}, r.Body), r.Body}
	if err == nil {
		o.update(func() { noted.Body = body })
	}
}

// readAgain is a body whose beginning was read already.
type readAgain struct {
	io.Reader
	io.Closer
}

// failing fails as reading did before, if it did.
type failing struct{ err error }

// Read implements io.Reader.
func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}
