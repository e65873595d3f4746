// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"fmt"
	"reflect"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
)

// verify reads a configuration as the Collector does, and compares its receivers with the settings that were validated:
// a configuration that says anything else is not given out.
func verify(ctx context.Context, text string, orgs []*org, shared map[string]any) error {
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:              []string{"yaml:" + text},
		ProviderFactories: []confmap.ProviderFactory{yamlprovider.NewFactory(), envprovider.NewFactory()},
	})
	if err != nil {
		return fmt.Errorf("read the configuration back: %w", err)
	}
	defer func() { _ = resolver.Shutdown(ctx) }() // nothing is watched
	conf, err := resolver.Resolve(ctx)
	if err != nil {
		return fmt.Errorf("read the configuration back: %w", err)
	}
	receivers, _ := conf.Get("receivers").(map[string]any)
	if len(receivers) != len(orgs) {
		return fmt.Errorf("the configuration has %d receivers in the place of %d: please report this", len(receivers), len(orgs))
	}
	for _, o := range orgs {
		want := o.settings(shared)
		got, _ := receivers["okta_systemlog/"+o.name].(map[string]any)
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the configuration does not say what line %d of the file says: please report this", o.line)
		}
	}
	return nil
}
