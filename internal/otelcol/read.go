// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Resolver reads configurations, paths and URIs, as the Collector does. What it warns of, such as environment variables
// that are not set, goes to warnings.
func Resolver(uris []string, warnings io.Writer) (*confmap.Resolver, error) {
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{MessageKey: "msg", LevelKey: "level", EncodeLevel: zapcore.LowercaseLevelEncoder})
	return confmap.NewResolver(confmap.ResolverSettings{
		URIs:              uris,
		ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory(), yamlprovider.NewFactory()},
		ProviderSettings:  confmap.ProviderSettings{Logger: zap.New(zapcore.NewCore(encoder, zapcore.AddSync(warnings), zapcore.WarnLevel))},
		DefaultScheme:     "env",
	})
}

// Read reads and merges configurations, and leaves in place what settings refer to: ${env:OKTA_API_TOKEN} stays what
// it is, so that no secret that stands elsewhere gets into what is made of them, and a file that is not there is no
// error. Only what decides which parts there are is brought in where a reference stands for it: a section, a
// component, what is below service, and the ID of an extension.
func Read(ctx context.Context, uris []string) (Tree, error) {
	resolver, err := Resolver(uris, io.Discard) // the collector says the same
	if err != nil {
		return nil, err
	}
	defer func() { _ = resolver.Shutdown(ctx) }() // nothing is watched
	resolved, err := resolver.Resolve(ctx)
	unexpanded := resolver.UnexpandedConf()
	if unexpanded == nil {
		return nil, fmt.Errorf("the configuration can't be read: correct the file, or name another one, a path or a URI with file:, env: or yaml:: %w", err)
	}
	written := unexpanded.ToStringMap()
	if err != nil {
		if what := firstReference(written); what != "" {
			return nil, fmt.Errorf("what %s refers to can't be read, as long as another reference leads nowhere: %w", what, err)
		}
		return written, nil
	}
	bringIn(written, resolved.ToStringMap())
	return written, nil
}

// isReference reports whether a value refers to another one.
func isReference(value any) bool {
	text, ok := value.(string)
	return ok && strings.Contains(text, "${")
}

// firstReference names a section or a component that is a reference, or what is below service; "" where there is none.
func firstReference(written Tree) string {
	for _, section := range slices.Sorted(maps.Keys(written)) {
		if isReference(written[section]) {
			return section
		}
		components := Object(written, section)
		for _, id := range slices.Sorted(maps.Keys(components)) {
			if isReference(components[id]) || section == "service" && hasReference(components[id]) {
				return section + "::" + id
			}
		}
	}
	return ""
}

func hasReference(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, hasReference)
	case Tree:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), hasReference)
	}
	return isReference(value)
}

// bringIn replaces references by values, where Read says so.
func bringIn(written, values Tree) {
	extensions := Object(values, "extensions")
	for section, value := range values {
		components, ok := value.(Tree)
		if !ok {
			continue
		}
		if isReference(written[section]) || section == "service" {
			written[section] = escaped(components)
			continue
		}
		for id, component := range components {
			if isReference(Object(written, section)[id]) {
				Object(written, section)[id] = escaped(component)
				continue
			}
			bringInIDs(Object(written, section)[id], component, extensions)
		}
	}
}

// bringInIDs replaces references by the IDs of extensions, anywhere in the settings of a component.
func bringInIDs(written, value any, extensions Tree) {
	switch written := written.(type) {
	case Tree:
		values, _ := value.(Tree)
		for key := range written {
			if id, ok := values[key].(string); ok && isReference(written[key]) {
				if _, defined := extensions[id]; defined {
					written[key] = id
				}
				continue
			}
			bringInIDs(written[key], values[key], extensions)
		}
	case []any:
		values, _ := value.([]any)
		for i := range written {
			if i < len(values) {
				bringInIDs(written[i], values[i], extensions)
			}
		}
	}
}

// escaped is a value that the Collector reads as what it is now.
func escaped(value any) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, "$", "$$")
	case []any:
		for i := range value {
			value[i] = escaped(value[i])
		}
	case Tree:
		for key := range value {
			value[key] = escaped(value[key])
		}
	}
	return value
}

// Section is the mapping of a section, such as receivers. The error says that something else stands there.
func Section(config Tree, name string) (Tree, error) {
	switch section := config[name].(type) {
	case nil:
		return Tree{}, nil
	case Tree:
		return section, nil
	}
	return nil, fmt.Errorf("%s is no mapping: write its components below it, indented", name)
}
