// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/apps"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// managedBy marks the apps that this program makes, in their profile.
const managedBy = "okta-systemlog"

// installer makes what a receiver needs, step by step.
type installer struct {
	opts  options
	org   *url.URL
	dir   directory
	rec   *record
	admin *admin
	out   *progress

	issuer string
	key    key
	app    *apps.App
	// madeNow is that the app was made just now.
	madeNow bool
}

// install does all steps. It returns the error of the one that failed, which it has printed.
func (s *installer) install(ctx context.Context) error {
	for _, step := range []struct {
		name string
		do   func(context.Context) (found, error)
	}{
		{"org", s.askOrg},
		{"app", s.ensureApp},
		{"key", s.ensureKey},
		{"scopes", s.ensureScopes},
		{connection.Role, s.ensureRole},
		{connection.Token, s.proveToken},
		{connection.EventHook, s.ensureHook},
		{connection.Configuration, s.writeConfig},
	} {
		if step.name == connection.EventHook && s.opts.hook == "" || s.opts.dryRun && slices.Contains([]string{connection.Token, connection.Configuration}, step.name) {
			continue
		}
		if err := s.out.take(ctx, step.name, step.do); err != nil {
			return err
		}
	}
	return nil
}

// askOrg asks the org for its own address, which is the issuer of its scopes.
func (s *installer) askOrg(ctx context.Context) (found, error) {
	issuer, err := s.admin.apps.Issuer(ctx)
	var e *oktaerr.Error
	if errors.As(err, &e) && e.Status == http.StatusNotFound && e.RequestID != "" {
		err = nil // an org that does not say it
	}
	if err != nil {
		return found{}, err
	}
	// It is only named in requests, which go to the address that was given.
	if s.issuer = strings.TrimSuffix(issuer, "/"); s.issuer == "" {
		s.issuer = s.org.String()
	}
	return done("%s", s.issuer), nil
}

// ensureApp finds the app that this set-up has made, or makes it.
func (s *installer) ensureApp(ctx context.Context) (found, error) {
	app, err := s.findApp(ctx)
	if err != nil {
		return found{}, err
	}
	what := "is there"
	switch {
	case app == nil:
		public, err := s.key.public()
		if err != nil {
			return found{}, err
		}
		mark := apps.Profile{ManagedBy: managedBy, Instance: s.rec.Instance}
		if app, err = s.admin.apps.Create(ctx, apps.Service(s.rec.Name, mark, public)); err != nil {
			return found{}, err
		}
		s.madeNow, what = true, s.would("created", "would be created")
	case !app.Active():
		if err := s.admin.apps.Activate(ctx, app.ID); err != nil {
			return found{}, err
		}
		what = s.would("activated again", "would be activated again")
	}
	s.app = app
	s.rec.AppID, s.rec.ClientID = app.ID, app.ClientID()
	if err := s.save(); err != nil {
		return found{}, err
	}
	said := done("%q %s, client id %s", app.Label, what, app.ClientID())
	if !app.Settings.OAuth.DPoP {
		said.cause = "the app does not require DPoP: whoever gets hold of an access token can use it"
		said.remedy = "select Require Demonstrating Proof of Possession (DPoP) header in token requests on the app's page General"
	}
	return said, nil
}

// ownApp returns the app that this set-up has made, by the mark that it bears, or nil when there is none and the apps
// that have its label. It may have got another label, or another app its label, so the id in the record is looked at
// first. The id alone does not do: the mark was made with the app, the record may be older.
func (s *installer) ownApp(ctx context.Context) (own *apps.App, labelled []apps.App, err error) {
	if s.rec.AppID != "" {
		app, err := s.admin.apps.Get(ctx, s.rec.AppID)
		if err != nil && !isGone(err) {
			return nil, nil, err
		}
		if err == nil && s.made(app) {
			return app, nil, nil
		}
	}
	if labelled, err = s.admin.apps.Labelled(ctx, s.rec.Name); err != nil {
		return nil, nil, err
	}
	for i := range labelled {
		if s.made(&labelled[i]) {
			return &labelled[i], nil, nil
		}
	}
	return nil, labelled, nil
}

