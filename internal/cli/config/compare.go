// SPDX-License-Identifier: Apache-2.0

package config

import (
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// firstOf remembers which line had a value first.
type firstOf map[string]int

func (f firstOf) before(value string, line int) int {
	if first, there := f[value]; there {
		return first
	}
	f[value] = line
	return 0
}

// compare finds what two lines may not have both.
func compare(orgs []*org, wrong *faults) {
	names, domains, files := firstOf{}, firstOf{}, firstOf{}
	for _, o := range orgs {
		// On some systems names of files that differ in case alone are the same, and so would be the stored positions.
		if first := names.before(strings.ToLower(o.name), o.line); o.name != "" && first > 0 {
			wrong.add(o.line, "%s %s is that of line %d: use another one", columnName, wire.Quote(o.name), first)
		}
		if o.domain != "" {
			if first := domains.before(o.domain, o.line); first > 0 {
				wrong.add(o.line, "%s is the org of line %d: remove one of the two lines", columnOrg, first)
			}
		}
		for _, file := range o.ownFiles() {
			if first := files.before(file, o.line); first > 0 {
				wrong.add(o.line, "the file of its credential is that of line %d, and a credential belongs to one org: name its own file", first)
			}
		}
	}
}

// ownFiles are those of credentials that belong to one org. A private key may be that of apps in several orgs.
func (o *org) ownFiles() (files []string) {
	if path, is := o.credential[columnToken].(string); is {
		files = append(files, path)
	}
	if oauth, is := o.credential["oauth"].(map[string]any); is {
		if path, is := oauth[columnSecret].(string); is {
			files = append(files, path)
		}
	}
	return files
}
