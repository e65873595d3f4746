// SPDX-License-Identifier: Apache-2.0

package check

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

var receiverType = metadata.Type.String()

// configuration is that of a whole collector.
type configuration struct {
	conf *confmap.Conf
	// all is conf as it was written: sections of components by their ids.
	all map[string]any
}

// load reads and merges configurations as the Collector does. What it warns of, such as environment
// variables that are not set, goes to stderr.
func load(ctx context.Context, uris []string, stderr io.Writer) (*configuration, error) {
	resolver, err := otelcol.Resolver(uris, printableLines{stderr})
	if err != nil {
		return nil, err
	}
	defer func() { _ = resolver.Shutdown(ctx) }() // nothing is watched
	conf, err := resolver.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	return &configuration{conf: conf, all: conf.ToStringMap()}, nil
}

// receivers are the ids of every okta_systemlog receiver, in alphabetical order.
func (c *configuration) receivers() []component.ID {
	var ids []component.ID
	section, _ := c.all["receivers"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(section)) {
		var id component.ID
		if id.UnmarshalText([]byte(name)) == nil && id.Type() == metadata.Type {
			ids = append(ids, id)
		}
	}
	return ids
}

// selected are those of the receivers that are asked for, all of them where none is named.
func (c *configuration) selected(only []component.ID) []component.ID {
	return slices.DeleteFunc(c.receivers(), func(id component.ID) bool {
		return len(only) > 0 && !slices.Contains(only, id)
	})
}

// section decodes what stands under a component's id into its configuration.
func (c *configuration) section(kind string, id component.ID, into any) error {
	// The errors of Sub repeat the value, which may be a secret.
	components, err := c.conf.Sub(kind)
	if err != nil {
		return fmt.Errorf("%s is no mapping: write its components below it, indented", kind)
	}
	// An id without anything behind it is a component with its defaults.
	component, err := components.Sub(keyOf(components, id))
	if err != nil {
		return fmt.Errorf("%s is no mapping: write its keys below it, indented", id)
	}
	return component.Unmarshal(into)
}

// misplaced are the steps of settings that stand beside the receiver in place of below it, where the Collector takes
// them for components and does not start.
func (c *configuration) misplaced(id component.ID) (steps []connection.Step) {
	known := settings.Paths(oktasystemlogreceiver.Config{})
	section, _ := c.all["receivers"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(section)) {
		if slices.Contains(known, name) {
			steps = append(steps, connection.Step{Name: connection.Configuration, Result: connection.Failed,
				Cause:  fmt.Sprintf("%s stands below receivers, beside %s, where the collector takes it for a component that it does not have", name, id),
				Remedy: fmt.Sprintf("write %s below %s, indented", name, id)})
		}
	}
	return steps
}

// defines reports whether there is an extension with an id.
func (c *configuration) defines(id component.ID) bool {
	section, _ := c.all["extensions"].(map[string]any)
	return names(slices.Collect(maps.Keys(section)), id)
}

// runs reports whether service.extensions lists an extension.
func (c *configuration) runs(id component.ID) bool {
	return names(texts(at(c.all, "service", "extensions")), id)
}

// polls reports whether a pipeline lists a receiver.
func (c *configuration) polls(id component.ID) bool {
	pipelines, _ := at(c.all, "service", "pipelines").(map[string]any)
	for _, pipeline := range pipelines {
		members, _ := pipeline.(map[string]any)
		if names(texts(members["receivers"]), id) {
			return true
		}
	}
	return false
}

// keyOf is how an id is written in a section: okta_systemlog/ and okta_systemlog are the same.
func keyOf(section *confmap.Conf, id component.ID) string {
	for name := range section.ToStringMap() {
		if names([]string{name}, id) {
			return name
		}
	}
	return id.String()
}

// names reports whether one of some texts is an id.
func names(ids []string, id component.ID) bool {
	return slices.ContainsFunc(ids, func(text string) bool {
		var named component.ID
		return named.UnmarshalText([]byte(text)) == nil && named == id
	})
}

func at(value any, keys ...string) any {
	for _, key := range keys {
		section, _ := value.(map[string]any)
		value = section[key]
	}
	return value
}

func texts(list any) []string {
	elements, _ := list.([]any)
	var all []string
	for _, element := range elements {
		all = append(all, fmt.Sprint(element))
	}
	return all
}

// unloadable is the step of a configuration that can't be read.
func unloadable(err error) connection.Step {
	step := connection.Step{
		Name: connection.Configuration, Result: connection.Failed,
		Cause:  "the configuration can't be read: " + oneLine(err),
		Remedy: "correct the file; --config takes a path, or a URI with file:, env: or yaml:",
	}
	switch text := err.Error(); {
	case strings.Contains(text, "unsupported type=uint64"):
		// Quotes in the file do not help: the text of the variable or the file is read as YAML by itself.
		step.Remedy = "write a secret that is such a long number into a file, and set api_token_file, or the setting of that name for another secret, to its path; put quotes around it where it is no secret and stands in the configuration"
	case strings.Contains(text, "hexdecimal number"), strings.Contains(text, "unknown escape character"): // as the YAML library writes them
		step.Remedy = `put a path with \ in it, as Windows has them, in single quotes, or write / in the place of \: in double quotes YAML takes \ for the beginning of an escape`
	}
	return step
}

// noReceiver is the step of a receiver that is not there.
func noReceiver(id string) connection.Step {
	return connection.Step{
		Name: connection.Configuration, Result: connection.Failed,
		Cause: "the configuration has no receiver " + id, Remedy: "define it under receivers",
	}
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