// findApp returns the app that this set-up has made, or nil where it can be made. What others made under its name is
// left as it is.
func (s *installer) findApp(ctx context.Context) (*apps.App, error) {
	own, labelled, err := s.ownApp(ctx)
	if err != nil || own != nil {
		return own, err
	}
	for i, app := range labelled {
		switch {
		case !app.Active():
		case app.Profile.ManagedBy == managedBy && app.Knows(s.key.id()):
			// The record was lost, and the key that is here is the app's.
			s.rec.Instance = app.Profile.Instance
			return &labelled[i], nil
		case app.Profile.ManagedBy == managedBy:
			return nil, fmt.Errorf("the app %q (%s) was made by another run of setup: use the --out of that run, choose another --name, or remove it with okta-systemlog teardown --org %s --name %s",
				app.Label, app.ID, s.org, generated.Shell(app.Label))
		default:
			return nil, fmt.Errorf("the org has an app %q (%s) that setup has not made, so it is left as it is: choose another --name, or rename that app", app.Label, app.ID)
		}
	}
	return nil, nil
}

// made reports whether this set-up has made an app.
func (s *installer) made(app *apps.App) bool {
	return s.rec.Instance != "" && app.Profile.ManagedBy == managedBy && app.Profile.Instance == s.rec.Instance
}

// isGone reports whether an error says that an object does not exist.
func isGone(err error) bool {
	var e *oktaerr.Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound && e.Code == "E0000007"
}

// ensureKey makes sure that the app knows the public half of the key, and that it is active.
func (s *installer) ensureKey(ctx context.Context) (found, error) {
	if s.madeNow {
		return done("%s", s.key.id()), nil // it came with the app
	}
	keys, err := s.admin.apps.Keys(ctx, s.app.ID)
	if err != nil {
		return found{}, err
	}
	what := "is there"
	at := slices.IndexFunc(keys, func(known apps.Key) bool { return known.KeyID == s.key.id() })
	switch {
	case at < 0:
		var public json.RawMessage
		if public, err = s.key.public(); err == nil {
			_, err = s.admin.apps.AddKey(ctx, s.app.ID, public)
		}
		what = s.would("added", "would be added")
	case !keys[at].Active():
		err = s.admin.apps.ActivateKey(ctx, s.app.ID, keys[at].ID)
		what = s.would("activated again", "would be activated again")
	}
	if err != nil {
		return found{}, err
	}
	return done("%s %s", s.key.id(), what), nil
}

// scopes are those that the app must be granted.
func (o *options) scopes() []string {
	if o.hook == "" {
		return []string{apps.ScopeLogsRead}
	}
	return []string{apps.ScopeLogsRead, apps.ScopeHooksRead, apps.ScopeHooksManage}
}

// ensureScopes grants what is missing.
func (s *installer) ensureScopes(ctx context.Context) (found, error) {
	grants, err := s.admin.apps.Grants(ctx, s.app.ID)
	if err != nil {
		return found{}, err
	}
	for _, scope := range s.opts.scopes() {
		// A second grant of the same scope is answered in ways that Okta does not document.
		if slices.ContainsFunc(grants, func(grant apps.Grant) bool { return grant.ScopeID == scope }) {
			continue
		}
		if _, err := s.admin.apps.Grant(ctx, s.app.ID, s.issuer, scope); err != nil {
			return found{}, err
		}
	}
	return done("%s", strings.Join(s.opts.scopes(), ", ")), nil
}

// would says what was done, or in a dry run what would be.
func (s *installer) would(done, wouldBe string) string {
	if s.opts.dryRun {
		return wouldBe
	}
	return done
}

// save writes the record, unless nothing is to be changed.
func (s *installer) save() error {
	if s.opts.dryRun {
		return nil
	}
	return s.dir.save(s.rec)
}
