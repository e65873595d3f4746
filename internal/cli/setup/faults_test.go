// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// whole makes each request meet each fault, which takes two minutes, instead of one each.
var whole = flag.Bool("whole", false, "each request meets each fault")

// fault is what one request meets.
type fault struct {
	name string
	do   func(w http.ResponseWriter, r *http.Request, org http.Handler)
}

// answers refuses a request in the org's place.
func answers(status int, code string) fault {
	return fault{fmt.Sprint(status, " ", code), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Okta-Request-Id", "synthetic")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"errorCode":%q,"errorSummary":"synthetic","errorId":"oae1","errorCauses":[]}`, code)
	}}
}

// faults are what requests meet, one at a time.
var faults = []fault{
	answers(http.StatusInternalServerError, "E0000009"),
	answers(http.StatusForbidden, "E0000006"),
	answers(http.StatusUnauthorized, "E0000011"),
	answers(http.StatusBadRequest, "E0000001"),
	answers(http.StatusNotFound, "E0000007"),
	answers(http.StatusConflict, "E0000268"),
	{"429 of a window that ends soon", answerWithReset(time.Unix(1, 0))},
	{"a page of a gateway", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "<html>blocked</html>")
	}},
	{"200 and no JSON", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		_, _ = io.WriteString(w, "<html>sign in</html>")
	}},
	{"done, and no answer", func(w http.ResponseWriter, r *http.Request, org http.Handler) {
		org.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}},
	{"not done, and no answer", func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }},
	{"done, and 500", func(w http.ResponseWriter, r *http.Request, org http.Handler) {
		org.ServeHTTP(httptest.NewRecorder(), r)
		answers(http.StatusInternalServerError, "E0000009").do(w, r, nil)
	}},
	{"half an answer", func(w http.ResponseWriter, r *http.Request, org http.Handler) {
		whole := httptest.NewRecorder()
		org.ServeHTTP(whole, r)
		for name, values := range whole.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", fmt.Sprint(whole.Body.Len()+1))
		w.WriteHeader(whole.Code)
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
		panic(http.ErrAbortHandler)
	}},
}

// meetsAt makes the request with the number meet a fault, the first being 0, and counts requests.
func (d *desk) meetsAt(number int, met fault) *atomic.Int32 {
	var count atomic.Int32
	d.meets(func(w http.ResponseWriter, r *http.Request, org http.Handler) {
		if int(count.Add(1)) == number+1 {
			met.do(w, r, org)
			return
		}
		org.ServeHTTP(w, r)
	})
	return &count
}

var none = fault{"nothing", func(w http.ResponseWriter, r *http.Request, org http.Handler) { org.ServeHTTP(w, r) }}

// withHook are the flags of a set-up with all that it can make.
var withHook = []string{"--yes", "--hook", "https://hooks.example.com/okta", "--hook-endpoint", "127.0.0.1:0"}

// Whatever one request of a set-up meets, the next set-up completes it and makes nothing twice, and teardown leaves the
// org as it was, also when one of its own requests meets something.
func TestEachFaultIsOvercomeByTheNextRun(t *testing.T) {
	t.Parallel()
	plain := newDesk(t, oktatest.Options{})
	count := plain.meetsAt(-1, none)
	plain.setup(withHook[1:]...)
	wanted, requests := anonymous(plain.org.Objects()), int(count.Load())
	require.Greater(t, requests, 12)
	count = plain.meetsAt(-1, none)
	require.Equal(t, exit.Good, plain.run(TeardownCommand(), "--yes").status)
	removing := int(count.Load())

	for which, met := range faults {
		for number := range requests {
			if !*whole && number%len(faults) != which {
				continue // one fault for each request
			}
			t.Run(fmt.Sprint(met.name, " at ", number), func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, oktatest.Options{})
				before := d.org.Objects()
				d.meetsAt(number, met)
				first := d.run(Command(), withHook...)
				d.meets(nil)
				second := d.run(Command(), withHook...)
				require.Equal(t, exit.Good, second.status, "%s\nthen\n%s", first.said, second.said)
				assert.ElementsMatch(t, wanted, anonymous(d.org.Objects()), first.said)
				if first.status != exit.Good {
					assert.Contains(t, first.said, "✗")
				}

				d.meetsAt(number%removing, met)
				d.run(TeardownCommand(), "--yes")
				d.meets(nil)
				d.tornDown(t, before)
			})
		}
	}
}

// tornDown tears down again, which finds nothing or the rest, and compares the org with what it was.
func (d *desk) tornDown(t *testing.T, before map[string]string) {
	t.Helper()
	ended := d.run(TeardownCommand(), "--yes")
	if ended.status != exit.Good {
		require.Contains(t, ended.said, "has no record of a set-up", "the first one removed all")
	}
	assert.Equal(t, before, d.org.Objects(), ended.said)
	assert.NoDirExists(t, d.out)
}

// A command that is ended in the middle, before or after Okta did what it asked for, is completed by the next one.
func TestEndedInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]func() *cobra.Command{"setup": Command, "teardown": TeardownCommand, "rotate": RotateCommand} {
		for number := range 24 {
			for _, done := range []bool{false, true} {
				if !*whole && (done != (number%2 == 0) || number%3 != len(name)%3) {
					continue
				}
				t.Run(fmt.Sprint(name, " at ", number, " done ", done), func(t *testing.T) {
					t.Parallel()
					d := newDesk(t, oktatest.Options{})
					before := d.org.Objects()
					if name != "setup" {
						d.setup(withHook[1:]...)
					}
					ctx, kill := context.WithCancel(t.Context())
					d.meetsAt(number, fault{"", func(w http.ResponseWriter, r *http.Request, org http.Handler) {
						if done {
							org.ServeHTTP(httptest.NewRecorder(), r)
						}
						kill()
						panic(http.ErrAbortHandler)
					}})
					ended := command()
					ended.SilenceErrors, ended.SilenceUsage = true, true
					ended.SetArgs([]string{"--yes", "--org", d.url, "--out", d.out})
					ended.SetOut(io.Discard)
					ended.SetErr(io.Discard)
					_ = ended.ExecuteContext(ctx) // whatever it says, it is ended
					d.meets(nil)
					if name != "teardown" {
						second := d.run(command(), "--yes")
						require.Equal(t, exit.Good, second.status, second.said)
						assert.Equal(t, d.record().KeyID, currentKey(t, d.out))
						d.setup()
					}
					d.tornDown(t, before)
				})
			}
		}
	}
}

func currentKey(t *testing.T, out string) string {
	t.Helper()
	k, there, err := directory(out).readKey(keyFile)
	require.NoError(t, err)
	require.True(t, there)
	return k.id()
}

// Objects of one kind are named by their path.
func count(objects map[string]string, kind string) (n int) {
	for name := range objects {
		if strings.HasPrefix(name, kind+"/") {
			n++
		}
	}
	return n
}
