// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// TruncatedJSON sends the first half of the page as if it were all of it.
func TruncatedJSON() Fault {
	return onBody("truncated json", "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		api.Send(w, caught.status, caught.body[:len(caught.body)/2])
	})
}

// InvalidJSON sends the whole page with a stray byte in it that JSON does not allow.
func InvalidJSON() Fault {
	return onBody("invalid json", "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		api.Send(w, caught.status, slices.Concat(caught.body[:1], []byte{0x01}, caught.body[1:]))
	})
}

// HalfGzip sends the first half of the page's gzip stream, as a gateway that gave up does.
func HalfGzip() Fault {
	return onBody("half gzip", "gzip", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		w.Header().Set("Content-Encoding", "gzip")
		api.Send(w, caught.status, caught.body[:len(caught.body)/2])
	})
}

// WrongContentLength announces more bytes than it sends.
func WrongContentLength() Fault {
	return onBody("wrong content length", "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		w.Header().Set("Content-Length", strconv.Itoa(len(caught.body)+1000))
		api.Send(w, caught.status, caught.body)
	})
}

// DuplicateEvents sends the page with its first event repeated at the end; an empty page stays empty.
func DuplicateEvents() Fault {
	return onBody("duplicate events", "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		var events []json.RawMessage
		if json.Unmarshal(caught.body, &events) != nil || len(events) == 0 {
			api.Send(w, caught.status, caught.body)
			return
		}
		repeated := slices.Concat(bytes.TrimSuffix(caught.body, []byte("]")), []byte(","), events[0], []byte("]"))
		api.Send(w, caught.status, repeated)
	})
}

// ResetBeforeAnswer breaks the connection before the first byte of the answer. http.Transport by itself repeats such a
// GET on a connection that was used before; Org.Transport never does.
func ResetBeforeAnswer() Fault {
	return Fault{Name: "reset before answer", Serve: func(http.ResponseWriter, *http.Request, http.Handler) {
		panic(http.ErrAbortHandler)
	}}
}

// ResetMidBody breaks the connection after half of the page.
func ResetMidBody() Fault {
	return onBody("reset in mid-body", "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		api.Send(w, caught.status, caught.body[:len(caught.body)/2])
		flush(w)
		panic(http.ErrAbortHandler)
	})
}

// Hang says nothing until the client goes away.
func Hang() Fault {
	return Fault{Name: "hang", Serve: func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}}
}

// HangMidBody sends half of the page and then nothing until the client goes away.
func HangMidBody() Fault {
	return onBody("hang in mid-body", "identity", func(w http.ResponseWriter, r *http.Request, caught *recorded) {
		api.Send(w, caught.status, caught.body[:len(caught.body)/2])
		flush(w)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	})
}

// SlowBody sends the page in the given number of pieces with a pause before each.
func SlowBody(pieces int, between time.Duration) Fault {
	return onBody("slow body", "identity", func(w http.ResponseWriter, r *http.Request, caught *recorded) {
		w.WriteHeader(caught.status)
		flush(w)
		size := max(1, (len(caught.body)+pieces-1)/max(1, pieces))
		for piece := range slices.Chunk(caught.body, size) {
			if !api.Pause(r.Context(), between) {
				panic(http.ErrAbortHandler)
			}
			_, _ = w.Write(piece) // the next pause notices a client that went away
			flush(w)
		}
	})
}

// OversizedBody sends a valid array of n bytes or a little more, all of it small events; a negative n never ends.
func OversizedBody(n int) Fault {
	return Fault{Name: "oversized body", Serve: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		_, err := w.Write([]byte("["))
		block := []byte(strings.Repeat(`{"eventType":"user.session.start","displayMessage":"`+strings.Repeat("x", 900)+`"},`, 32))
		for sent := 0; err == nil && (n < 0 || sent < n); sent += len(block) {
			_, err = w.Write(block)
		}
		_, _ = w.Write([]byte("{}]")) // a client that went away is not the server's problem
	}}
}

// changeNext rewrites the next link, and leaves each link in a line of its own. An empty result removes it.
func changeNext(h http.Header, change func(next string) string) {
	var kept []string
	for _, line := range h["Link"] {
		for _, link := range strings.SplitAfter(line, `", `) {
			link = strings.TrimSuffix(link, ", ")
			if strings.HasSuffix(link, `rel="next"`) {
				link = change(link)
			}
			if link != "" {
				kept = append(kept, link)
			}
		}
	}
	if h["Link"] = kept; len(kept) == 0 {
		delete(h, "Link")
	}
}

// RawText puts text into the message of the page's first event as it is, such as a control character that is not
// escaped, where JSON may not allow it.
func RawText(text string) Fault {
	return onBody("raw text", "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		api.Send(w, caught.status, bytes.Replace(caught.body, []byte(`"displayMessage":"`), []byte(`"displayMessage":"`+text), 1))
	})
}
