// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"context"
	"fmt"
	"io"
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

// Read reads and merges configurations, and leaves in place what settings refer to: ${env:OKTA_API_TOKEN} stays what it
// is, so that no secret that stands elsewhere gets into what is made of them, and a file that is not there is no error.
// Only a section, a component and what is below service is brought in where a reference stands for it, since these are
// looked at.
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
		return written, nil
	}
	for section, value := range resolved.ToStringMap() {
		components, ok := value.(Tree)
		switch _, refers := written[section].(string); {
		case !ok:
		case refers || section == "service":
			written[section] = escaped(components)
		default:
			for id, component := range components {
				if text, refers := Object(written, section)[id].(string); refers && strings.Contains(text, "${") {
					Object(written, section)[id] = escaped(component)
				}
			}
		}
	}
	return written, nil
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
