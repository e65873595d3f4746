// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Write writes a configuration, so that each value is read as what it was: a number with a fraction stays one.
func Write(config Tree) ([]byte, error) {
	text, err := yaml.Marshal(exact(reflect.ValueOf(config)))
	if err != nil {
		return nil, fmt.Errorf("write the collector's configuration: %w", err)
	}
	return text, nil
}

// exact is a value with nodes in the place of numbers that YAML would write as whole ones.
func exact(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Interface:
		return exact(value.Elem())
	case reflect.Map:
		members := map[string]any{}
		for key, member := range value.Seq2() {
			members[key.String()] = exact(member)
		}
		return members
	case reflect.Slice:
		elements := make([]any, value.Len())
		for i := range elements {
			elements[i] = exact(value.Index(i))
		}
		return elements
	case reflect.Float64:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: float(value.Float())}
	case reflect.Invalid: // nothing
		return nil
	}
	return value.Interface()
}

// float is a number as YAML has it.
func float(number float64) string {
	switch {
	case math.IsNaN(number):
		return ".nan"
	case math.IsInf(number, 1):
		return ".inf"
	case math.IsInf(number, -1):
		return "-.inf"
	}
	text := strconv.FormatFloat(number, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
