// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
)

// configuration is a collector configuration. Texts are written as JSON strings, which YAML reads.
var configuration = template.Must(template.New("").Funcs(template.FuncMap{"text": generated.YAML}).Parse(
	`# Written by okta-systemlog setup. Once it is changed, setup leaves it as it is.
receivers:
  okta_systemlog:
    org_url: {{text .Org}}
    oauth:
      client_id: {{text .ClientID}}
      private_key_file: {{text .KeyFile}}   # a JWK, which has its key_id with it
      dpop: {{if .DPoP}}required{{else}}auto{{end}}
    start_at: -24h     # of what was there before; from then on the stored position counts
    storage: file_storage
{{- if .HookPath}}
    event_hook:
      endpoint: {{text .HookEndpoint}}   # the public address of the event hook must lead here
      path: {{text .HookPath}}
      secret_file: {{text .SecretFile}}
{{- end}}

exporters:
  # Shows that events arrive. Put the exporter of your destination here, without a queue in memory: that would lose
  # what it holds in a crash.
  debug:
    verbosity: normal

extensions:
  file_storage:
    directory: {{text .Storage}}
    create_directory: true
    fsync: true

service:
  extensions: [file_storage]
  pipelines:
    logs:
      receivers: [okta_systemlog]
      exporters: [debug]
`))

// writeConfig writes the collector's configuration, unless the one that is there was changed by somebody.
func (s *installer) writeConfig(context.Context) (found, error) {
	text, err := s.configText()
	if err != nil {
		return found{}, err
	}
	path := s.dir.path(configFile)
	there, err := s.dir.read(configFile)
	switch {
	case err != nil:
		return found{}, err
	case there != nil && string(there) != text && !s.rec.wrote(there):
		return done("%s was changed since setup wrote it, and is left as it is", path), nil
	}
	// The hash first: a file without one counts as somebody's own. The one before stays until the file is replaced.
	s.rec.NextConfig = generated.Hash([]byte(text))
	if err := s.save(); err != nil {
		return found{}, err
	}
	if err := s.dir.write(configFile, []byte(text)); err != nil {
		return found{}, err
	}
	s.rec.Config, s.rec.NextConfig = s.rec.NextConfig, ""
	return done("%s", path), s.save()
}

func (s *installer) configText() (string, error) {
	base, err := filepath.Abs(string(s.dir))
	if err != nil {
		return "", fmt.Errorf("find the directory of the files: %w", err)
	}
	values := map[string]any{
		"Org": s.rec.Org, "ClientID": s.rec.ClientID, "DPoP": s.app.Settings.OAuth.DPoP,
		"KeyFile": filepath.Join(base, keyFile), "SecretFile": filepath.Join(base, secretFile), "Storage": filepath.Join(base, storageDir),
		"HookEndpoint": s.opts.hookEndpoint, "HookPath": "",
	}
	if hook, err := url.Parse(s.opts.hook); err == nil {
		values["HookPath"] = hook.Path
	}
	var text strings.Builder
	if err := configuration.Execute(&text, values); err != nil {
		return "", fmt.Errorf("write the configuration: %w", err)
	}
	return text.String(), nil
}
