// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/hostile"
)

// maxAllocated is what one piece of work may have allocated in all, in bytes, garbage included.
const maxAllocated = 128 << 20

// FuzzManagement feeds the same whole answer to every request of the management APIs: to the list of event hooks, to
// what changes hooks, and to the org's id. Whatever is in it, the work ends, its error says what kind of error it is,
// and the memory that is taken is bounded by what one answer may bring, however many there are.
func FuzzManagement(f *testing.F) {
	next := `<https://acme.okta.com/api/v1/eventHooks?after=1>; rel="next"`
	hook := `{"id":"who1","name":"otel","status":"ACTIVE","verificationStatus":"VERIFIED","events":{"type":"EVENT_TYPE","items":["user.session.start"]}}`
	f.Add(200, "", "[", hook+",", uint16(3), hook+"]")
	f.Add(200, next, "[", "{},", uint16(65535), "{}]")
	f.Add(200, next, `[{"name":"otel","events":{"items":[`, `"a",`, uint16(65535), `"b"]}}]`)
	f.Add(200, "", hook, "", uint16(0), "")
	f.Add(200, "", `{"id":"`, "../", uint16(9), `"}`)
	f.Add(200, `<//elsewhere.example/api/v1/eventHooks>; rel="next"`, "[]", "", uint16(0), "")
	f.Add(403, "", `{"errorCode":"E0000006","errorSummary":"`, "\x1b[2J", uint16(9000), `"}`)
	f.Add(400, "", `{"errorCode":"E0000001","errorCauses":[`, `{"errorSummary":"x"},`, uint16(9000), `{}]}`)
	f.Fuzz(func(t *testing.T, status int, link, before, repeated string, times uint16, after string) {
		body := hostile.Body(t, before, repeated, times, after, 2<<20)
		answer := hostile.Answer{Status: status, Header: http.Header{"Link": {link}, "Content-Type": {"application/json"}}, Body: body}
		org := okta.NewClient(acme, &http.Client{Transport: auth.SSWS(acme, auth.Static(oktatest.DefaultToken), answer), Timeout: time.Minute}, "test/1")
		client := New(org)
		for _, work := range []func() error{
			func() error { _, err := org.OrgID(t.Context()); return err },
			func() error { _, err := client.List(t.Context()); return err },
			func() error { _, err := client.Ensure(t.Context(), desired()); return err },
			func() error { return client.Remove(t.Context(), &Hook{ID: "who1", Name: "otel", Status: "ACTIVE"}) },
		} {
			var err error
			allocated := hostile.Allocated(func() { err = work() })
			require.LessOrEqual(t, allocated, maxAllocated)
			var explained *oktaerr.Error
			require.True(t, err == nil || errors.As(err, &explained), "%v", err)
		}
	})
}
