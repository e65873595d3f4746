// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// SendJSON answers 200 with a value that encoding/json can marshal.
func SendJSON(w http.ResponseWriter, value any) { SendJSONWith(w, http.StatusOK, value) }

// SendJSONWith answers with a status and a value that encoding/json can marshal.
func SendJSONWith(w http.ResponseWriter, status int, value any) {
	body := marshal(value)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	Send(w, status, body)
}

// Send writes status and body.
func Send(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is not the server's problem
}

// Quoted returns a text as a JSON string.
func Quoted(text string) string { return string(marshal(text)) }

func marshal(value any) []byte {
	raw, err := json.Marshal(value)
	if err != nil { // what the simulator sends always marshals
		panic(err)
	}
	return raw
}

// Pause waits for d and reports whether ctx lasted that long.
func Pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// CeilSecond returns the first whole second since 1970 that is not before t: a client that waits for it is never early.
func CeilSecond(t time.Time) int64 { return t.Add(time.Second - time.Nanosecond).Unix() }
