// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// notMade is the id of an object that a dry run did not make.
const notMade = "not-made"

// dryRun is a transport that sends what only reads, and prints what would change something instead of sending it. It is
// above the credential, which it therefore never sees.
type dryRun struct {
	next http.RoundTripper
	want func(format string, args ...any)
}

// RoundTrip answers a change as if it had been made.
func (d *dryRun) RoundTrip(req *http.Request) (*http.Response, error) {
	aboutNothing := strings.Contains(req.URL.Path, "/"+notMade+"/")
	if req.Method == http.MethodGet && !aboutNothing {
		return d.next.RoundTrip(req)
	}
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	if req.Method == http.MethodGet {
		return answer(req, []byte("[]")), nil
	}
	d.want("%s %s %s", req.Method, req.URL, concealed(body))
	return answer(req, madeOf(body)), nil
}

// madeOf is the object that a request would have made.
func madeOf(body []byte) []byte {
	object := map[string]any{}
	_ = json.Unmarshal(body, &object) // a request without a body makes an object without members
	object["id"], object["status"] = notMade, "ACTIVE"
	if credentials, ok := object["credentials"].(map[string]any); ok {
		if client, ok := credentials["oauthClient"].(map[string]any); ok {
			client["client_id"] = notMade
		}
	}
	text, err := json.Marshal(object)
	if err != nil { // it was JSON a moment ago
		return []byte("{}")
	}
	return text
}

// concealed is a request's body without the value of a secret header.
func concealed(body []byte) string {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return string(body) // there is none
	}
	channel, _ := object["channel"].(map[string]any)
	config, _ := channel["config"].(map[string]any)
	scheme, _ := config["authScheme"].(map[string]any)
	if scheme == nil {
		return string(body)
	}
	scheme["value"] = "[REDACTED]"
	text, err := json.Marshal(object)
	if err != nil {
		return "{}"
	}
	return string(text)
}

func answer(req *http.Request, body []byte) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)), Request: req,
	}
}
