// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// faults are those of the command line.
type faults struct {
	names []string
	every int
	at    []string
}

// faultHelp says what each fault does, one a line.
func faultHelp() string {
	var b strings.Builder
	b.WriteString("Faults (--fault):")
	for _, named := range fault.All() {
		fmt.Fprintf(&b, "\n  %-17s %s", named.Name, named.Help)
	}
	return b.String()
}

func (f faults) validate(wrong *complaints, given map[string]bool) {
	for _, name := range f.names {
		_, known := fault.ByName(name)
		wrong.when(!known, "--fault %s is not known: use some of %s", name, strings.Join(fault.Names(), ", "))
	}
	var endpoints []string
	for _, endpoint := range oktatest.Endpoints() {
		endpoints = append(endpoints, string(endpoint))
	}
	for _, endpoint := range f.at {
		wrong.when(!slices.Contains(endpoints, endpoint), "--fault-at %s is not known: use some of %s", endpoint, strings.Join(endpoints, ", "))
	}
	wrong.when(f.every < 1, "--fault-every must be at least 1 request")
	for _, name := range []string{"fault-every", "fault-at"} {
		wrong.when(given[name] && len(f.names) == 0, "--%s does nothing without --fault: give both", name)
	}
}

// inject makes requests to the org meet the faults.
func (f faults) inject(org *oktatest.Org) {
	var met []fault.Fault
	for _, name := range f.names {
		named, _ := fault.ByName(name) // validate knows it
		met = append(met, named)
	}
	if len(met) == 0 {
		return
	}
	for _, endpoint := range f.at {
		org.InjectEvery(oktatest.Endpoint(endpoint), f.every, met...)
	}
}
