// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// room is the memory of a page: its bytes, and the tapes of its events. For a full page it is 4 MB.
type room struct {
	body  bytes.Buffer
	tapes jsontape.Elements
}

// rooms hands a client's rooms from one page to another. While a log is drained there are two, for the page that is
// being delivered and the one behind it. A pool that all share has some more of them in each of its parts.
type rooms struct {
	spare  atomic.Pointer[room]
	before atomic.Int64 // how long the page before was, in bytes
}

// take returns a room for a page, which is expected to be as long as the one before, and an eighth more.
func (r *rooms) take() *room {
	if spare := r.spare.Swap(nil); spare != nil {
		return spare
	}
	before := int(r.before.Load())
	expected := new(room)
	expected.body.Grow(min(before+before/8, maxKeptBody))
	return expected
}

// giveBack takes a room back for the next page, where there are more for now: a receiver that has read all holds none.
// Nor is one kept that is much larger than the page, or than pages are.
func (r *rooms) giveBack(used *room, more bool) {
	size, held := used.body.Len(), used.body.Cap()
	used.body.Reset()
	used.tapes.Release()
	if !more || held > min(size+size/2, maxKeptBody) {
		used = nil
	}
	r.spare.Store(used)
}

// read reads the whole body of an answer. It holds what came also where that is not all.
func (r *room) read(resp *http.Response) error {
	if size := resp.ContentLength; size > 0 && size <= maxPageBytes {
		r.body.Grow(int(size) + bytes.MinRead)
	}
	n, err := r.body.ReadFrom(io.LimitReader(resp.Body, maxPageBytes+1))
	if err != nil {
		return fmt.Errorf("read the body: %w", oktaerr.WithoutURL(err))
	}
	if n > maxPageBytes {
		return fmt.Errorf("the page is larger than %d MiB: lower page_size", maxPageBytes>>20)
	}
	return nil
}
