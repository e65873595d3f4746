// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// tree is an object of the configuration.
type tree = map[string]any

// parse reads a Collector configuration.
func parse(text []byte) (tree, error) {
	retrieved, err := confmap.NewRetrievedFromYAML(text)
	if err != nil {
		return nil, err
	}
	config, err := retrieved.AsConf()
	if err != nil {
		return nil, fmt.Errorf("it is no Collector configuration: %w", err)
	}
	return config.ToStringMap(), nil
}

// object returns the object with a name; one without members when there is none.
func object(in tree, name string) tree {
	found, _ := in[name].(tree)
	return found
}

// typeOf returns the type of a component: its ID up to the slash.
func typeOf(id string) string {
	kind, _, _ := strings.Cut(id, "/")
	return kind
}

// texts returns the strings of a list.
func texts(list any) []string {
	elements, _ := list.([]any)
	var all []string
	for _, element := range elements {
		if text, ok := element.(string); ok {
			all = append(all, text)
		}
	}
	return all
}
