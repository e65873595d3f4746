// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
)

// removeHook deletes an event hook as it is now: a try before this one may have deactivated it.
func (s *installer) removeHook(ctx context.Context, hook *hooks.Hook) error {
	all, err := s.admin.hooks.List(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(known hooks.Hook) bool { return known.ID == hook.ID })
	if at < 0 {
		return nil
	}
	return s.admin.hooks.Remove(ctx, &all[at])
}

// removeApp deletes an app, which Okta wants deactivated before. Its role and its scopes must be gone: they outlive it,
// and nothing shows them afterwards.
func (s *installer) removeApp(ctx context.Context, id string) error {
	app, err := s.admin.apps.Get(ctx, id)
	if err != nil {
		return err
	}
	roles, err := s.admin.apps.Roles(ctx, app.ClientID())
	if err != nil {
		return err
	}
	grants, err := s.admin.apps.Grants(ctx, id)
	if err != nil {
		return err
	}
	if len(roles)+len(grants) > 0 {
		return fmt.Errorf("the app has %d roles and %d scopes, which must go before it: run the same command again", len(roles), len(grants))
	}
	if app.Active() {
		if err := s.admin.apps.Deactivate(ctx, id); err != nil {
			return err
		}
	}
	return s.admin.apps.Delete(ctx, id)
}

// files are the files of the set-up that are to be removed. A configuration that was changed and the stored position
// are left.
func (s *installer) files() []string {
	if s.rec.AppID == "" && s.rec.Config == "" && s.rec.KeyID == "" {
		return nil
	}
	var names []string
	for _, name := range []string{keyFile, nextKeyFile, secretFile, configFile, recordFile} {
		content, err := s.dir.read(name)
		if err != nil || content == nil || name == configFile && !s.rec.wrote(content) {
			continue
		}
		names = append(names, s.dir.path(name))
	}
	return names
}

// removeFiles removes files, the record last: without it nothing else would be found again.
func (s *installer) removeFiles(files []string) {
	for _, name := range []string{keyFile, nextKeyFile, secretFile, configFile, recordFile} {
		_ = os.Remove(s.dir.part(name)) // what a crash has left
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.out.step(connection.Step{Name: "files", Result: connection.Failed, Detail: err.Error(), Remedy: "remove it by hand"})
			return
		}
	}
	left := ""
	if entries, err := os.ReadDir(string(s.dir)); err == nil && len(entries) == 0 {
		_ = os.Remove(string(s.dir)) // an empty directory does no harm
	} else if err == nil {
		left = fmt.Sprintf("; %s keeps what setup did not write", s.opts.out)
	}
	s.out.step(connection.Step{Name: "files", Detail: fmt.Sprintf("%d removed%s", len(files), left)})
}
