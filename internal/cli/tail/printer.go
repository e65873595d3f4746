// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"golang.org/x/term"
)

// printer prints records, one after the other whoever sends them. Make one with newPrinter.
type printer struct {
	json, full bool
	to         io.Writer
	pattern    *regexp.Regexp
	screen     func() screen
	onUnread   func()

	mu                     sync.Mutex
	failed                 error
	heading                string
	records, shown, marked int
}

// newPrinter prints to a terminal what fits there, and all of it elsewhere. unread is called when nobody reads it.
func newPrinter(to io.Writer, pattern *regexp.Regexp, unread func()) *printer {
	p := &printer{to: to, pattern: pattern, onUnread: unread, screen: func() screen { return screen{zone: time.UTC} }}
	if file, ok := to.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.screen = func() screen { return terminal(file) }
	}
	return p
}

// terminal reads the width each time: people change it. NO_COLOR is as no-color.org says: any text switches it on.
func terminal(file *os.File) screen {
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 {
		columns = 80
	}
	return screen{colours: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", width: columns, zone: time.Local}
}

// print prints the records that match. Its error says that nobody reads them.
func (p *printer) print(logs plog.Logs) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return p.failed
	}
	var b strings.Builder
	s := p.screen()
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				p.records++
				if matches(p.pattern, record) {
					p.add(&b, s, resource.Resource(), record)
				}
			}
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if _, err := io.WriteString(p.to, b.String()); err != nil {
		p.failed = fmt.Errorf("print the records: %w", err)
		p.onUnread()
	}
	return p.failed
}

func (p *printer) add(b *strings.Builder, s screen, resource pcommon.Resource, record plog.LogRecord) {
	e := eventOf(resource, record)
	p.shown++
	if len(e.rules) > 0 {
		p.marked++
	}
	if p.json {
		b.Write(lineOfJSON(resource, record))
		return
	}
	if heading := s.heading(e); heading != p.heading {
		b.WriteString(heading)
		p.heading = heading
	}
	b.WriteString(s.line(e))
	if p.full {
		b.WriteString(details(resource, record))
	}
}

// matches reports whether the pattern is found in the name or the text of a record, or in one of its attributes.
func matches(pattern *regexp.Regexp, record plog.LogRecord) bool {
	if pattern.String() == "" || pattern.MatchString(record.EventName()) || pattern.MatchString(record.Body().AsString()) {
		return true
	}
	for _, value := range record.Attributes().All() {
		if pattern.MatchString(value.AsString()) {
			return true
		}
	}
	return false
}

// unread reports whether printing has failed.
func (p *printer) unread() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed != nil
}

// total says how many records came.
func (p *printer) total() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	said := fmt.Sprintf("%d events", p.records)
	if p.shown < p.records {
		said += fmt.Sprintf(", %d of them shown", p.shown)
	}
	if p.marked > 0 {
		said += fmt.Sprintf(", %d marked by detections", p.marked)
	}
	return said
}
