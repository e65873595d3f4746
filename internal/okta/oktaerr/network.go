// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
)

// NoAnswer makes an error of a request that was not answered, or not completely, because of err.
func NoAnswer(err error) *Error {
	return &Error{Kind: Unavailable, Cause: networkCause(err), Err: err}
}

// networkCause is why no answer came, as far as the error of net/http tells.
func networkCause(err error) Cause {
	// Every failure to connect through a proxy counts as the proxy's. SOCKS proxies have an operation of their own.
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "proxyconnect" || op.Op == "socks connect") || isProxyStatus(err) {
		return CauseProxy
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return CauseDNS
	}
	if cause := tlsCause(err); cause != CauseUnknown {
		return cause
	}
	var late net.Error
	switch {
	case isOneOf(err, refused):
		return CauseConnectionRefused
	case isOneOf(err, unreachable), errors.As(err, &late) && late.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return CauseUnreachable
	case isOneOf(err, broken), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return CauseConnectionBroken
	default:
		return CauseUnknown
	}
}

func isOneOf(err error, those []error) bool {
	return slices.ContainsFunc(those, func(one error) bool { return errors.Is(err, one) })
}

// tlsCause is why the TLS handshake failed, [CauseUnknown] when it did not.
func tlsCause(err error) Cause {
	var (
		authority   x509.UnknownAuthorityError
		roots       x509.SystemRootsError
		host        x509.HostnameError
		certificate x509.CertificateInvalidError
		verifying   *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
	)
	switch {
	case errors.As(err, &authority), errors.As(err, &roots):
		return CauseCertificateAuthority
	case errors.As(err, &host):
		return CauseCertificateHost
	case errors.As(err, &certificate) && certificate.Reason == x509.Expired:
		return CauseCertificateTime
	case errors.As(err, &verifying), errors.As(err, &record), errors.As(err, &alert), errors.Is(err, http.ErrSchemeMismatch):
		return CauseTLS
	}
	// An alert from the other side is reported as a "remote error" of the connection.
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return CauseTLS
	}
	return CauseUnknown
}

// isProxyStatus recognises the answer of a proxy that refuses to connect. The error of net/http then has nothing but
// the text of the status.
func isProxyStatus(err error) bool {
	if errors.Unwrap(err) != nil {
		return false
	}
	for status := http.StatusMultipleChoices; status <= http.StatusNetworkAuthenticationRequired; status++ {
		if text := http.StatusText(status); text != "" && err.Error() == text {
			return true
		}
	}
	return false
}

// WithoutURL removes the URL that net/http puts before its errors: it repeats the filter, and org_url is logged
// beside the error anyway.
func WithoutURL(err error) error {
	var urlErr *url.Error
	if errors.As(err, &urlErr) {
		return urlErr.Err
	}
	return err
}
