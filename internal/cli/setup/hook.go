// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

const (
	// hookEndpoint is what the collector listens on for deliveries.
	hookEndpoint = "0.0.0.0:8088"
	// hookHeader is the header with the secret.
	hookHeader = "Authorization"
	// secretBytes is the size of a secret that is made here.
	secretBytes = 32
)

// ensureHook makes the event hook, or brings it in line, and has Okta verify it. Who answers the verification is the
// collector where it runs already, and this command where it does not: the address may lead to this machine.
func (s *installer) ensureHook(ctx context.Context) (found, error) {
	secret, err := s.ensureSecret()
	if err != nil {
		return found{}, err
	}
	hook, err := s.findHook(ctx)
	if err != nil {
		return found{}, err
	}
	wire.Conceal(string(secret))
	stop := s.answerVerification(ctx, secret)
	defer stop()
	_, err = s.admin.hooks.Ensure(ctx, hooks.Desired{
		Name:        s.rec.Name,
		URL:         s.opts.hook,
		EventTypes:  hooks.UsualTypes(),
		Header:      hookHeader,
		Secret:      secret,
		RenewSecret: hook != nil && s.rec.HookSecret != generated.Hash([]byte(secret)),
		Description: "Announces events to an OpenTelemetry Collector. Made by okta-systemlog setup, instance " + s.rec.Instance,
	})
	unverified := isUnverified(err)
	if err != nil && !unverified {
		return found{}, err
	}
	if !s.opts.dryRun {
		if hook, err = s.findHook(ctx); err != nil {
			return found{}, err
		}
		if hook == nil {
			return found{}, okta.Unusable("the event hook that was just made is not in the list")
		}
		s.rec.HookID, s.rec.HookURL, s.rec.HookEndpoint = hook.ID, s.opts.hook, s.opts.hookEndpoint
		s.rec.HookSecret = generated.Hash([]byte(secret))
		if err := s.save(); err != nil {
			return found{}, err
		}
	}
	said := done("%q to %s", s.rec.Name, s.opts.hook)
	if unverified {
		said.cause = "okta could not verify the endpoint, so the event hook sends nothing yet: events come by polling alone"
		_, port, _ := net.SplitHostPort(s.opts.hookEndpoint) // it was checked
		said.remedy = "have the address lead to port " + port + " of the machine that the collector runs on, over https with a certificate that public clients trust, start the collector, and run the same command again"
	}
	return said, nil
}

// isUnverified reports whether an error says that nothing at the hook's address answered as it should.
func isUnverified(err error) bool {
	var e *oktaerr.Error
	return errors.As(err, &e) && e.Cause == oktaerr.CauseHookVerify
}

// findHook returns the event hook that this set-up has made; it is nil when there is none.
func (s *installer) findHook(ctx context.Context) (*hooks.Hook, error) {
	all, err := s.admin.hooks.List(ctx)
	if err != nil {
		return nil, err
	}
	for i, hook := range all {
		switch {
		case s.owns(&all[i]):
			return &all[i], nil
		case hook.Name == s.rec.Name:
			return nil, fmt.Errorf("the org has an event hook %q (%s) that this set-up has not made, so it is left as it is: choose another --name, or remove that hook", hook.Name, hook.ID)
		}
	}
	return nil, nil
}

// owns reports whether this set-up has made a hook.
func (s *installer) owns(hook *hooks.Hook) bool {
	return s.rec.HookID != "" && hook.ID == s.rec.HookID || hook.Describes("instance "+s.rec.Instance)
}

// ensureSecret returns the secret of the event hook, and makes one where there is none.
func (s *installer) ensureSecret() (configopaque.String, error) {
	text, err := s.dir.read(secretFile)
	if text = bytes.TrimSpace(text); err != nil || len(text) > 0 {
		return configopaque.String(text), err
	}
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // it never fails
	text = []byte(base64.RawURLEncoding.EncodeToString(random))
	if s.opts.dryRun {
		return configopaque.String(text), nil
	}
	return configopaque.String(text), s.dir.write(secretFile, text)
}

// answerVerification answers Okta's verification request where the collector will listen, until stop is called. Where
// it can't listen, the collector does already, and answers itself.
func (s *installer) answerVerification(ctx context.Context, secret configopaque.String) (stop func()) {
	address, err := url.Parse(s.opts.hook)
	if err != nil || s.opts.dryRun {
		return func() {}
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", s.opts.hookEndpoint)
	if err != nil {
		return func() {}
	}
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, Handler: eventhook.Handler(eventhook.Settings{
		Path:     address.Path,
		Header:   hookHeader,
		Secret:   func() (configopaque.String, error) { return secret, nil },
		MaxBytes: 1 << 20,
		// Okta sends a delivery that is not taken once more.
		Take:     func(context.Context, []eventhook.Event) error { return errors.New("the collector does not run yet") },
		Answered: func(eventhook.Outcome, error) {},
	})}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // until it is closed
	}()
	return func() {
		_ = server.Close()
		<-served
	}
}
