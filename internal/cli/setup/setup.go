// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

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
	// made is that the app was made just now.
	made bool
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
		s.made, what = true, "created"
	case !app.Active():
		if err := s.admin.apps.Activate(ctx, app.ID); err != nil {
			return found{}, err
		}
		what = "activated again"
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

// errNamesake is that there is an app of the name that this set-up has not made.
var errNamesake = errors.New("this set-up has not made it, so it is left as it is: choose another --name, or rename that app")

// findApp returns the app that this set-up has made, by the mark that it bears; it is nil when there is none. The id in
// the record alone does not do: the mark was made with the app, the record may be older.
func (s *installer) findApp(ctx context.Context) (*apps.App, error) {
	labelled, err := s.admin.apps.Labelled(ctx, s.rec.Name)
	if err != nil {
		return nil, err
	}
	var other *apps.App
	for i, app := range labelled {
		switch {
		case app.Profile.ManagedBy == managedBy && app.Profile.Instance == s.rec.Instance:
			return &labelled[i], nil
		case app.Active():
			other = &labelled[i]
		}
	}
	switch {
	case s.rec.AppID != "" && other == nil:
		return s.renamed(ctx)
	case other == nil:
		return nil, nil
	case other.Profile.ManagedBy == managedBy:
		return nil, fmt.Errorf("the app %q (%s) was made by another run of setup: use the --out of that run, or choose another --name", other.Label, other.ID)
	}
	return nil, fmt.Errorf("the org has an app %q (%s): %w", other.Label, other.ID, errNamesake)
}

// renamed returns the app of the record if it has got another label meanwhile, or nil when it is gone.
func (s *installer) renamed(ctx context.Context) (*apps.App, error) {
	app, err := s.admin.apps.Get(ctx, s.rec.AppID)
	switch {
	case isGone(err):
		return nil, nil
	case err != nil:
		return nil, err
	case app.Profile.ManagedBy != managedBy || app.Profile.Instance != s.rec.Instance:
		return nil, fmt.Errorf("the app %q (%s): %w", app.Label, app.ID, errNamesake)
	}
	return app, nil
}

// isGone reports whether an error says that an object does not exist.
func isGone(err error) bool {
	var e *oktaerr.Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound && e.Code == "E0000007"
}

// ensureKey makes sure that the app knows the public half of the key, and that it is active.
func (s *installer) ensureKey(ctx context.Context) (found, error) {
	if s.made {
		return done("%s", s.key.id()), nil // it came with the app
	}
	what, err := registerKey(ctx, s.admin.apps, s.app.ID, s.key)
	if err != nil {
		return found{}, err
	}
	return done("%s %s", s.key.id(), what), nil
}

// registerKey makes sure that an app has a key, active, and says what it did.
func registerKey(ctx context.Context, client *apps.Client, appID string, k key) (what string, err error) {
	keys, err := client.Keys(ctx, appID)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(keys, func(known apps.Key) bool { return known.KeyID == k.id() })
	switch {
	case at < 0:
		public, err := k.public()
		if err != nil {
			return "", err
		}
		_, err = client.AddKey(ctx, appID, public)
		return "added", err
	case !keys[at].Active():
		return "activated again", client.ActivateKey(ctx, appID, keys[at].ID)
	}
	return "is there", nil
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

// save writes the record, unless nothing is to be changed.
func (s *installer) save() error {
	if s.opts.dryRun {
		return nil
	}
	return s.dir.save(s.rec)
}
