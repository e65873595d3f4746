// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/ask"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/apps"
)

// RotateCommand is okta-systemlog rotate.
func RotateCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "rotate",
		Short: "Give the app that setup made a new key",
		Long: "Adds a new key beside the one in use, gets an access token with it, and puts it in the place of the old one, " +
			"which the collector reads with its next access token. The old key stays good until rotate --retire deletes it: " +
			"copy the new file to all replicas before that.\n\n" +
			"The admin credential is as with setup.",
		Args:              exit.NoArguments,
		RunE:              func(command *cobra.Command, _ []string) error { return o.run(command, o.runRotate) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.addFlags(command)
	command.Flags().BoolVar(&o.retire, "retire", false, "delete the keys that were replaced, instead of making a new one")
	return command
}

func (o *options) runRotate(command *cobra.Command) error {
	s, err := o.openSetup()
	if err != nil {
		return err
	}
	if err := s.useKeyOfFile(); err != nil {
		return err
	}
	if o.retire && len(s.rec.ReplacedKeyIDs) == 0 {
		s.out.step(connection.Step{Name: "old keys", Detail: "there is none to retire"})
		return s.out.end(nil)
	}
	token, err := readAdminToken(command)
	if err != nil {
		return err
	}
	s.admin = newAdmin(s.org, token, nil)
	if err := s.within(command, func(ctx context.Context) error { return s.out.take(ctx, "app", s.openApp) }); err != nil {
		return s.out.end(nil)
	}
	if o.retire {
		return s.retire(command)
	}
	return s.rotate(command)
}

// within does something in the time that --timeout allows. The time in which somebody answers a question does not
// count: what comes after has a time of its own.
func (s *installer) within(command *cobra.Command, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(command.Context(), s.opts.timeout)
	defer cancel()
	return do(ctx)
}

// useKeyOfFile notes the key that is in the file as the one in use: a copy may have been restored, or a rotation broken
// off before the file was replaced.
func (s *installer) useKeyOfFile() error {
	current, there, err := s.dir.readKey(keyFile)
	if err != nil {
		return err
	}
	if !there {
		return exit.Usagef("%s is missing: run okta-systemlog setup, which makes a new key", s.dir.path(keyFile))
	}
	s.key = current
	s.rec.uses(current.id())
	return nil
}

// openSetup opens the record of a set-up that was made before.
func (o *options) openSetup() (*installer, error) {
	s := &installer{opts: *o, dir: directory(o.out), out: o.progress}
	err := o.check()
	if err != nil {
		return nil, err
	}
	if s.rec, err = s.dir.load(); err != nil {
		return nil, err
	}
	if s.rec == nil {
		return nil, exit.Usagef("%s has no record of a set-up: name the directory that setup wrote with --out", o.out)
	}
	s.opts.org = cmp.Or(o.org, s.rec.Org)
	if s.org, err = s.opts.parseOrg(); err != nil {
		return nil, exit.Usagef("%w", err)
	}
	if s.org.String() != s.rec.Org {
		return nil, exit.Usagef("%s has the set-up of %s, not of %s: name the --out of that org", o.out, s.rec.Org, s.org)
	}
	return s, nil
}

// openApp finds the app that setup made.
func (s *installer) openApp(ctx context.Context) (found, error) {
	app, _, err := s.ownApp(ctx)
	switch {
	case err != nil:
		return found{}, err
	case app == nil:
		return found{}, fmt.Errorf("the app %q is not in the org any more: okta-systemlog setup makes a new one", s.rec.Name)
	case !app.Active():
		return found{}, fmt.Errorf("the app %q is deactivated: okta-systemlog setup activates it again", app.Label)
	}
	s.app = app
	return done("%q, client id %s", app.Label, app.ClientID()), nil
}

