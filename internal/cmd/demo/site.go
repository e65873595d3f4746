// SPDX-License-Identifier: Apache-2.0

package main

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

//go:embed page
var page embed.FS

// policy lets the page load what it is made of, and nothing else from anywhere. Scripts in texts of events do not run.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// site answers the page's requests.
type site struct {
	http.Handler
	store *store
	port  string
}

func newSite(address, store string) *site {
	_, port, _ := net.SplitHostPort(address) // a listener's address has one
	files, _ := fs.Sub(page, "page")         // it is there
	s := &site{store: newStore(store), port: port}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /answer", s.answer)
	mux.HandleFunc("GET /event", s.event)
	s.Handler = mux
	return s
}

// ServeHTTP refuses requests for other hosts: a page from elsewhere whose name leads here can read nothing.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil || port != s.port || loopback(net.JoinHostPort(host, port)) != nil {
		http.Error(w, "this page is for this machine alone", http.StatusMisdirectedRequest)
		return
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	s.Handler.ServeHTTP(w, r)
}

// answer is all that the page shows.
func (s *site) answer(w http.ResponseWriter, r *http.Request) {
	rows, err := s.store.day(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	send(w, newAnswer(rows, time.Now(), s.store.link))
}

var uuid = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// event is all of one event, and where VictoriaLogs shows it.
func (s *site) event(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("uuid")
	if !uuid.MatchString(id) {
		http.Error(w, "the uuid of an event is wanted", http.StatusBadRequest)
		return
	}
	query := `log.record.uid:="` + id + `"`
	rows, err := s.store.query(r.Context(), query, 1)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadGateway)
	case len(rows) == 0:
		http.Error(w, "there is no such event", http.StatusNotFound)
	default:
		send(w, map[string]any{"attributes": rows[0], "link": s.store.link(query, "json")})
	}
}

func send(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what) // a browser that has gone asks again
}

// link is the address of VictoriaLogs' own page with a query ready.
func (s *store) link(query, view string) string {
	return "http://" + s.address + "/select/vmui/#/?query=" + url.QueryEscape(query) + "&g0.range_input=1d&view=" + view
}
