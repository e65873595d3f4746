// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/generated"
)

// configuration is a Collector configuration. An org takes a line among the receivers and one among the workspaces, and
// with a far end of its own one among the routes; each far end takes one among the exporters and the pipelines. What
// all receivers have, and all exporters, is written once, as an anchor of YAML at the first of them, which the others
// merge.
//
// The last route is there where there is no default far end. It is an error, so that the receiver keeps what belongs to
// no far end and tries it again: the connector would drop it.
var configuration = template.Must(template.New("").Funcs(template.FuncMap{
	"text": generated.YAML, "literal": literal, "settings": flow, "mapping": mapping,
}).Parse(`receivers:
{{- range $i, $org := .Orgs}}
  okta_systemlog/{{.Name}}: {<<: {{if eq $i 0}}&org {{mapping $.Shared}}{{else}}*org{{end}}, {{settings .Settings}}}
{{- end}}

processors:
  transform:
    error_mode: propagate
    log_statements:
      - statements:
          - |-
            set(resource.cache["workspaces"], {
{{- range $i, $org := .Orgs}}{{if gt $i 0}},{{end}}
            {{literal .Domain}}: {{literal .Workspace}}
{{- end}}
            })
          - set(resource.attributes["workspace"], resource.cache["workspaces"][resource.attributes["okta.org.domain"]])
      - statements: ['set(log.attributes["workspace"], resource.attributes["workspace"])']
      - statements: ['delete_key(resource.attributes, "workspace")']
{{- if .Routes}}

connectors:
  routing:
{{- if .HasDefault}}
    default_pipelines: [logs/` + nameOfDefault + `]
{{- end}}
    table:
{{- range .Routes}}
      - {condition: 'attributes["okta.org.domain"] == {{literal .Domain}}', pipelines: [logs/{{.Pipeline}}]}
{{- end}}
{{- if not .HasDefault}}
      - {condition: 'ParseInt("no far end for okta.org.domain", 10) > 0', pipelines: [logs/{{(index .Routes 0).Pipeline}}]}
{{- end}}
{{- end}}

exporters:
{{- range $i, $far := .FarEnds}}
  {{.Exporter}}: {<<: {{if eq $i 0}}&far {sending_queue: {enabled: false}}{{else}}*far{{end}}, endpoint: {{text .Endpoint}}
	{{- if .Plain}}, tls: {insecure: true}{{end}}{{if .Token}}, auth: {authenticator: {{.Token}}}{{end}}}
{{- end}}

extensions:
  file_storage: {directory: {{text .Storage}}, create_directory: true, fsync: true}
{{- range .Tokens}}
  {{.ID}}: {filename: {{text .File}}}
{{- end}}

service:
  extensions: [file_storage{{range .Tokens}}, {{.ID}}{{end}}]
  pipelines:
    logs:
      receivers: [{{range $i, $org := .Orgs}}{{if gt $i 0}}, {{end}}okta_systemlog/{{.Name}}{{end}}]
      processors: [transform]
      exporters: [{{if .Routes}}routing{{else}}{{(index .FarEnds 0).Exporter}}{{end}}]
{{- if .Routes}}{{range .FarEnds}}
    logs/{{.Pipeline}}: {receivers: [routing], exporters: [{{.Exporter}}]}
{{- end}}{{end}}
`))

// What the configuration is made of. Names are fit to stand in it as they are; all else is quoted.
type (
	contents struct {
		Orgs       []receiver
		Shared     map[string]any
		Routes     []route
		FarEnds    []exporter
		Tokens     []token
		HasDefault bool
		Storage    string
	}
	receiver struct {
		Name, Domain, Workspace string
		Settings                map[string]any
	}
	route    struct{ Domain, Pipeline string }
	exporter struct {
		Exporter, Pipeline, Endpoint, Token string
		Plain                               bool
	}
	token struct{ ID, File string }
)

// render is the configuration, the same for the same orgs and options.
func render(orgs []*org, opts options) (string, error) {
	all := contents{Shared: opts.shared(), Storage: opts.storage}
	pipelines := map[farEnd]string{} // by the org that has a far end first
	for _, o := range orgs {
		all.Orgs = append(all.Orgs, receiver{o.name, o.domain, o.workspace, o.settings(nil)})
		if o.far == nil {
			all.HasDefault = true
			continue
		}
		if pipelines[*o.far] == "" {
			pipelines[*o.far] = o.name
			all.add(*o.far, o.name)
		}
		all.Routes = append(all.Routes, route{o.domain, pipelines[*o.far]})
	}
	if all.HasDefault {
		all.add(opts.far, nameOfDefault)
	}
	if len(all.FarEnds) == 1 {
		all.Routes = nil // there is nothing to choose from
	}
	var text strings.Builder
	if err := configuration.Execute(&text, all); err != nil {
		return "", fmt.Errorf("write the configuration: %w", err)
	}
	return text.String(), nil
}

// add adds a far end, and what reads its token.
func (c *contents) add(far farEnd, pipeline string) {
	to := exporter{Exporter: far.exporter() + "/" + pipeline, Pipeline: pipeline, Endpoint: far.endpoint, Plain: far.isPlain()}
	if far.tokenFile != "" {
		at := slices.IndexFunc(c.Tokens, func(known token) bool { return known.File == far.tokenFile })
		if at < 0 {
			at = len(c.Tokens)
			c.Tokens = append(c.Tokens, token{"bearertokenauth/" + pipeline, far.tokenFile})
		}
		to.Token = c.Tokens[at].ID
	}
	c.FarEnds = append(c.FarEnds, to)
}

// literal is a text as OTTL has it, in a scalar of YAML without escapes: in one that is in single quotes, or in a
// literal block. Neither has a quote of YAML or a line break in it.
func literal(text string) string {
	return strings.NewReplacer("'", `\u0027`, "$", "$$").Replace(strconv.Quote(text))
}

// mapping is a mapping of settings in one line.
func mapping(of map[string]any) (string, error) {
	inside, err := flow(of)
	return "{" + inside + "}", err
}

// flow is what a mapping has between its braces, in the order of [columns] and then by name.
func flow(of map[string]any) (string, error) {
	rank := func(key string) int {
		if at := slices.Index(columns, key); at >= 0 {
			return at
		}
		return len(columns)
	}
	keys := slices.SortedFunc(maps.Keys(of), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	var parts []string
	for _, key := range keys {
		write := func() (string, error) { return generated.YAML(fmt.Sprint(of[key])) }
		if inner, is := of[key].(map[string]any); is {
			write = func() (string, error) { return mapping(inner) }
		}
		value, err := write()
		if err != nil {
			return "", err
		}
		parts = append(parts, key+": "+value)
	}
	return strings.Join(parts, ", "), nil
}
