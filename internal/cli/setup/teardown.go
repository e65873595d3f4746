// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/ask"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/show"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/apps"
)

// TeardownCommand is okta-systemlog teardown.
func TeardownCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "teardown",
		Short: "Remove what setup made in an org",
		Long: "Lists what setup made in an org and removes it after a yes: event hook, admin role, scopes, the app and its keys, and the files on this machine. " +
			"What nobody marked as made by setup is left alone. Stop the collector before.\n\n" +
			"Where the directory of the files is lost, --org and --name find the app by its mark. --event-hook also removes event hooks that a receiver registered.\n\n" +
			"The admin credential is as with setup.",
		Args:              exit.NoArguments,
		RunE:              func(command *cobra.Command, _ []string) error { return o.run(command, o.runTeardown) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.addFlags(command)
	flags := command.Flags()
	flags.StringVar(&o.name, "name", "", "`name` of the app, where there is no record of the set-up")
	flags.StringVar(&o.eventHook, "event-hook", "", "`name` of event hooks that a receiver registered, to remove too")
	flags.BoolVar(&o.dryRun, "dry-run", false, "list what would be removed, and remove nothing")
	return command
}

// removal is one thing to remove.
type removal struct {
	kind, name string
	remove     func(context.Context) error
	// asked is that it is an event hook of the name that was asked for.
	asked bool
}

func (o *options) runTeardown(command *cobra.Command) error {
	s, err := o.openTeardown()
	if err != nil {
		return err
	}
	token, err := readAdminToken(command)
	if err != nil {
		return err
	}
	s.admin = newAdmin(s.org, token, nil)
	var all []removal
	err = s.within(command, func(ctx context.Context) error {
		return s.out.take(ctx, "org", func(ctx context.Context) (what found, err error) {
			all, what, err = s.toRemove(ctx)
			return what, err
		})
	})
	if err != nil {
		return s.out.end(nil)
	}
	for _, one := range all {
		s.out.want("%-*s  %s", show.NameWidth, one.kind, one.name)
	}
	files := s.files()
	for _, file := range files {
		s.out.want("%-*s  %s", show.NameWidth, "file", file)
	}
	switch {
	case len(all) == 0 && len(files) == 0:
		return s.out.end(nil)
	case o.dryRun:
		s.out.printf("\nNothing was removed.\n")
		return s.out.end(nil)
	case !o.yes:
		if err := ask.Confirm(command, "Remove all of this for good?"); err != nil {
			return err
		}
	}
	// From here on it is done, and no longer what would be.
	s.out.wanted = nil
	return s.within(command, func(ctx context.Context) error {
		s.removeAll(ctx, all)
		if !s.out.failed() && s.out.take(ctx, "org", s.proveEmpty) == nil {
			s.removeFiles(files)
		}
		if s.out.failed() {
			s.out.printf("\nWhat failed is still there. Once the cause is removed, run the same command again.\n")
		}
		return s.out.end(nil)
	})
}

// openTeardown opens the record of the set-up, or does without one.
func (o *options) openTeardown() (*installer, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	rec, err := directory(o.out).load()
	if err != nil {
		return nil, err
	}
	if rec != nil {
		if o.name != "" && o.name != rec.Name && rec.AppID != "" {
			return nil, exit.Usagef("%s has the set-up named %q: leave --name out, or name another --out", o.out, rec.Name)
		}
		return o.openSetup()
	}
	s := &installer{opts: *o, dir: directory(o.out), out: o.progress}
	if o.org == "" || o.name == "" && o.eventHook == "" {
		return nil, exit.Usagef("%s has no record of a set-up: name the directory that setup wrote with --out, or the org and the app with --org and --name, or the org and an event hook with --org and --event-hook", o.out)
	}
	if s.org, err = o.parseOrg(); err != nil {
		return nil, exit.Usagef("%w", err)
	}
	s.rec = &record{Version: recordVersion, Org: s.org.String(), Name: o.name}
	return s, nil
}

// toRemove lists what is to be removed, and says so. That there is nothing of a name that was asked for is a mistake
// where there is nothing else.
func (s *installer) toRemove(ctx context.Context) ([]removal, found, error) {
	all, err := s.whatIsThere(ctx)
	if err != nil {
		return nil, found{}, err
	}
	said := done("%d to remove in %s", len(all), s.org)
	named := func(one removal) bool { return one.asked }
	if s.opts.eventHook == "" || slices.ContainsFunc(all, named) {
		return all, said, nil
	}
	missing := fmt.Sprintf("the org has no event hook %q", s.opts.eventHook)
	const remedy = "take the name from the Admin Console (Workflow > Event Hooks)"
	if len(all) == 0 && len(s.files()) == 0 {
		return nil, found{}, errors.New(missing + ": " + remedy)
	}
	said.cause, said.remedy = missing, remedy
	return all, said, nil
}

