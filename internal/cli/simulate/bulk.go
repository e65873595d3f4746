// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

const (
	// patterns is how many events the bulk is made from. They are varied, and small enough together to be no burden.
	patterns = 8000
	// maxPerPage is Okta's bound of limit (Okta, System Log API reference).
	maxPerPage = 1000
	// publishedLayout is how Okta writes the time of an event.
	publishedLayout = "2006-01-02T15:04:05.000Z"
)

// bulk serves a log of any length out of a few thousand events, as fast as it is read: each event goes out with a uuid
// and a published time of its own, and nothing is kept. It does nothing else that an org does, so that a benchmark
// measures its client. Full pages can be prepared: compressing one takes longer than a client takes to read it, and the
// processors that it shares with the client are slower meanwhile.
type bulk struct {
	authorization string
	latency       time.Duration
	total         int
	begin         time.Time
	step          time.Duration
	patterns      []pattern
	pages         sync.Pool
	prepared      [][]byte // the full pages, compressed, where they are prepared

	// readToEnd is called once, when a client that has read all asks again: by then it is done with what it got.
	readToEnd func()
	atEnd     atomic.Int32
}

// pattern is an event, and where its uuid and time are; publishedAt is -1 when the time is in an unusual form, which is
// left as it is.
type pattern struct {
	json                []byte
	uuidAt, publishedAt int
}

// newBulk returns a log of c.bulk events, published evenly over the backlogSpan before now.
func newBulk(c config, now time.Time, readToEnd func()) *bulk {
	generator := generate.New(c.seed)
	generator.SetMalformed(c.malformed)
	b := &bulk{
		authorization: "SSWS " + c.token,
		latency:       c.latency,
		total:         c.bulk,
		begin:         now.Add(-backlogSpan).UTC(),
		step:          backlogSpan / time.Duration(max(c.bulk, 1)),
		pages:         sync.Pool{New: func() any { return &bytes.Buffer{} }},
		readToEnd:     readToEnd,
	}
	for _, event := range generator.Events(min(patterns, c.bulk), b.begin, time.Second) {
		b.patterns = append(b.patterns, patternOf(event))
	}
	if c.prepare {
		b.prepare()
	}
	return b
}

// prepare compresses the full pages, on all processors.
func (b *bulk) prepare() {
	b.prepared = make([][]byte, b.total/maxPerPage)
	var begun atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for n := int(begun.Add(1)) - 1; n < len(b.prepared); n = int(begun.Add(1)) - 1 {
				var zipped bytes.Buffer
				b.zip(&zipped, n*maxPerPage, (n+1)*maxPerPage)
				b.prepared[n] = bytes.Clone(zipped.Bytes())
			}
		})
	}
	all.Wait()
}

func patternOf(event oktatest.Event) pattern {
	behind := func(key, value string) int {
		if at := bytes.Index(event.JSON, []byte(key+value+`"`)); at >= 0 {
			return at + len(key)
		}
		return -1
	}
	return pattern{
		json:        event.JSON,
		uuidAt:      behind(`"uuid":"`, event.UUID),
		publishedAt: behind(`"published":"`, event.Published.Format(publishedLayout)),
	}
}

func (b *bulk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/v1/logs" || r.Header.Get("Authorization") != b.authorization {
		http.Error(w, "GET /api/v1/logs with the API token", http.StatusUnauthorized)
		return
	}
	at, limit := number(r, "after", 0), min(number(r, "limit", maxPerPage), maxPerPage)
	if at == b.total && b.atEnd.Add(1) == 2 {
		b.readToEnd()
	}
	select {
	case <-time.After(b.latency):
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
	end := min(at+limit, b.total)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Link", fmt.Sprintf(`<http://%s/api/v1/logs?limit=%d&after=%d>; rel="next"`, r.Host, limit, end))
	h.Set("X-Rate-Limit-Limit", "1000000")
	h.Set("X-Rate-Limit-Remaining", "999999")
	h.Set("X-Rate-Limit-Reset", strconv.FormatInt(time.Now().Add(time.Minute).Unix(), 10))
	b.send(w, r, at, end)
}

// number reads a parameter of the request; what is missing or no number is the preset.
func number(r *http.Request, name string, preset int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil && n >= 0 {
		return n
	}
	return preset
}

// send sends the events from at up to end. A client that went away is not the server's problem.
func (b *bulk) send(w http.ResponseWriter, r *http.Request, at, end int) {
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		if n := at / maxPerPage; n < len(b.prepared) && n*maxPerPage == at && end-at == maxPerPage {
			_, _ = w.Write(b.prepared[n])
			return
		}
		b.zip(w, at, end)
		return
	}
	page := b.page(at, end)
	defer b.pages.Put(page)
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	_, _ = w.Write(page.Bytes())
}

// page returns a page, whose buffer goes back to b.pages.
func (b *bulk) page(at, end int) *bytes.Buffer {
	page := b.pages.Get().(*bytes.Buffer)
	page.Reset()
	b.write(page, at, end)
	return page
}

// zip writes a page compressed.
func (b *bulk) zip(w io.Writer, at, end int) {
	page := b.page(at, end)
	defer b.pages.Put(page)
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is valid
	_, _ = io.Copy(z, page)
	_ = z.Close()
}

// write appends the events from at up to end as a JSON array.
func (b *bulk) write(page *bytes.Buffer, at, end int) {
	var stamp [32]byte
	page.WriteByte('[')
	for i := at; i < end; i++ {
		if i > at {
			page.WriteByte(',')
		}
		p := b.patterns[i%len(b.patterns)]
		from := page.Len()
		page.Write(p.json)
		event := page.Bytes()[from:]
		// The first 48 bits are the place in the log, the rest is the pattern's: no uuid repeats.
		var place [8]byte
		binary.BigEndian.PutUint64(place[:], uint64(i))
		hex.Encode(event[p.uuidAt:], place[2:6])
		hex.Encode(event[p.uuidAt+9:], place[6:8])
		if p.publishedAt >= 0 {
			published := b.begin.Add(time.Duration(i)*b.step).AppendFormat(stamp[:0], publishedLayout)
			copy(event[p.publishedAt:], published)
		}
	}
	page.WriteByte(']')
}

// uncompressed answers as if the client had not asked for gzip.
func uncompressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		next.ServeHTTP(w, r)
	})
}