// rotate adds a key, proves it, and puts it in the place of the one in use. The new key has a file of its own until it
// is proved, so that a command that was broken off goes on with the same key.
func (s *installer) rotate(command *cobra.Command) (err error) {
	old := s.key
	s.out.printf("This adds a second key to the app %q in %s and puts it into %s. The old one, %s, stays good.\n", s.app.Label, s.org, s.dir.path(keyFile), old.id())
	if !s.opts.yes {
		if err := ask.Confirm(command, "Go on?"); err != nil {
			return err
		}
	}
	if s.key, err = s.dir.ensureKey(nextKeyFile); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		do   func(context.Context) (found, error)
	}{
		{"new key", s.ensureKey},
		{connection.Token, s.proveToken},
		{"files", func(context.Context) (found, error) { return s.switchKey() }},
	} {
		if err := s.within(command, func(ctx context.Context) error { return s.out.take(ctx, step.name, step.do) }); err != nil {
			s.out.printf("\nThe old key is in use as before. Once the cause is removed, run the same command again: it goes on from here.\n")
			return s.out.end(nil)
		}
	}
	s.out.printf("\nThe collector uses the new key from its next access token on, within an hour. Copy the file to all replicas; then:\n\n  %s rotate --retire --out %s\n",
		program("okta-systemlog"), generated.Shell(s.opts.out))
	return s.out.end(map[string]any{"key_id": s.key.id(), "replaced_key_ids": s.rec.ReplacedKeyIDs})
}

// switchKey puts the proved key in the place of the old one. The record names the old one as replaced before its file
// is gone.
func (s *installer) switchKey() (found, error) {
	s.rec.uses(s.key.id())
	if err := s.save(); err != nil {
		return found{}, err
	}
	if err := s.dir.writeKey(keyFile, s.key); err != nil {
		return found{}, err
	}
	return done("%s has the new key, and the old one is replaced", s.dir.path(keyFile)), s.dir.remove(nextKeyFile)
}

// retire deletes the keys that rotate has replaced.
func (s *installer) retire(command *cobra.Command) error {
	if _, there, err := s.dir.readKey(nextKeyFile); err != nil || there {
		return errors.Join(err, exit.Usagef("a rotation was broken off: run okta-systemlog rotate to its end, and retire the old key then"))
	}
	s.out.printf("This deletes the replaced keys of the app %q in %s: %s. A replica that still signs with one of them gets no access token any more.\n",
		s.app.Label, s.org, strings.Join(s.rec.ReplacedKeyIDs, ", "))
	if !s.opts.yes {
		if err := ask.Confirm(command, "Go on?"); err != nil {
			return err
		}
	}
	for _, kid := range slices.Clone(s.rec.ReplacedKeyIDs) {
		_ = s.within(command, func(ctx context.Context) error { // it is printed, and the others are retired all the same
			return s.out.take(ctx, "old key", func(ctx context.Context) (found, error) { return s.retireKey(ctx, kid) })
		})
	}
	return s.out.end(map[string]any{"replaced_key_ids": s.rec.ReplacedKeyIDs})
}

// retireKey deletes one key, which Okta wants deactivated before.
func (s *installer) retireKey(ctx context.Context, kid string) (found, error) {
	keys, err := s.admin.apps.Keys(ctx, s.app.ID)
	if err != nil {
		return found{}, err
	}
	if at := slices.IndexFunc(keys, func(key apps.Key) bool { return key.KeyID == kid }); at >= 0 {
		if keys[at].Active() {
			if err := s.admin.apps.DeactivateKey(ctx, s.app.ID, keys[at].ID); err != nil {
				return found{}, err
			}
		}
		if err := s.admin.apps.DeleteKey(ctx, s.app.ID, keys[at].ID); err != nil && !isGone(err) {
			return found{}, err
		}
	}
	s.rec.ReplacedKeyIDs = slices.DeleteFunc(s.rec.ReplacedKeyIDs, func(known string) bool { return known == kid })
	return done("%s is deleted", kid), s.save()
}