// whatIsThere lists what is to be removed, in the order in which Okta lets it be removed.
func (s *installer) whatIsThere(ctx context.Context) ([]removal, error) {
	app, err := s.markedApp(ctx)
	if err != nil {
		return nil, err
	}
	s.app = app
	all, err := s.hooksThere(ctx)
	if err != nil || app == nil {
		return all, err
	}
	roles, err := s.admin.apps.Roles(ctx, app.ClientID())
	if err != nil {
		return nil, err
	}
	for _, role := range roles {
		all = append(all, removal{"role", fmt.Sprintf("%s (%s)", role.Label, role.Type), func(ctx context.Context) error {
			return s.admin.apps.Unassign(ctx, app.ClientID(), &role)
		}, false})
	}
	grants, err := s.admin.apps.Grants(ctx, app.ID)
	if err != nil {
		return nil, err
	}
	for _, grant := range grants {
		all = append(all, removal{"scope", grant.ScopeID, func(ctx context.Context) error { return s.admin.apps.Revoke(ctx, app.ID, &grant) }, false})
	}
	keys, err := s.admin.apps.Keys(ctx, app.ID)
	if err != nil {
		return nil, err
	}
	return append(all, removal{"app", fmt.Sprintf("%q (%s), keys: %d", app.Label, app.ID, len(keys)), func(ctx context.Context) error {
		return s.removeApp(ctx, app.ID)
	}, false}), nil
}

// markedApp returns the app to remove, or nil: that of the record, or where there is none the one of the name that
// bears this program's mark.
func (s *installer) markedApp(ctx context.Context) (*apps.App, error) {
	switch {
	case s.rec.Name == "":
		return nil, nil // an event hook alone is asked for
	case s.rec.AppID != "" || s.rec.Instance != "" && s.opts.name == "":
		own, _, err := s.ownApp(ctx)
		return own, err
	}
	name := cmp.Or(s.opts.name, s.rec.Name)
	labelled, err := s.admin.apps.Labelled(ctx, name)
	if err != nil {
		return nil, err
	}
	ours := slices.DeleteFunc(labelled, func(app apps.App) bool { return app.Profile.ManagedBy != managedBy || app.Profile.Instance == "" })
	switch {
	case len(ours) == 1:
		s.rec.AppID, s.rec.Instance = ours[0].ID, ours[0].Profile.Instance // the event hook has it, too
		return &ours[0], nil
	case len(ours) > 1:
		return nil, fmt.Errorf("the org has %d apps %q that setup made: name the --out of the one to remove", len(ours), name)
	}
	return nil, fmt.Errorf("the org has no app %q that setup made, and no other is removed: take the name from the Admin Console", name)
}

// hooksThere lists the event hooks to remove: that of the set-up, and those of the name that was asked for.
func (s *installer) hooksThere(ctx context.Context) ([]removal, error) {
	all, err := s.admin.hooks.List(ctx)
	if err != nil {
		return nil, err
	}
	var there []removal
	for _, hook := range all {
		asked := s.opts.eventHook != "" && hook.Name == s.opts.eventHook
		if asked || s.rec.Instance != "" && s.owns(&hook) {
			there = append(there, removal{connection.EventHook, fmt.Sprintf("%q (%s)", hook.Name, hook.ID), func(ctx context.Context) error { return s.removeHook(ctx, &hook) }, asked})
		}
	}
	return there, nil
}

// removeAll removes one after the other. The app stays when something that must go before it does not: Okta keeps
// scopes beyond the app's end, and without the app's mark nothing tells whose an event hook is.
func (s *installer) removeAll(ctx context.Context, all []removal) {
	held := false
	for _, one := range all {
		if one.kind == "app" && held {
			s.out.step(connection.Step{Name: one.kind, Result: connection.Skipped, Detail: one.name + " is left, since what must be removed before it is not"})
			continue
		}
		err := s.out.take(ctx, one.kind, func(ctx context.Context) (found, error) {
			if err := one.remove(ctx); err != nil && !isGone(err) {
				return found{}, err
			}
			return done("%s is removed", one.name), nil
		})
		held = held || err != nil
	}
}

// proveEmpty looks whether anything of the set-up is left, whatever the answers before said.
func (s *installer) proveEmpty(ctx context.Context) (found, error) {
	left, err := s.whatIsThere(ctx)
	if err != nil {
		return found{}, err
	}
	if len(left) > 0 {
		return found{}, fmt.Errorf("%s %s is still there: run the same command again", left[0].kind, left[0].name)
	}
	return done("nothing of the set-up is left"), nil
}
