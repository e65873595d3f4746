// SPDX-License-Identifier: Apache-2.0

package oktatest

import "github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"

// Inject queues faults for /api/v1/logs. Each is used up by one request that has passed authentication and limits, in
// order.
func (o *Org) Inject(faults ...fault.Fault) { o.update(func() { o.faults.Add(faults...) }) }

// InjectAlways makes every request to /api/v1/logs meet the fault, when no queued one comes first, until ClearFaults.
func (o *Org) InjectAlways(met fault.Fault) { o.update(func() { o.faults.Always(met) }) }

// Endpoint is a part of the org's API that has faults of its own.
type Endpoint string

// Endpoints that have faults of their own.
const (
	// Logs is /api/v1/logs.
	Logs Endpoint = "logs"
	// Token is the token endpoint.
	Token Endpoint = "token"
	// Hooks is /api/v1/eventHooks.
	Hooks Endpoint = "hooks"
	// Management is what manages apps, clients and org settings.
	Management Endpoint = "management"
)

// Endpoints returns all of them.
func Endpoints() []Endpoint { return []Endpoint{Logs, Token, Hooks, Management} }

// InjectEvery makes each n-th request to an endpoint meet one of the faults, in order and again from the first, when no
// queued one comes first. Only requests within the rate limit count.
func (o *Org) InjectEvery(endpoint Endpoint, n int, faults ...fault.Fault) {
	queues := map[Endpoint]*fault.Queue{Logs: &o.faults, Token: &o.tokenFaults, Hooks: &o.hookFaults, Management: &o.managementFaults}
	o.update(func() { queues[endpoint].Every(n, faults...) })
}

// ClearFaults removes every fault of /api/v1/logs that was not met yet, and the one that meets all.
func (o *Org) ClearFaults() { o.update(func() { o.faults = fault.Queue{} }) }

// Faults returns how many queued faults of /api/v1/logs were not met yet.
func (o *Org) Faults() (queued int) {
	o.update(func() { queued = o.faults.Len() })
	return queued
}

// InjectToken queues faults for the token endpoint. Each is used up by one request that is within the rate limit, in
// order.
func (o *Org) InjectToken(faults ...fault.Fault) { o.update(func() { o.tokenFaults.Add(faults...) }) }

// InjectTokenAlways makes every token request meet the fault, when no queued one comes first, until ClearTokenFaults.
func (o *Org) InjectTokenAlways(met fault.Fault) { o.update(func() { o.tokenFaults.Always(met) }) }

// ClearTokenFaults removes every fault of the token endpoint that was not met yet, and the one that meets all.
func (o *Org) ClearTokenFaults() { o.update(func() { o.tokenFaults = fault.Queue{} }) }

// InjectHooks queues faults for /api/v1/eventHooks. Each is used up by one request that has passed authentication and
// limits, in order.
func (o *Org) InjectHooks(faults ...fault.Fault) { o.update(func() { o.hookFaults.Add(faults...) }) }

// InjectManagement queues faults for the management of apps, clients and org settings. Each is used up by one request
// that has passed authentication and limits, in order.
func (o *Org) InjectManagement(faults ...fault.Fault) {
	o.update(func() { o.managementFaults.Add(faults...) })
}
