// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"strings"
	"time"
)

// orgURL is an org_url and the host that it means.
type orgURL struct{ text, host string }

// orgHosts are the hosts that a node's receiver may be pointed at.
type orgHosts struct {
	org     string // the node's org
	domain  string // its custom domain
	another string // another org, where nothing happens and the same token works
	nowhere string // no host has that name
}

func newOrgHosts(org string) orgHosts {
	name, rest, _ := strings.Cut(org, ".")
	return orgHosts{org: org, domain: "login." + name + ".example", another: name + "2." + rest, nowhere: name + "x." + rest}
}

// own is the usual org_url of the node's org.
func (h orgHosts) own() orgURL { return orgURL{"https://" + h.org, h.org} }

// spellings is how many ways there are to write the same org_url.
const spellings = 6

// respelled is the same org_url, written in one of these ways.
func (o orgURL) respelled(way int) orgURL {
	o.text = [spellings]string{
		"https://" + o.host, "https://" + o.host + ":443", "https://" + strings.ToUpper(o.host) + "/",
		"https://" + o.host + ".", o.host, " HTTPS://" + o.host + ".:443 ",
	}[way]
	return o
}

// orgURLRespelled is a receiver whose org_url is written in another way from now on.
type orgURLRespelled struct{ way int }

func (f orgURLRespelled) String() string {
	return fmt.Sprintf("org_url becomes %q", orgURL{host: "org"}.respelled(f.way).text)
}

func (f orgURLRespelled) apply(n *node) {
	n.commands <- func() { n.restart(restart{filter: -1, orgURL: n.currentOrgURL().respelled(f.way)}) }
}

// orgURLWrong is an org_url that is wrong for a while.
type orgURLWrong struct {
	another bool // it is that of another org, and not of none
	last    time.Duration
}

func (f orgURLWrong) String() string {
	if f.another {
		return fmt.Sprintf("org_url is that of another org for %s", f.last)
	}
	return fmt.Sprintf("org_url is that of no org for %s", f.last)
}

func (f orgURLWrong) apply(n *node) {
	n.commands <- func() {
		right, wrong := n.currentOrgURL(), n.hosts.nowhere
		if f.another {
			if !n.hasPosition() {
				return // start_at would count from the first start with this org
			}
			wrong = n.hosts.another
		}
		n.coverage.add("met: a wrong org_url", 1)
		n.restart(restart{filter: -1, orgURL: orgURL{"https://" + wrong, wrong}})
		time.Sleep(f.last)
		n.restart(restart{filter: -1, orgURL: right})
	}
}

// customDomain is an org that gets another host, which the receiver is pointed at.
type customDomain struct{}

func (customDomain) String() string { return "the org moves to a custom domain, and org_url with it" }

func (customDomain) apply(n *node) {
	n.commands <- func() {
		n.coverage.add("met: a custom domain", 1)
		n.restart(restart{filter: -1, orgURL: orgURL{"https://" + n.hosts.domain, n.hosts.domain}})
	}
}

func (n *node) currentOrgURL() (current orgURL) {
	n.locked(func() { current = n.orgURL })
	return current
}

// hasPosition reports whether the receiver has stored a position.
func (n *node) hasPosition() (has bool) {
	n.locked(func() { has = n.disk.values["position"] != nil })
	return has
}
