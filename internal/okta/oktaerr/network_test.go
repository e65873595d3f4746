// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the system says of a connection has other numbers on Windows.
func TestErrorsOfTheSystemNameTheirCause(t *testing.T) {
	for want, errs := range map[Cause][]error{CauseConnectionRefused: refused, CauseUnreachable: unreachable, CauseConnectionBroken: broken} {
		for _, err := range errs {
			e := NoAnswer(&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)})
			assert.Equal(t, want.String(), e.Cause.String(), "%d %v", err, err)
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, err = (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	assert.Equal(t, CauseConnectionRefused.String(), NoAnswer(err).Cause.String(), err)
}

func TestNetworkErrorsNameTheirCause(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	system := func(errno syscall.Errno) error { return os.NewSyscallError("connect", errno) }
	certificate := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	for name, tc := range map[string]struct {
		err  error
		want Cause
	}{
		"no such host":      {dial(&net.DNSError{Err: "no such host", Name: "acme.okta.example", IsNotFound: true}), CauseDNS},
		"dns is silent":     {dial(&net.DNSError{Err: "i/o timeout", Name: "acme.okta.com", IsTimeout: true}), CauseDNS},
		"refused":           {dial(system(syscall.ECONNREFUSED)), CauseConnectionRefused},
		"no route":          {dial(system(syscall.EHOSTUNREACH)), CauseUnreachable},
		"no network":        {dial(system(syscall.ENETUNREACH)), CauseUnreachable},
		"dial timeout":      {dial(os.ErrDeadlineExceeded), CauseUnreachable},
		"context timeout":   {fmt.Errorf("x: %w", context.DeadlineExceeded), CauseUnreachable},
		"reset":             {&net.OpError{Op: "read", Err: system(syscall.ECONNRESET)}, CauseConnectionBroken},
		"end of file":       {io.EOF, CauseConnectionBroken},
		"half an answer":    {fmt.Errorf("read the body: %w", io.ErrUnexpectedEOF), CauseConnectionBroken},
		"proxy is down":     {&net.OpError{Op: "proxyconnect", Err: dial(system(syscall.ECONNREFUSED))}, CauseProxy},
		"proxy unknown":     {&net.OpError{Op: "proxyconnect", Err: dial(&net.DNSError{Err: "no such host"})}, CauseProxy},
		"SOCKS says no":     {&net.OpError{Op: "socks connect", Err: errors.New("general SOCKS server failure")}, CauseProxy},
		"proxy says no":     {errors.New("Forbidden"), CauseProxy},
		"proxy wants more":  {errors.New("Proxy Authentication Required"), CauseProxy},
		"unknown authority": {certificate(x509.UnknownAuthorityError{}), CauseCertificateAuthority},
		"no authorities":    {certificate(x509.SystemRootsError{}), CauseCertificateAuthority},
		"another host":      {certificate(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "acme.okta.com"}), CauseCertificateHost},
		"expired":           {certificate(x509.CertificateInvalidError{Reason: x509.Expired}), CauseCertificateTime},
		"bad certificate":   {certificate(x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}), CauseTLS},
		"not TLS":           {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, CauseTLS},
		"plain HTTP":        {http.ErrSchemeMismatch, CauseTLS},
		"handshake refused": {&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, CauseTLS},
		"anything else":     {errors.New("something new"), CauseUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			e := NoAnswer(tc.err)
			assert.Equal(t, tc.want.String(), e.Cause.String())
			assert.Equal(t, Unavailable, e.Kind)
			assert.ErrorIs(t, e, tc.err)
			assert.ErrorContains(t, e, tc.want.Remedy())
		})
	}
}
