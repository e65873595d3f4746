// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// FromStranger answers in Okta's place, as a proxy, a gateway or a captive portal does: without what marks an answer as
// Okta's.
func FromStranger(status int, body Body) Fault {
	return Fault{Name: fmt.Sprint("a stranger's ", status), Free: true, Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for name := range w.Header() {
			if name != "Date" {
				w.Header().Del(name)
			}
		}
		body.send(w, status)
	}}
}

// Echo refuses a request and repeats its headers, credentials among them: in the error object, in the challenge, and
// spelled with an escape sequence between the letters.
func Echo(status int) Fault {
	return Fault{Name: "echo", Serve: func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		sent := r.Header.Get("Authorization") + " " + r.Header.Get("DPoP")
		w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer error=%q, error_description=%q", sent, sent))
		OktaError("E0000011", sent+" "+strings.Join(strings.Split(sent, ""), "\x1b[0m")).send(w, status)
	}}
}

// HugeEvents adds an array of so many numbers to the first event of the page; an empty page stays empty.
func HugeEvents(numbers int) Fault {
	return onBody("huge events", "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		body := string(caught.body)
		if strings.HasPrefix(body, `[{"`) {
			body = `[{"huge":[` + strings.Repeat("0,", numbers) + `0],` + body[len("[{"):]
		}
		api.Send(w, caught.status, []byte(body))
	})
}

// Unpacks sends a gzip stream of some kilobytes that unpacks to a JSON text of about n bytes: a text before and after
// so many elements of an array.
func Unpacks(before string, n int, after string) Fault {
	return Fault{Name: "unpacks", Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusOK)
		packed := gzip.NewWriter(w)
		_, _ = packed.Write([]byte(before)) // a client that went away is not the server's problem
		block := []byte(strings.Repeat("0,", 32<<10))
		for sent := 0; sent < n; sent += len(block) {
			_, _ = packed.Write(block)
		}
		_, _ = packed.Write([]byte("0" + after))
		_ = packed.Close()
	}}
}
