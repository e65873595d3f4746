// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// certificateNotice is how long before a certificate ends a warning is given.
const certificateNotice = 7 * 24 * time.Hour

// route is the connection over which a request was sent. Nothing is dialled for the check: it is one of the client's
// own connections.
type route struct {
	target *Target

	mu      sync.Mutex
	address string
	tls     *tls.ConnectionState
}

// watch returns a context whose requests record their connection.
func (r *route) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(got httptrace.GotConnInfo) { r.used(got.Conn) },
	})
}

func (r *route) used(conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if conn == nil {
		return // a middleware of the configuration has connections of its own
	}
	r.address = conn.RemoteAddr().String()
	if secure, ok := conn.(*tls.Conn); ok {
		state := secure.ConnectionState()
		r.tls = &state
	}
}

// step describes a connection that worked.
func (r *route) step() Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	var parts []string
	switch {
	case r.target.Proxy != "":
		parts = append(parts, r.target.Org.Host+" through the proxy "+r.target.Proxy)
	case r.address != "" && r.address != r.target.Org.Host:
		parts = append(parts, r.target.Org.Host+" is "+r.address)
	default:
		parts = append(parts, r.target.Org.Host+" is there")
	}
	step := Step{Name: Network, Result: OK}
	if r.tls != nil {
		parts = append(parts, tls.VersionName(r.tls.Version))
		if len(r.tls.PeerCertificates) > 0 {
			certificate := r.tls.PeerCertificates[0]
			parts = append(parts, "certificate by "+wire.Printable(certificate.Issuer.CommonName, maxSaid)+" until "+certificate.NotAfter.UTC().Format(time.DateOnly))
			if time.Until(certificate.NotAfter) < certificateNotice {
				step.Result = Warning
				step.Cause = "the server's certificate ends soon"
				step.Remedy = "have whoever runs the custom domain, or the proxy that inspects TLS, renew it"
			}
		}
	}
	step.Detail = strings.Join(parts, ", ")
	return step
}
