// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// Unusable makes an error of an answer that could not be used because of err. body is the part of its body that was
// read, and opening are the characters that what was asked for begins with: "[" for a page. Whatever it says, the same
// request may succeed later.
func Unusable(resp *http.Response, body []byte, opening string, err error) error {
	return unusable(resp, body, opening, err, false)
}

// UnusableToken does so for an answer of the token endpoint. Nothing of the body but the members of an error becomes
// part of the error: the rest may be a token.
func UnusableToken(resp *http.Response, body []byte, err error) error {
	return unusable(resp, body, "{", err, true)
}

func unusable(resp *http.Response, body []byte, opening string, err error, token bool) error {
	var e *Error
	if !errors.As(err, &e) {
		e = NoAnswer(err)
	}
	e.Status, e.TokenEndpoint = resp.StatusCode, token
	e.RequestID = wire.Printable(resp.Header.Get("X-Okta-Request-Id"), 100)
	e.marked = e.RequestID != ""
	coding := foreignEncoding(resp, body)
	if coding == nil {
		coding = badGzip(resp, body, err)
	}
	if e.Cause != CauseUnknown && e.Cause != CauseMalformed && (coding == nil || e.Cause != CauseConnectionBroken) {
		return e
	}
	e.read(body)
	if token {
		e.readOAuth(body)
	}
	switch {
	case e.Code != "" && e.marked:
		e.Err = errors.New("an error with the status of a success")
		e.Cause = causeOfCode(e.Kind, e.Status, e.Code, e.Summary)
		e.blameCredentialSent(resp)
	case coding != nil:
		e.Cause = CauseEncoding
		if e.Err == nil {
			e.Err = coding
			break
		}
		e.Err = fmt.Errorf("%w: %w", coding, e.Err) // and not err, which may be e itself
	case !e.marked && (!beginsWith(body, opening) || token && isOtherObject(body)):
		e.Cause = CauseNotOkta
		e.Via = answererOf(resp)
	}
	return e
}

// isOtherObject reports whether a body is a whole JSON object without an access token: the answer of another API.
func isOtherObject(body []byte) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal(body, &members) == nil && members["access_token"] == nil
}

// beginsWith reports whether the first character of a body is one of some.
func beginsWith(body []byte, opening string) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	return len(body) > 0 && strings.IndexByte(opening, body[0]) >= 0
}

// packed are the first bytes of what is packed, by its coding. gzip was unpacked where an answer says that it is
// gzip, and the header is gone then.
var packed = []struct{ coding, begins string }{{"gzip", "\x1f\x8b"}, {"zstd", "\x28\xb5\x2f\xfd"}, {"deflate", "\x78\x9c"}, {"deflate", "\x78\xda"}, {"deflate", "\x78\x01"}, {"deflate", "\x78\x5e"}}

// foreignEncoding says how a body is packed that could not be read, where nobody has asked for that; it is nil where
// the body is not packed. The clients ask for gzip alone.
func foreignEncoding(resp *http.Response, body []byte) error {
	named := resp.Header.Values("Content-Encoding")
	codings := slices.DeleteFunc(strings.Split(strings.Join(named, ","), ","), func(coding string) bool {
		return strings.TrimSpace(coding) == "" || strings.EqualFold(strings.TrimSpace(coding), "identity")
	})
	if len(codings) > 0 {
		return fmt.Errorf("the body has the Content-Encoding %q, which was not asked for", wire.Printable(strings.Join(named, ", "), 100))
	}
	for _, p := range packed {
		if bytes.HasPrefix(body, []byte(p.begins)) {
			return fmt.Errorf("the body is packed with %s, and its Content-Encoding does not say so", p.coding)
		}
	}
	return nil
}
