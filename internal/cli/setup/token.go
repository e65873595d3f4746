// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/apps"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// propagation is how long a new key, scope or role may take until Okta knows it everywhere. Okta does not say how
// long that is.
const propagation = time.Minute

// Tests shorten these.
var (
	// roleGrace is how long the System Log may refuse a role that has just been assigned before the next one is tried.
	roleGrace = 10 * time.Second
	// tryInterval is the wait between two tries.
	tryInterval = 500 * time.Millisecond
	// maxTryInterval is the longest: each wait is twice that before.
	maxTryInterval = 4 * time.Second
)

// proveToken waits until the app gets an access token that reads the System Log. What passes by itself is for the
// caller to wait for, as Okta asks.
func (s *installer) proveToken(ctx context.Context) (found, error) {
	begin, wait, widened := time.Now(), tryInterval, false
	for before := error(nil); ; {
		err := readLog(ctx, s.org, s.app.ClientID(), s.key)
		switch {
		case err == nil:
			return done("an access token reads the System Log"), nil
		case ctx.Err() != nil && before != nil: // the time was over in the middle of this try
			return found{}, &endedError{ctx.Err(), appError{before}}
		case !mayPropagate(err):
			return found{}, appError{err}
		case time.Since(begin) > propagation:
			if widened {
				err = errors.Join(err, s.exchangeRoles(ctx, apps.RoleReadOnly, apps.RoleReport)) // it was not the role
			}
			return found{}, appError{err}
		case lacksRole(err) && !widened && time.Since(begin) > roleGrace:
			failed := s.exchangeRoles(ctx, apps.RoleReport, apps.RoleReadOnly)
			switch {
			case failed != nil && ctx.Err() != nil:
				return found{}, &endedError{ctx.Err(), appError{err}}
			case failed != nil:
				return found{}, failed
			}
			widened = true
			s.out.note(connection.Role, "this org does not let a Report Administrator read the System Log: the app is a Read-only Administrator now")
		case wait == tryInterval:
			s.out.note(connection.Token, "waiting until okta knows the key, the scope and the role")
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return found{}, &endedError{ctx.Err(), appError{err}}
		case <-timer.C:
		}
		before, wait = err, min(2*wait, maxTryInterval)
	}
}

// readLog gets an access token, new each time, and reads the System Log with it.
func readLog(ctx context.Context, org *url.URL, clientID string, k key) error {
	private, err := k.private()
	if err != nil {
		return err
	}
	clock := &wire.Clock{}
	transport, err := auth.OAuth(auth.Settings{
		Org:       org,
		Client:    auth.PrivateKey(clientID, k.id(), auth.Static(configopaque.String(private))),
		Scopes:    []string{apps.ScopeLogsRead},
		DPoP:      auth.DPoPAuto,
		UserAgent: userAgent,
		Timeout:   requestTimeout,
		Clock:     clock,
		Logger:    zap.NewNop(),
	}, newTransport(org))
	if err != nil {
		return err
	}
	client := &http.Client{Transport: transport, Timeout: requestTimeout}
	defer client.CloseIdleConnections()
	page, err := okta.NewClient(org, client, userAgent, okta.WithClock(clock)).Page(ctx, okta.Ping())
	if err != nil {
		return err
	}
	page.Release()
	return nil
}

// mayPropagate reports whether an error may come from a key, scope or role that Okta does not know everywhere yet.
func mayPropagate(err error) bool {
	var e *oktaerr.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Kind == oktaerr.Unauthorized || e.Kind == oktaerr.Forbidden || e.TokenEndpoint && e.Kind == oktaerr.Rejected
}

// lacksRole reports whether the System Log refuses the app's role.
func lacksRole(err error) bool {
	var e *oktaerr.Error
	return errors.As(err, &e) && !e.TokenEndpoint && e.Kind == oktaerr.Forbidden && e.Cause != oktaerr.CauseScope
}
